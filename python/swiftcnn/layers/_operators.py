"""Operators on symbolic tensors: `x + y`, `x / 255`, `x[:, 1:]`."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from .._base.bounded_json import brief
from .._base.names import stem
from .._graph.hooks import operators
from .._graph.layer import Layer
from .._graph.symbolic_tensor import SymbolicTensor, as_symbols, call_layer

ENGINE_CLASSES = {"Add": "Add", "Subtract": "Subtract", "Multiply": "Multiply", "TrueDivide": "Divide"}
SIGNS = {"Add": "+", "Subtract": "-", "Multiply": "*", "TrueDivide": "/"}
KINDS = {**dict.fromkeys(ENGINE_CLASSES, 2), "Negative": 1, "GetItem": 2}  # and how many arguments they have


class Operation(Layer):
    """An operator's call. A model's summary shows it, but its `layers` do not contain it.

    Args:
        kind: the name of Keras's operation.
        arguments: its arguments; None stands for a symbolic tensor.
        engine: the class and the settings of the engine's layer that computes it.
    """

    def __init__(self, kind: str, arguments: Sequence[Any], engine: tuple[str, dict[str, Any]], **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.arguments, self.engine = kind, tuple(arguments), engine
        self._joins = sum(each is None for each in arguments) > 1

    @property
    def _name_stem(self) -> str:
        return stem(self.kind)

    def _class_name(self) -> str:  # type: ignore[override]
        return self.engine[0]

    def _settings(self) -> dict[str, Any]:
        return self.engine[1]

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        return {"class": self.engine[0], "config": settings}

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "arguments": list(self.arguments), "engine": self.engine}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(**config)

    def again(self, tensors: Sequence[SymbolicTensor]) -> SymbolicTensor:
        """A call of the same operator, with the same name, on other symbolic tensors."""
        return applied(self.kind, self.arguments, tensors, self.name)


def applied(kind: str, arguments: Sequence[Any], tensors: Sequence[SymbolicTensor], name: str | None = None) -> SymbolicTensor:
    """The call of an operator with these arguments, in which None stands for the next of the tensors.

    If no operator computes the call, it raises a ValueError that names the call.
    """
    tensors = list(tensors)
    holes = [each is None for each in arguments]
    if kind not in KINDS:
        raise ValueError(f"the operation {kind!r:.80} is not computed here; operators that are: {', '.join(KINDS)}")
    if len(arguments) != KINDS[kind] or sum(holes) != len(tensors) or not tensors or (kind == "GetItem" and not holes[0]):
        raise ValueError(f"the operation {kind!r} has other arguments than the operator takes, received {brief(list(arguments))}")
    waiting = iter(tensors)
    filled: list[Any] = [next(waiting) if is_hole else each for is_hole, each in zip(holes, arguments, strict=True)]
    try:
        if kind == "GetItem":
            return item(filled[0], filled[1], name)
        return negative(filled[0], name) if kind == "Negative" else binary(kind, filled[0], filled[1], name)
    except (TypeError, IndexError) as error:
        raise ValueError(str(error)) from None


def of_engine(kind: str, config: Mapping[str, Any], tensors: Sequence[SymbolicTensor], name: str | None) -> SymbolicTensor:
    """The operator for an engine layer of this class with these settings, in a model that was not made in Python."""
    if kind == "Divide":
        return applied("TrueDivide", (None, None), tensors, name)
    return call_layer(Operation("GetItem", (None, _index_of(config)), (kind, dict(config)), name=name), tensors)


ENGINE_ONLY = ("Divide", "Slice")  # classes of the engine that only operators use


def _index_of(config: Mapping[str, Any]) -> tuple[Any, ...]:
    """The index that selects the same values as the engine's Slice with these settings."""
    ranges = [_integers(config, name) for name in ("begins", "counts", "steps")]
    if len(set(map(len, ranges))) != 1:
        raise ValueError("a Slice must have as many begins as counts and steps")
    index: list[Any] = [slice(None)]
    shape = _integers(config, "shape")
    for begin, count, step in zip(*ranges, strict=True):
        if count == 1 and (not shape or shape[0] != 1):
            index.append(begin)
            continue
        while count != 1 and shape and shape[0] == 1:
            index.append(None)
            shape.pop(0)
        if not shape or shape.pop(0) != count:
            raise ValueError("a Slice must have a shape with the sizes of its counts")
        end = begin + count * step
        index.append(slice(begin, None if end < 0 else end, step))
    if any(size != 1 for size in shape):
        raise ValueError("a Slice must have a shape with the sizes of its counts")
    return (*index, *[None] * len(shape))


def _integers(config: Mapping[str, Any], name: str) -> list[int]:
    found = config.get(name)
    if not isinstance(found, (list, tuple)) or not all(isinstance(each, int) for each in found):
        raise ValueError(f"a Slice must have {name}, a list of integers, received {brief(found)}")
    return list(found)


def binary(kind: str, first: Any, second: Any, name: str | None = None) -> SymbolicTensor:
    """The result of `first + second` or a similar operator; at least one of them is a symbolic tensor."""
    tensors = [each for each in (first, second) if _is_tensor(each)]
    if len(tensors) == 2:
        left, right = as_symbols("an operand", [first, second])
        if len(left.shape) != len(right.shape):
            raise ValueError(
                f"{left.shape} {SIGNS[kind]} {right.shape}: both must have equally many axes; layers such as Add and Multiply "
                "take fewer, or put a Reshape before"
            )
        return call_layer(Operation(kind, (None, None), (ENGINE_CLASSES[kind], {}), name=name), [left, right])
    tensor = as_symbols("an operand", tensors[0])[0]
    is_first = tensors[0] is first
    constant = _constant(kind, second if is_first else first, tensor)
    arguments = (None, constant) if is_first else (constant, None)
    return call_layer(Operation(kind, arguments, ("Rescaling", _rescaling(kind, constant, is_first)), name=name), [tensor])


def negative(x: Any, name: str | None = None) -> SymbolicTensor:
    """`-x`."""
    settings = {"scale": -1.0, "offset": 0.0}
    return call_layer(Operation("Negative", (None,), ("Rescaling", settings), name=name), as_symbols("x", x))


def item(x: Any, index: Any, name: str | None = None) -> SymbolicTensor:
    """`x[index]`; the index must keep the whole batch axis."""
    symbol = as_symbols("x", x)[0]
    parts = tuple(map(_part, index if isinstance(index, tuple) else (index,)))
    return call_layer(Operation("GetItem", (None, parts), ("Slice", _slice(symbol, parts)), name=name), [symbol])


def _part(part: Any) -> Any:
    """A part of an index, with Python's integers."""
    if isinstance(part, slice):
        parts = (part.start, part.stop, part.step)
        if not all(each is None or hasattr(each, "__index__") for each in parts):
            raise TypeError(f"the parts of a slice of a symbolic tensor must be integers or None, received {part!r:.80}")
        return slice(*(None if each is None else operator.index(each) for each in parts))
    return int(part) if isinstance(part, np.integer) else part


def _is_tensor(value: Any) -> bool:
    from ._input import InputLayer

    return isinstance(value, (SymbolicTensor, InputLayer))


def _constant(kind: str, value: Any, tensor: SymbolicTensor) -> Any:
    """A number, or a list with one for each index of the last axis."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{SIGNS[kind]} takes symbolic tensors, numbers and arrays, received {value!r:.80} (a {type(value).__name__})"
        )
    if array.size == 1:
        return array.item()
    last = tensor.shape[-1]
    if array.shape[-1] != last or array.size != last or array.ndim > len(tensor.shape):
        raise ValueError(
            f"an array beside a symbolic tensor of shape {tensor.shape} must be one number, or one for each index of the last "
            f"axis, shape ({last},); received the shape {array.shape}"
        )
    return [float(each) for each in array.ravel()]


def _rescaling(kind: str, constant: Any, is_first: bool) -> dict[str, Any]:
    """The settings `scale` and `offset` for which `x * scale + offset` is the result."""
    values = np.asarray(constant, np.float64)
    if kind == "TrueDivide" and not is_first:
        raise ValueError("a number divided by a symbolic tensor is not computed here: divide by numbers, or two tensors")
    if kind == "TrueDivide" and (values == 0).any():
        raise ValueError("a symbolic tensor is divided by 0")
    scale, offset = {
        "Add": (1.0, values),
        "Subtract": (1.0, -values) if is_first else (-1.0, values),
        "Multiply": (values, 0.0),
        "TrueDivide": (1 / values if kind == "TrueDivide" else values, 0.0),
    }[kind]
    return {"scale": np.asarray(scale).tolist(), "offset": np.asarray(offset).tolist()}


def _slice(symbol: SymbolicTensor, index: tuple[Any, ...]) -> dict[str, Any]:
    """The settings of the engine's Slice."""
    parts = list(index)
    named = sum(each is not None and each is not Ellipsis for each in parts)
    rank = len(symbol.shape)
    if parts.count(Ellipsis) > 1 or named > rank:
        raise IndexError(f"too many indices for a symbolic tensor of shape {symbol.shape}: {index!r:.80}")
    if Ellipsis not in parts:
        parts.append(Ellipsis)
    place = parts.index(Ellipsis)
    parts[place : place + 1] = [slice(None)] * (rank - named)
    if parts[0] != slice(None):
        raise ValueError(
            f"the batch axis of a symbolic tensor cannot be cut, received x[{parts[0]!r:.40}, ...]: begin with x[:, ...]"
        )
    begins: list[int] = []
    counts: list[int] = []
    steps: list[int] = []
    shape: list[int] = []
    sizes = iter(symbol.sample_shape)
    for part in parts[1:]:
        if part is None:
            shape.append(1)
            continue
        size = next(sizes)
        if size is None:
            raise ValueError(
                f"a symbolic tensor of shape {symbol.shape} cannot be cut, as each call of the model may choose its size: use "
                "Cropping2D, or give the input a fixed size"
            )
        begin, count, step, keeps = _along(part, size, symbol)
        begins, counts, steps = [*begins, begin], [*counts, count], [*steps, step]
        if keeps:
            shape.append(count)
    return {"begins": begins, "counts": counts, "steps": steps, "shape": shape or [1]}


def _along(part: Any, size: int, symbol: SymbolicTensor) -> tuple[int, int, int, bool]:
    """The first index along an axis, the number of indices, their step, and whether the axis stays."""
    if isinstance(part, slice):
        indices = range(size)[part]
        if not len(indices):
            raise ValueError(f"{part!r} takes nothing of an axis of size {size} of a symbolic tensor of shape {symbol.shape}")
        return indices.start, len(indices), indices.step, True
    if isinstance(part, bool) or not isinstance(part, (int, np.integer)):
        raise TypeError(f"a symbolic tensor is indexed by integers, slices, None and ..., received {part!r:.80}")
    if not -size <= part < size:
        raise IndexError(f"index {part} is out of range for an axis of size {size} of a symbolic tensor of shape {symbol.shape}")
    return int(part) % size, 1, 1, False


operators.update(item=item, negative=negative, binary=binary)
