"""Users' data for a model's inputs and outputs, as one array, or as a tuple of arrays for several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .._base.arrays import Array, as_array
from .._base.checks import Shape

Inputs = Array | tuple[Array, ...]
Arrays = Array | tuple[Array | None, ...]


def by_place(what: str, given: Any, names: Sequence[str], owner: str, *, optional: bool = False) -> list[Any]:
    """The values of a list, a tuple, or a dict by name, one for each name, in the order of the names.

    Args:
        what: the argument's name, for messages.
        names: the names of the inputs or the outputs.
        owner: what they are: "input" or "output".
        optional: whether a dict may lack some names; their values are None.
    """
    if isinstance(given, Mapping):
        unknown = [key for key in given if key not in names]
        missing = [name for name in names if name not in given]
        if unknown or (missing and not optional):
            raise ValueError(
                f"{what} must have the names of the model's {owner}s ({_listed(names)}); received {_listed(given)}"
                + (f", which lacks {_listed(missing)}" if missing else "")
            )
        return [given.get(name) for name in names]
    if not isinstance(given, (list, tuple)):
        message = (
            f"{what} must be {len(names)} arrays, one for each {owner} ({_listed(names)}), in a list or a dict by name; received "
            f"a {type(given).__name__}{_shape(given)}"
        )
        raise ValueError(message)  # noqa: TRY004 (a single array is right for models with one)
    if len(given) != len(names):
        raise ValueError(f"{what} must be {len(names)} arrays, one for each {owner} ({_listed(names)}), received {len(given)}")
    return list(given)


def arrays(what: str, given: Sequence[Any]) -> tuple[Array | None, ...]:
    """Each value as an array; None stays."""
    return tuple(None if each is None else as_array(f"{what}[{place}]", each) for place, each in enumerate(given))


def only(what: str, given: Any, name: str | None, owner: str) -> Any:
    """A dict's value for the only name; any other value is returned unchanged. `what` and `owner`: as for `by_place`."""
    if not isinstance(given, Mapping) or name is None:
        return given
    if set(given) != {name}:
        raise ValueError(f"{what} must have the name of the model's only {owner}, {name!r}; received {_listed(given)}")
    return given[name]


def each_array(data: Arrays | None) -> Iterator[Array]:
    """The arrays that are not None."""
    for array in data if isinstance(data, tuple) else (data,):
        if array is not None:
            yield array


def count(data: Arrays | None) -> int:
    """The number of samples; 0 for a single number."""
    first = next(each_array(data), None) if isinstance(data, tuple) else data
    return len(first) if first is not None and first.ndim else 0


def part(data: Any, places: slice) -> Any:
    """Some of the samples of an array, or of each array of a tuple."""
    return each(data, lambda array: array[places])


def each(data: Any, change: Callable[[Array], Any]) -> Any:
    """The result of a function for an array, or for each array of a tuple; None stays."""
    if isinstance(data, tuple):
        return tuple(None if array is None else change(array) for array in data)
    return None if data is None else change(data)


def named(name: str, data: Arrays | None) -> dict[str, Array | None]:
    """The arrays under the names that users know."""
    if isinstance(data, tuple):
        return {f"{name}[{place}]": array for place, array in enumerate(data)}
    return {name: data}


def empty(samples: int, shapes: Sequence[Shape]) -> Any:
    """Uninitialized memory for the outputs of samples."""
    made = [np.empty((samples, *(size or 0 for size in shape)), np.float32) for shape in shapes]
    return made[0] if len(made) == 1 else tuple(made)


def _listed(names: Any) -> str:
    return ", ".join(map(repr, names)) or "none"


def _shape(given: Any) -> str:
    return f" of shape {given.shape}" if isinstance(given, np.ndarray) else ""
