"""What descriptions hold under a key."""

from __future__ import annotations

from typing import Any, TypeVar

from ..._base.bounded_json import brief

T = TypeVar("T")
NOUNS: dict[type, str] = {list: "a list", str: "a string", dict: "settings by name"}


def member(holder: Any, key: str, kind: type[T], what: str) -> T:
    """The value of a key, which must be of this type."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise ValueError(f"{what} must have '{key}', {NOUNS[kind]}, as Keras writes it, received {brief(value)}")
    return value
