"""Keras's descriptions of models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import initializers
from ..._graph import weight_rules
from ..._graph.architecture import default
from ..._graph.graph import Graph
from ..._graph.keras_settings import slot
from ..._graph.layer import Layer
from ..._graph.symbolic_tensor import Node, SymbolicTensor
from ..._models.model import Model
from ..._models.sequential import Sequential
from ...layers import InputLayer, SpatialDropout2D
from ...layers._operators import Operation
from ._operations import arguments_of
from ._values import serialized, written, written_object

FUNCTIONAL_MODULE, OPERATIONS_MODULE = "keras.src.models.functional", "keras.src.ops.numpy"


def described(model: Model) -> dict[str, Any]:
    """The model as `config.json` and the attribute `model_config` have it."""
    if isinstance(model, Sequential):
        shape = [None, *(model._input or ())]
        return {**serialized("keras", "Sequential", _sequential(model)), "build_config": {"input_shape": shape}}
    return {**serialized(FUNCTIONAL_MODULE, "Functional", _functional(model)), "registered_name": "Functional"}


def _sequential(model: Sequential) -> dict[str, Any]:
    inputs = [_described_input(model._input_layer())] if model._input is not None and model._line else []
    return {"name": model.name, "trainable": True, "layers": [*inputs, *(_described_item(item) for item in model._line)]}


def _functional(model: Model) -> dict[str, Any]:
    """Each layer tells of its calls, and each call of the tensors that it reads."""
    graph = model._graph
    calls = _calls(graph)
    numbers = _numbers(graph, calls)
    parts = []
    for item in graph.items:
        if isinstance(item, InputLayer):
            parts.append({**_described_input(item), "name": item.name, "inbound_nodes": []})
            continue
        nodes = [{"args": _arguments(item, node, numbers), "kwargs": {}} for node in calls[id(item)]]
        parts.append({**_described_item(item), "name": item.name, "inbound_nodes": nodes})
    begins = model._form_of_inputs.pack([[symbol.name, 0, 0] for symbol in graph.inputs])
    ends = model._form_of_outputs.pack([_end(symbol, numbers) for symbol in graph.outputs])
    return {"name": model.name, "trainable": True, "layers": parts, "input_layers": begins, "output_layers": ends}


def _calls(graph: Graph) -> dict[int, list[Node]]:
    """The calls of each item, by its id."""
    found: dict[int, list[Node]] = {}
    for node in graph.nodes:
        found.setdefault(id(node.item), []).append(node)
    return found


def _numbers(graph: Graph, calls: dict[int, list[Node]]) -> dict[SymbolicTensor, tuple[str, int, int]]:
    """Each tensor's layer, the number of its call in this model, and of the call's output."""
    found = {symbol: (symbol.name, 0, 0) for symbol in graph.inputs}
    for nodes in calls.values():
        for number, node in enumerate(nodes):
            found.update((symbol, (symbol.name, number, symbol.index)) for symbol in node.outputs)
    return found


def _arguments(item: Layer | Model, node: Node, numbers: dict[SymbolicTensor, tuple[str, int, int]]) -> list[Any]:
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": [None, *symbol.sample_shape], "dtype": "float32", "keras_history": list(numbers[symbol])},
        }
        for symbol in node.inputs
    ]
    if isinstance(item, Operation):
        return arguments_of(item, tensors)
    if isinstance(item, Layer):
        return [tensors] if item._joins else tensors
    return [item._form_of_inputs.pack(tensors)]


def _end(symbol: SymbolicTensor, numbers: dict[SymbolicTensor, tuple[str, int, int]]) -> list[Any]:
    """An output of the model. Calls of functional models are counted from 1 here, as Keras does."""
    name, number, index = numbers[symbol]
    item = symbol.node.item
    return [name, number + 1 if isinstance(item, Model) and not isinstance(item, Sequential) else number, index]


def _described_input(layer: InputLayer) -> dict[str, Any]:
    config = {
        "batch_shape": [None, *(layer._declared_input or ())],
        "dtype": "float32",
        "sparse": False,
        "ragged": False,
        "name": layer.name or "input_layer",
    }
    return serialized("keras.layers", "InputLayer", config)


def _described_item(item: Any) -> dict[str, Any]:
    if isinstance(item, Model):
        return described(item)
    if isinstance(item, Operation):
        return {**serialized(OPERATIONS_MODULE, item.kind, {"name": item.name}), "registered_name": item.kind}
    config: dict[str, Any] = {"name": item.name, "trainable": item.trainable, "dtype": "float32"}
    if isinstance(item, SpatialDropout2D):
        del config["trainable"]  # which Keras's layer does not take
    for field in (*item._fields, *weight_rules.names(item._ruled_weights)):
        module, value = slot(field), item._setting(field)
        if module is initializers and callable(value):  # a user's own, which no file holds
            value = default(item._class_name(), field)
        config[field] = written(value) if module is None else written_object(module, value)
    return serialized("keras.layers", item._class_name(), config)


def kinds(items: Sequence[Any]) -> list[tuple[str, Any]]:
    """Layers and models with the names of their classes in Keras."""
    return [(item._kind if isinstance(item, Model) else item._class_name(), item) for item in items]
