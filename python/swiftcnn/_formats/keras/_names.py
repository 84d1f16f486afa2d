"""What Keras calls things in files."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from itertools import chain, count
from typing import TypeVar

T = TypeVar("T")
VERSION = "3.15.1"  # whose files these are like


def snake_case(kind: str) -> str:
    """`batch_normalization` for BatchNormalization, `p_re_lu` for PReLU: the group of a layer's class."""
    split = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", split).lower()


def numbered(items: Iterable[tuple[str, T]]) -> list[tuple[str, T]]:
    """Each item under the group of its class: conv2d, conv2d_1, dense."""
    counts: dict[str, int] = {}
    named = []
    for kind, item in items:
        group = snake_case(kind)
        number = counts.get(group, 0)
        counts[group] = number + 1
        named.append((f"{group}_{number}" if number else group, item))
    return named


def unused(name: str, taken: Container[str]) -> str:
    """The name, with a number behind it if it is taken."""
    candidates = chain([name], (f"{name}_{number}" for number in count(1)))
    return next(each for each in candidates if each not in taken)
