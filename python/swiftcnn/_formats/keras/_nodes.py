"""Calls of layers in Keras's descriptions, by Keras 3 and by Keras 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..._base.bounded_json import brief
from ..._base.structures import flat
from ..._base.user_warnings import warn_user
from ._members import member
from ._operations import TENSOR, Operator

CONSTANT = "_CONSTANT_VALUE"  # which Keras 2 writes for a layer's name
IGNORED = ("training", "name")  # arguments of calls that change nothing here
DEEPEST_LISTS = 3  # around ["dense", 0, 0]


class Tensor(NamedTuple):
    """`["dense", 0, 0]`: a layer, the number of its call, and of the call's output."""

    layer: str
    call: int
    output: int


class Call(NamedTuple):
    """A call that a file describes."""

    layer: str
    number: int
    inputs: list[Tensor]
    is_of_keras_2: bool
    arguments: Sequence[Any] = ()  # of an operator; None stands for a tensor


def calls_of(name: str, described: Any, operator: Operator | None) -> Iterator[Call]:
    """The calls of a layer."""
    what = f"the layer {name!r:.80}"
    for number, node in enumerate(member(described, "inbound_nodes", list, what)):
        is_old = isinstance(node, list)
        if operator is not None:
            arguments = [_as_tensor(each, what) for each in _operands(node, operator, what)]
            tensors = [each for each in arguments if isinstance(each, Tensor)]
            arguments = [None if isinstance(each, Tensor) else each for each in arguments]
            call = Call(name, number, tensors, is_old, arguments)
        else:
            call = Call(name, number, [tensor(each, what) for each in _inputs(node, what)], is_old)
        if not call.inputs:
            raise ValueError(f"{what} is called without inputs")
        yield call


def tensor(told: Any, what: str) -> Tensor:
    """A tensor of `["dense", 0, 0]`, which Keras 2 puts into lists, and puts arguments behind."""
    for _ in range(DEEPEST_LISTS):
        if isinstance(told, list) and len(told) == 1:
            told = told[0]
    if not isinstance(told, list) or not 3 <= len(told) <= 4 or not isinstance(told[0], str) or not _are_numbers(told[1:3]):
        raise ValueError(f"{what} must name tensors as in ['dense', 0, 0], received {brief(told)}")
    return Tensor(*told[:3])


def _are_numbers(values: list[Any]) -> bool:
    return all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in values)


# Layers.


def _inputs(node: Any, what: str) -> list[Any]:
    """Where the inputs of a layer's or a model's call come from."""
    if isinstance(node, list):
        return _old_inputs(node, what)
    arguments, options = _arguments(node, what)
    if not arguments and "inputs" in options:
        arguments = [options.pop("inputs")]
    _look_at_options(options, what)
    if len(arguments) != 1:
        raise ValueError(f"{what} is called with {len(arguments)} arguments, and layers take one here, or a list")
    return [_history(each, what) for each in flat(arguments[0] if not _is_tensor(arguments[0]) else [arguments[0]])]


def _old_inputs(node: list[Any], what: str) -> list[Any]:
    """The same as Keras 2 wrote it: `["dense", 0, 0, {}]`, or a list or a dict of these."""
    if len(node) == 1 and isinstance(node[0], Mapping):
        node = flat(node[0])
    tensors = [node] if node and isinstance(node[0], str) else node
    for each in tensors:
        if isinstance(each, list) and len(each) == 4:
            _look_at_options(each[3], what)
    return tensors


def _arguments(node: Any, what: str) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call, without and with names."""
    arguments = member(node, "args", list, f"the call of {what}")
    options = node.get("kwargs", {})
    if not isinstance(options, Mapping):
        raise ValueError(f"the call of {what} must have 'kwargs', arguments by name, received {brief(options)}")
    return list(arguments), dict(options)


def _look_at_options(named: Any, what: str) -> None:
    """Keras writes training=False of every call, also of those that were not told anything."""
    if not isinstance(named, Mapping):
        raise ValueError(f"the call of {what} must have its arguments by name, received {brief(named)}")
    if named.get("training") not in (None, False):
        warn_user(f"{what} always works as in training in Keras, by training=True; here it does in fit")
    for name, value in named.items():
        if all(each is None for each in flat(value)) or name in IGNORED:
            continue
        if "mask" in str(name):
            raise ValueError(f"{what} is called with a mask, which layers do not take here: remove it, or multiply by it")
        raise ValueError(f"{what} is called with {brief(name)}, an argument that is not known here")


def _is_tensor(described: Any) -> bool:
    return isinstance(described, Mapping) and described.get("class_name") == TENSOR


def _history(described: Any, what: str) -> list[Any]:
    if not _is_tensor(described):
        raise ValueError(f"{what} is called with {brief(described)}, and layers take tensors")
    return member(member(described, "config", dict, f"an input of {what}"), "keras_history", list, what)


# Operators.


def _operands(node: Any, operator: Operator, what: str) -> list[Any]:
    """The arguments of an operator: tensors as `["dense", 0, 0]` or as Keras 3 describes them, and constants."""
    first, second = operator.argument_names()
    if isinstance(node, list):
        inner = node[0] if len(node) == 1 and isinstance(node[0], list) else node
        if len(inner) != 4 or not isinstance(inner[3], Mapping):
            raise ValueError(f"{what} must be called such as ['dense', 0, 0, {{}}], received {brief(node)}")
        operands = [inner[2] if inner[0] == CONSTANT else inner[:3]]
        options = dict(inner[3])
        seconds = [options.pop(second)] if second in options else []
    else:
        operands, options = _arguments(node, what)
        seconds = []
        for name in (first, second):
            if name in options:
                seconds.append(options.pop(name))
    _look_at_options(options, what)
    return [*operands, *seconds]


def _as_tensor(operand: Any, what: str) -> Any:
    """The tensor that an argument is, or the argument."""
    if _is_tensor(operand):
        return tensor(_history(operand, what), what)
    if isinstance(operand, list) and len(operand) == 3 and isinstance(operand[0], str):
        return tensor(operand, what)
    if operand is None:
        raise ValueError(f"{what} is called with nothing in place of a tensor or a constant")
    return operand
