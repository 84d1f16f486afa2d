"""Functional models from Keras's descriptions, by Keras 3 and by Keras 2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from .._graphs import Graph
from .._json import brief
from .._layer import Layer
from .._model import Model
from .._sequential import Sequential
from .._structures import Structure, flat
from .._symbols import Symbol, call_layer, input_symbol
from .._warnings import warn_user
from ..layers import InputLayer
from ._reading import _member

DEEPEST_ENDS = 3  # lists around ["dense", 0, 0]


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


class GraphReader:
    """Makes a functional model.

    Args:
        config: the model's configuration.
        make: makes a layer, or a model within the model, of its description.
    """

    def __init__(self, config: Mapping[str, Any], make: Callable[[Any], Layer | Model]) -> None:
        self._config = config
        self._items: dict[str, Layer | Model] = {}
        self._calls: list[Call] = []
        for described in _member(config, "layers", list, "the model"):
            name = _member(described, "name", str, "each layer")
            if name in self._items:
                raise ValueError(f"two layers are named {name!r:.80}")
            self._items[name] = make(described)
            self._calls += _calls_of(name, described)
        self._calls = self._counted_from_0()
        self._values: dict[tuple[str, int], list[Symbol]] = {}

    def model(self) -> Model:
        for name, item in self._items.items():
            if isinstance(item, InputLayer):
                if item.name is None:
                    item.name = name
                self._values[name, 0] = [input_symbol(item)]
        self._run()
        begins, ends = (self._ends(what) for what in ("input", "output"))
        (inputs, form_of_inputs), (outputs, form_of_outputs) = begins, ends
        if not all(symbol.node.is_input for symbol in inputs):
            raise ValueError("a functional model must begin with an InputLayer")
        graph = Graph(inputs, outputs)
        return Model._unbuilt(str(self._config.get("name", "functional")), graph, form_of_inputs, form_of_outputs)

    def _counted_from_0(self) -> list[Call]:
        """The calls, those of models too counted from 0: Keras 2 counts them from 1."""
        counts: dict[str, int] = {}
        largest: dict[str, int] = {}
        for call in self._calls:
            counts[call.layer] = call.number + 1
            for each in call.inputs:
                largest[each.layer] = max(largest.get(each.layer, 0), each.call)
        from_1 = {
            name for name, item in self._items.items() if isinstance(item, Model) and largest.get(name, 0) >= counts.get(name, 1)
        }
        return [
            call._replace(inputs=[each._replace(call=each.call - (each.layer in from_1)) for each in call.inputs])
            for call in self._calls
        ]

    def _run(self) -> None:
        """Makes all calls, each as soon as what it reads is there."""
        waiting: dict[tuple[str, int], list[Call]] = {}
        missing = {}
        ready = []
        for call in self._calls:
            sources = {(each.layer, each.call) for each in call.inputs} - self._values.keys()
            missing[call.layer, call.number] = len(sources)
            for source in sources:
                waiting.setdefault(source, []).append(call)
            if not sources:
                ready.append(call)
        while ready:
            call = ready.pop()
            key = (call.layer, call.number)
            self._values[key] = self._made(call)
            for other in waiting.get(key, ()):
                missing[other.layer, other.number] -= 1
                if not missing[other.layer, other.number]:
                    ready.append(other)
        lost = [call for call in self._calls if (call.layer, call.number) not in self._values]
        if lost:
            needed = next(each for each in lost[0].inputs if (each.layer, each.call) not in self._values)
            raise ValueError(f"the layer {needed.layer!r:.80} is used, but is not there or is used in a circle")

    def _made(self, call: Call) -> list[Symbol]:
        item = self._items[call.layer]
        inputs = [self._value(each) for each in call.inputs]
        if isinstance(item, Layer):
            if not item._joins and len(inputs) != 1:
                raise ValueError(f"the layer {call.layer!r:.80} ({type(item).__name__}) takes one input, and the file gives {len(inputs)}")
            return [call_layer(item, inputs)]
        return item._call(inputs).outputs

    def _value(self, tensor: Tensor) -> Symbol:
        found = self._values.get((tensor.layer, tensor.call))
        if found is None or not 0 <= tensor.output < len(found):
            raise ValueError(f"the model uses {list(tensor)!r:.80}, which is not there")
        return found[tensor.output]

    def _ends(self, what: str) -> tuple[list[Symbol], Structure]:
        """The model's inputs or outputs, and the form in which they are given."""
        told = self._config.get(f"{what}_layers")
        if isinstance(told, (list, tuple)) and len(told) == 3 and isinstance(told[0], str):
            form, tensors = Structure(object), [told]
        elif isinstance(told, Mapping) and told:
            form, tensors = Structure(dict, tuple(map(str, told))), flat(told)
        elif isinstance(told, list) and told:
            form, tensors = Structure(list), list(told)
            if len(told) == 1:
                form = Structure(object)  # as Keras 2 writes it of one
        else:
            raise ValueError(f"the model must have '{what}_layers' such as ['dense', 0, 0], received {brief(told)}")
        return [self._value(self._end(each, what)) for each in tensors], form

    def _end(self, told: Any, what: str) -> Tensor:
        for _ in range(DEEPEST_ENDS):
            if isinstance(told, list) and len(told) == 1:
                told = told[0]
        tensor = _tensor(told, f"the model's '{what}_layers'")
        item = self._items.get(tensor.layer)
        if isinstance(item, Model) and not isinstance(item, Sequential):  # whose calls Keras counts from 1 here
            earlier = (tensor.layer, tensor.call - 1)
            return tensor._replace(call=tensor.call - 1) if earlier in self._values else tensor
        return tensor


def _calls_of(name: str, described: Any) -> Iterable[Call]:
    what = f"the layer {name!r:.80}"
    for number, node in enumerate(_member(described, "inbound_nodes", list, what)):
        inputs = [_tensor(each, what) for each in _histories(node, what)]
        if not inputs:
            raise ValueError(f"{what} is called without inputs")
        yield Call(name, number, inputs)


def _tensor(told: Any, what: str) -> Tensor:
    if not isinstance(told, list) or len(told) < 3 or not isinstance(told[0], str) or not _are_numbers(told[1:3]):
        raise ValueError(f"{what} must have an input such as ['dense', 0, 0], received {brief(told)}")
    return Tensor(*told[:3])


def _are_numbers(values: list[Any]) -> bool:
    return all(isinstance(each, int) and not isinstance(each, bool) for each in values)


def _histories(node: Any, what: str) -> list[Any]:
    """Where a call's inputs come from, as `["dense", 0, 0]`."""
    if isinstance(node, list):  # as Keras 2 wrote it
        return node if node and isinstance(node[0], list) else [node]
    arguments = _member(node, "args", list, f"the call of {what}")
    _look_at_options(node.get("kwargs"), what)
    tensors = [each for argument in arguments for each in _tensors_in(argument)]
    return [_member(_member(each, "config", dict, f"an input of {what}"), "keras_history", list, what) for each in tensors]


def _tensors_in(argument: Any) -> list[Any]:
    """The tensors in a list or a dict by name, in flat order."""
    if isinstance(argument, Mapping) and argument.get("class_name") != "__keras_tensor__" and "config" not in argument:
        return flat(argument)
    return list(argument) if isinstance(argument, list) else [argument]


def _look_at_options(named: Any, what: str) -> None:
    """Keras writes training=False of every call, also of those that were not told anything."""
    if not isinstance(named, Mapping):
        return
    if named.get("training") is True:
        warn_user(f"{what} always works as in training in Keras, by training=True; here it does in fit")
    if any(each is not None for each in flat(named.get("mask"))):
        raise ValueError(f"{what} is called with a mask, which layers do not take here: remove it, or multiply by it")
