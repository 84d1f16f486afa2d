"""Keras's descriptions of models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import _weight_rules, initializers
from .._keras_configs import slot
from .._layer import Layer
from .._model import Model
from .._own_initializers import default
from .._sequential import Sequential
from ..layers import InputLayer, SpatialDropout2D
from ._values import serialized, written, written_object

FUNCTIONAL_MODULE = "keras.src.models.functional"


def described(model: Model) -> dict[str, Any]:
    """The model as `config.json` and the attribute `model_config` have it."""
    shape = [None, *(model._input or ())]
    if isinstance(model, Sequential):
        return {**serialized("keras", "Sequential", _sequential(model)), "build_config": {"input_shape": shape}}
    return {**serialized(FUNCTIONAL_MODULE, "Functional", _functional(model)), "registered_name": "Functional"}


def _sequential(model: Model) -> dict[str, Any]:
    inputs = [_described_input(model._input_layer())] if model._input is not None and model._line else []
    return {"name": model.name, "trainable": True, "layers": [*inputs, *(_described_item(item) for item in model._line)]}


def _functional(model: Model) -> dict[str, Any]:
    """Each layer tells of the one before it."""
    first = model._input_layer()
    parts = [{**_described_input(first), "name": first.name, "inbound_nodes": []}]
    shapes = [model._input or (), *(facts.output_shape for facts in model._item_facts())]
    for item, shape in zip(model._line, shapes, strict=False):
        tensor = {"shape": [None, *shape], "dtype": "float32", "keras_history": [parts[-1]["name"], 0, 0]}
        node = {"args": [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}
        parts.append({**_described_item(item), "name": item.name, "inbound_nodes": [node]})
    ends = [[parts[index]["name"], 0, 0] for index in (0, -1)]
    return {"name": model.name, "trainable": True, "layers": parts, "input_layers": ends[0], "output_layers": ends[1]}


def _described_input(layer: InputLayer) -> dict[str, Any]:
    config = {
        "batch_shape": [None, *(layer._declared_input or ())],
        "dtype": "float32",
        "sparse": False,
        "ragged": False,
        "name": layer.name or "input_layer",
    }
    return serialized("keras.layers", "InputLayer", config)


def _described_item(item: Layer | Model) -> dict[str, Any]:
    if isinstance(item, Model):
        return described(item)
    config: dict[str, Any] = {"name": item.name, "trainable": item.trainable, "dtype": "float32"}
    if isinstance(item, SpatialDropout2D):
        del config["trainable"]  # which Keras's layer does not take
    for field in (*item._fields, *_weight_rules.names(item._ruled_weights)):
        module, value = slot(field), item._setting(field)
        if module is initializers and callable(value):  # a user's own, which no file holds
            value = default(item._class_name(), field)
        config[field] = written(value) if module is None else written_object(module, value)
    return serialized("keras.layers", item._class_name(), config)


def kinds(items: Sequence[Any]) -> list[tuple[str, Any]]:
    """Layers and models with the names of their classes in Keras."""
    return [(item._kind if isinstance(item, Model) else item._class_name(), item) for item in items]
