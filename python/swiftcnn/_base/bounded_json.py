"""Parses JSON from untrusted files and strings. Its size and depth are checked before it is parsed."""

from __future__ import annotations

import json
import reprlib
from typing import Any

import numpy as np

DEEPEST = 128
# The description of 40,000 layers in Keras's files has up to 4.5 million of these; so many empty lists take 150 MB.
MARKS, MOST_MARKS = (b",", b"[", b"{", b":"), 5_000_000
STRUCTURE = b'[]{}"'
NO_STRUCTURE = bytes(set(range(256)) - set(STRUCTURE))


def parse(text: str | bytes, what: str) -> Any:
    """The value of a JSON text, which `what` names in messages."""
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if sum(map(content.count, MARKS)) > MOST_MARKS:
        raise ValueError(f"{what} holds more than {MOST_MARKS} values, more than the description of a model can need")
    if _depth(content) > DEEPEST:
        raise ValueError(f"{what} is nested too deep: more than {DEEPEST} levels")
    try:
        return json.loads(content.decode())
    except RecursionError:  # if little of the stack is left
        raise ValueError(f"{what} is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"{what} is no JSON: {error}") from None


def _depth(content: bytes) -> int:
    """The depth of nested lists and objects, at least up to the first place that is not valid JSON."""
    unescaped = content.replace(rb"\\", b"").replace(rb"\"", b"")
    structure = np.frombuffer(unescaped.translate(None, NO_STRUCTURE), np.uint8)
    steps = np.zeros(256, np.int8)
    steps[list(b"[{")], steps[list(b"]}")] = 1, -1
    outside_strings = np.cumsum(structure == ord('"'), dtype=np.uint8) % 2 == 0
    return int(np.cumsum(steps[structure] * outside_strings, dtype=np.int32).max(initial=0))


def brief(value: Any) -> str:
    """A short text for a value of any size, for a message."""
    text = reprlib.repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
