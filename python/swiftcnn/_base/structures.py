"""Nested values as users pass them: a single value, a list, a tuple, or a dict by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Structure:
    """The form in which a model's inputs or outputs were passed. Results are returned in the same form.

    Dicts are flattened in the order of their keys, as Keras does, and keep the order in which they were written.
    """

    def __init__(self, kind: type, keys: tuple[str, ...] = ()) -> None:
        self.kind, self.keys = kind, keys

    @classmethod
    def of(cls, value: Any) -> Structure:
        """The form of a list, a tuple or a dict; any other object counts as one value."""
        if isinstance(value, Mapping):
            return cls(dict, tuple(value))
        return cls(type(value) if isinstance(value, (list, tuple)) else object)

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of the values in their flat order; None if they have none."""
        return tuple(sorted(self.keys)) if self.kind is dict else None

    def pack(self, values: Sequence[Any]) -> Any:
        """The flat values in this form."""
        if self.kind is dict:
            by_name = dict(zip(sorted(self.keys), values, strict=True))
            return {key: by_name[key] for key in self.keys}
        if self.kind is object:
            return values[0]
        return tuple(values) if issubclass(self.kind, tuple) else list(values)

    def results(self, values: Sequence[Any]) -> Any:
        """The flat values in the form that a call returns. A list or tuple of one value becomes that value, as in Keras."""
        return values[0] if len(values) == 1 and self.kind is not dict else self.pack(values)


ONE = Structure(object)


def flat(value: Any) -> list[Any]:
    """The values of a structure in their flat order."""
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, (list, tuple)) else [value]
