"""Converts users' data to arrays that the engine can read. Data that already are an array are not copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .memory_maps import Array as Array
from .memory_maps import MappedFiles, readable
from .user_warnings import warn_user

PART = 1 << 16  # elements of a list that are converted together
MOST_CLASSES_OF_ONE = 2**16
UNSCALED_SAMPLES = 64
UNSCALED_PIXELS = (128, 65535)


def as_array(name: str, value: Any) -> Array:
    """`value` as a numeric array; `name` is the argument's, for the message."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, and a mask cannot be learned from: pass {name}.filled(0) or drop the masked samples"
        )
    if hasattr(value, "toarray") and hasattr(value, "tocsr"):
        raise TypeError(f"{name} is a sparse matrix ({type(value).__name__}): pass {name}.toarray()")
    if isinstance(value, (str, bytes, Mapping, Iterator)) or value is None:
        raise TypeError(f"{name} must be an array or nested lists of numbers, received {_described(value)}")
    array = value if type(value) is np.ndarray else _converted(name, value)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(f"{name} has dtype {array.dtype}, which is not a number the engine reads: {_remedy(name, array)}")
    MappedFiles({name: array}).check()
    return array


def sample_array(name: str, value: Any) -> Array:
    """`value` as an array with an axis of samples."""
    array = as_array(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name} must be an array or a list, received the single number {array}: pass [{array}]")
    return array


def weights_of(count: int, sample_weight: Any) -> Array | None:
    """The sample weights as an array; a single number becomes one weight for each of `count` samples."""
    weights = optional_array("sample_weight", sample_weight)
    return np.full(count, weights) if weights is not None and weights.ndim == 0 else weights


def optional_array(name: str, value: Any) -> Array | None:
    return None if value is None else as_array(name, value)


def weights_by_class(class_weight: Any, outputs: int) -> list[float] | None:
    """Converts `{class: weight}` to one weight for each class; other classes have weight 1."""
    from .checks import integer, real

    if class_weight is None:
        return None
    if not isinstance(class_weight, Mapping):
        raise TypeError(f"class_weight must be a dict such as {{0: 1.0, 1: 2.5}}, received {_described(class_weight)}")
    named = {integer("a key of class_weight", key): real(f"class_weight[{key}]", weight) for key, weight in class_weight.items()}
    # With a single output, the class is the rounded target and may be any number; else it is an output's index.
    most = MOST_CLASSES_OF_ONE if outputs == 1 else outputs
    for label in named:
        if not 0 <= label < most:
            raise ValueError(f"class_weight names class {label}, but the model has classes 0 to {most - 1}: use sample_weight")
    return [named.get(label, 1.0) for label in range(max([outputs, 2, *(label + 1 for label in named)]))]


def matching_weights(weights: Sequence[ArrayLike], shapes: list[tuple[int, ...]], owner: str) -> list[NDArray[np.float32]]:
    """The weights as float32 arrays in C order. Their number and shapes must match `shapes`."""
    if isinstance(weights, (str, bytes, Mapping)) or not (hasattr(weights, "__len__") and hasattr(weights, "__getitem__")):
        raise TypeError(f"weights must be a list of {len(shapes)} arrays for {owner}, received {_described(weights)}")
    if len(weights) != len(shapes):
        raise ValueError(f"{owner} has {len(shapes)} weights, received {len(weights)}; the shapes must be {shapes}")
    arrays = [as_array(f"weights[{index}]", weight) for index, weight in enumerate(weights)]
    for index, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
        if array.shape != shape:
            raise ValueError(f"weights[{index}] of {owner} must have shape {shape}, received {array.shape}")
    return [np.ascontiguousarray(array, np.float32) for array in arrays]


def warn_if_unscaled(x: Array) -> None:
    """Warns of pixels from 0 to 255: training on them rarely succeeds."""
    some = readable(x[:UNSCALED_SAMPLES]) if x.size and x.ndim else None
    if some is None:
        return
    largest = np.max(some)
    if UNSCALED_PIXELS[0] <= largest <= UNSCALED_PIXELS[1] and np.min(some) >= 0:  # negative values: centred, as for VGG
        warn_user(
            f"x goes up to {largest}: these look like unscaled pixels, on which training often gets stuck. "
            "Scale them to 0...1 first: x = x.astype('float32') / 255"
        )


def _converted(name: str, value: Any) -> Array:
    if isinstance(value, (list, tuple)) and _begins_with_an_array(value):
        value = _without_files(name, value)
    try:
        if isinstance(value, (list, tuple)) and len(value) > PART:  # NumPy does not react to Ctrl-C during a conversion
            return np.concatenate([np.asarray(value[start : start + PART]) for start in range(0, len(value), PART)])
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} is a ragged list: all samples must have the same shape, so that numpy.asarray({name}) works ({error})"
        ) from None


def _begins_with_an_array(value: Any) -> bool:
    """Whether the innermost first item is an array. Then the list is not converted number by number."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return isinstance(value, np.ndarray)


def _without_files(name: str, value: Any) -> Any:
    """Replaces memory-mapped arrays in lists by copies, so that NumPy does not read a truncated file."""
    if isinstance(value, (list, tuple)):
        return [_without_files(f"{name}[{place}]", each) for place, each in enumerate(value)]
    if not isinstance(value, np.ndarray):
        return value
    MappedFiles({name: value}).check()
    copy = readable(value)
    if copy is None:
        raise ValueError(f"the file behind {name} was cut while it was read: write a new file instead of changing this one")
    return copy


def _described(value: Any) -> str:
    # The values of a dict are not shown: its arrays may be mapped from truncated files, which cannot be read.
    shown = f"{{{', '.join(map(repr, value))}: ...}}" if isinstance(value, Mapping) and value else repr(value)
    return f"{shown:.60} (a {type(value).__name__})"


def _remedy(name: str, array: Array) -> str:
    if array.dtype.kind in "OUS":
        return f"convert it, for example {name}.astype('float32'); if it holds arrays of different shapes, make them equal first"
    if array.dtype.kind == "c":
        return f"pass {name}.real, or numpy.abs({name})"
    return f"convert it with {name}.astype('float32')"
