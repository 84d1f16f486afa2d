"""Operators as Keras 3 and Keras 2 write their calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..._base.bounded_json import brief
from ..._graph.symbolic_tensor import SymbolicTensor
from ...layers._operators import KINDS, Operation, applied

# Functions of TensorFlow, which tf.keras made layers of.
FUNCTIONS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.subtract": "Subtract",
    "math.multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.divide": "TrueDivide",
    "math.negative": "Negative",
    "__operators__.getitem": "GetItem",
}
FUNCTION_CLASSES = ("TFOpLambda", "SlicingOpLambda")
SAME = ("Add", "Subtract", "Multiply")  # kinds that are also the names of layers
NAMES = {"GetItem": ("x", "key")}  # of arguments, where they are not x1 and x2
OF_FUNCTIONS = {"GetItem": ("x", "slice_spec")}
OPERATIONS_MODULE = "keras.src.ops"
TENSOR = "__keras_tensor__"


class Operator(NamedTuple):
    """An operator of a file, which becomes an operation when it is called."""

    kind: str
    name: str
    is_function: bool  # of TensorFlow

    def argument_names(self) -> tuple[str, str]:
        return (OF_FUNCTIONS if self.is_function else NAMES).get(self.kind, ("x", "y") if self.is_function else ("x1", "x2"))

    def called(self, arguments: Sequence[Any], tensors: Sequence[SymbolicTensor]) -> SymbolicTensor:
        """The call with these arguments, in which None stands for a tensor."""
        given = list(arguments)
        if self.kind == "GetItem" and len(given) == 2:
            given[1] = _index(given[1])
        elif any(isinstance(each, Mapping) for each in given):
            given = [_constant(each) for each in given]
        try:
            return applied(self.kind, given, tensors, self.name)
        except ValueError as error:
            raise ValueError(f"the operation {self.name!r:.80}: {error}") from None


def operator(described: Mapping[str, Any], kind: str, name: str) -> Operator | None:
    """The operator of a description, None if it is of no operator; what is not computed here is refused by its name."""
    if kind in FUNCTION_CLASSES:
        config = described.get("config")
        function = config.get("function") if isinstance(config, Mapping) else None
        if not isinstance(function, str) or function not in FUNCTIONS:
            raise ValueError(_unknown(name, function))
        return Operator(FUNCTIONS[function], name, is_function=True)
    if str(described.get("module")).startswith(OPERATIONS_MODULE):
        if kind not in KINDS:
            raise ValueError(_unknown(name, kind))
        return Operator(kind, name, is_function=False)
    if kind in KINDS and (kind not in SAME or _is_called_as_operator(described)):
        return Operator(kind, name, is_function=False)
    return None


def _unknown(name: str, function: Any) -> str:
    return f"{name!r:.80} is the operation {brief(function)}, which is not computed here; operators that are: {', '.join(KINDS)}"


def _is_called_as_operator(described: Mapping[str, Any]) -> bool:
    """Whether this is the operator in a file that does not tell modules: the layer of its name receives a list."""
    if "module" in described:
        return False
    nodes = described.get("inbound_nodes")
    node = nodes[0] if isinstance(nodes, list) and nodes else None
    arguments = node.get("args") if isinstance(node, Mapping) else None
    return isinstance(arguments, list) and not (arguments and isinstance(arguments[0], list))


def arguments_of(operation: Operation, tensors: Sequence[Any]) -> list[Any]:
    """The arguments of an operator as Keras 3 writes them."""
    waiting = iter(tensors)
    return [next(waiting) if each is None else _written(each) for each in operation.arguments]


def _written(argument: Any) -> Any:
    if isinstance(argument, tuple):
        return [_written_part(part) for part in argument]
    if isinstance(argument, list):
        return {"class_name": "__numpy__", "config": {"value": argument, "dtype": "float32"}}
    return argument


def _written_part(part: Any) -> Any:
    if isinstance(part, slice):
        return {"class_name": "__slice__", "config": {"start": part.start, "stop": part.stop, "step": part.step}}
    return {"class_name": "__ellipsis__", "config": {}} if part is Ellipsis else part


def _constant(described: Any) -> Any:
    """A number or an array."""
    if not isinstance(described, Mapping):
        return described
    config = described.get("config")
    if described.get("class_name") not in ("__numpy__", "__tensor__") or not isinstance(config, Mapping):
        raise ValueError(f"a constant must be a number or an array, received {brief(described)}")
    try:
        return np.array(config.get("value"), np.float32)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"a constant must be a number or an array, received {brief(config.get('value'))}") from None


def _index(described: Any) -> tuple[Any, ...]:
    """An index; a single part may stand for itself."""
    return tuple(map(_part, described if isinstance(described, list) else [described]))


def _part(described: Any) -> Any:
    if not isinstance(described, Mapping):
        return described
    kind, config = described.get("class_name"), described.get("config", {})
    if kind == "__ellipsis__":
        return Ellipsis
    found = config if kind == "__slice__" else described  # which Keras 2 wrote without a class
    ends = [found.get(name) for name in ("start", "stop", "step")] if isinstance(found, Mapping) else [""]
    if not all(each is None or isinstance(each, int) for each in ends):
        raise ValueError(f"a slice must have a start, a stop and a step, received {brief(described)}")
    return slice(*ends)
