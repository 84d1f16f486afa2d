"""Functional models from Keras's descriptions, by Keras 3 and by Keras 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from typing import Any

from ..._base.bounded_json import brief
from ..._base.structures import Structure, flat
from ..._graph.graph import Graph
from ..._graph.layer import Layer
from ..._graph.symbolic_tensor import SymbolicTensor, call_layer, input_symbol
from ..._models.graph_configurations import check_calls
from ..._models.model import Model
from ..._models.sequential import Sequential
from ...layers import InputLayer
from ._members import member
from ._nodes import Call, Tensor, calls_of, tensor
from ._operations import Operator


class GraphReader:
    """Makes a functional model.

    Args:
        config: the model's configuration.
        make: makes a layer, a model within the model, or an operator of its description and its name.
    """

    def __init__(self, config: Mapping[str, Any], make: Callable[[Any, str], Layer | Model | Operator]) -> None:
        self._config = config
        self._items: dict[str, Layer | Model | Operator] = {}
        self._calls: list[Call] = []
        for described in member(config, "layers", list, "the model"):
            name = member(described, "name", str, "each layer")
            if name in self._items:
                raise ValueError(f"two layers are named {name!r:.80}")
            item = self._items[name] = make(described, name)
            self._calls += calls_of(name, described, item if isinstance(item, Operator) else None)
        (begins, self._form_of_inputs), (ends, self._form_of_outputs) = self._ends("input"), self._ends("output")
        self._begins, self._finish = begins, ends
        self._count_from_0()
        self._values: dict[tuple[str, int], list[SymbolicTensor]] = {}

    def model(self) -> Model:
        for name, item in self._items.items():
            if isinstance(item, InputLayer):
                if item.name is None:
                    item.name = name
                self._values[name, 0] = [input_symbol(item)]
        self._run()
        inputs, outputs = ([self._value(each) for each in ends] for ends in (self._begins, self._finish))
        if not all(symbol.node.is_input for symbol in inputs):
            raise ValueError("a functional model must begin with an InputLayer")
        name = self._config.get("name", "functional")
        if not isinstance(name, str):
            raise ValueError(f"the model's name must be a string, received {brief(name)}")
        model = Model._unbuilt(name, Graph(inputs, outputs), self._form_of_inputs, self._form_of_outputs)
        check_calls(model)
        return model

    # What counts calls of models from 1, since a model's own inputs and outputs count as a call.

    def _count_from_0(self) -> None:
        """Keras 2 counts so wherever it names a model that begins with an Input; Keras 3 where it names a model's outputs."""
        is_old = any(call.is_of_keras_2 for call in self._calls)
        named = [*self._finish, *(each for call in self._calls for each in call.inputs)] if is_old else self._finish
        first: dict[str, int] = {}
        for each in named:
            item = self._items.get(each.layer)
            if isinstance(item, Model) and (is_old or not isinstance(item, Sequential)):
                first[each.layer] = min(first.get(each.layer, each.call), each.call)
        from_1 = {name for name, number in first.items() if number > 0}
        self._finish = [_earlier(each, from_1) for each in self._finish]
        if is_old:
            self._calls = [call._replace(inputs=[_earlier(each, from_1) for each in call.inputs]) for call in self._calls]

    # Calls.

    def _run(self) -> None:
        """Makes all calls in their order in the file, each as soon as what it reads is there, and the layer's call before it."""
        waiting: dict[tuple[str, int], list[int]] = {}
        missing, ready = [], list[int]()
        for place, call in enumerate(self._calls):
            sources = {(each.layer, each.call) for each in call.inputs}
            if call.number:
                sources.add((call.layer, call.number - 1))
            sources -= self._values.keys()
            missing.append(len(sources))
            for source in sources:
                waiting.setdefault(source, []).append(place)
            if not sources:
                heappush(ready, place)
        while ready:
            call = self._calls[heappop(ready)]
            self._values[call.layer, call.number] = self._made(call)
            for place in waiting.get((call.layer, call.number), ()):
                missing[place] -= 1
                if not missing[place]:
                    heappush(ready, place)
        lost = next((call for call in self._calls if (call.layer, call.number) not in self._values), None)
        if lost is not None:
            raise ValueError(self._why_lost(lost))

    def _why_lost(self, call: Call) -> str:
        """Goes back from a call that cannot be made to what is missing, or to where it has been."""
        calls = {(each.layer, each.number): each for each in self._calls}
        seen = set()
        while (call.layer, call.number) not in seen:
            seen.add((call.layer, call.number))
            sources = [(each.layer, each.call) for each in call.inputs]
            key = next((key for key in sources if key not in self._values), (call.layer, call.number - 1))
            if key not in calls:
                problem = "is not there" if key[0] not in self._items else f"is not called {key[1] + 1} times"
                return f"the layer {key[0]!r:.80} is used by {call.layer!r:.80}, but {problem}"
            call = calls[key]
        return f"the layer {call.layer!r:.80} is used in a circle"

    def _made(self, call: Call) -> list[SymbolicTensor]:
        item = self._items[call.layer]
        inputs = [self._value(each) for each in call.inputs]
        if isinstance(item, Operator):
            return [item.called(call.arguments, inputs)]
        if isinstance(item, InputLayer):
            raise ValueError(f"the layer {call.layer!r:.80} is an InputLayer, and the file gives it inputs")
        if not isinstance(item, Layer):
            return item._call(inputs).outputs
        if not item._joins and len(inputs) != 1:
            raise ValueError(
                f"the layer {call.layer!r:.80} ({type(item).__name__}) takes one input, and the file gives it {len(inputs)}"
            )
        return [call_layer(item, inputs)]

    def _value(self, wanted: Tensor) -> SymbolicTensor:
        found = self._values.get((wanted.layer, wanted.call))
        if found is None or not 0 <= wanted.output < len(found):
            raise ValueError(f"the model uses {brief(list(wanted))}, which is not there")
        return found[wanted.output]

    def _ends(self, what: str) -> tuple[list[Tensor], Structure]:
        """The model's inputs or outputs, and the form in which they are given."""
        told = self._config.get(f"{what}_layers")
        if isinstance(told, (list, tuple)) and len(told) == 3 and isinstance(told[0], str):
            form, tensors = Structure(object), [told]
        elif isinstance(told, Mapping) and told:
            form, tensors = Structure(dict, tuple(told)), flat(told)
        elif isinstance(told, list) and told:
            form, tensors = Structure(list), list(told)
            if len(told) == 1:
                form = Structure(object)  # Keras 2 writes it so of one, and Keras 3 predicts an array
        else:
            raise ValueError(f"the model must have '{what}_layers' such as ['dense', 0, 0], received {brief(told)}")
        return [tensor(each, f"the model's '{what}_layers'") for each in tensors], form


def _earlier(each: Tensor, from_1: set[str]) -> Tensor:
    return each._replace(call=each.call - 1) if each.layer in from_1 else each
