"""Models as plain values. Layers of models within a model stand in one list, each under its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._graph.layer import Layer
from ..layers._operators import Operation
from . import graph_configurations

if TYPE_CHECKING:
    from .any_model import AnyModel


def describe_model(model: AnyModel) -> dict[str, Any]:
    """The architecture, as the engine and its files have it: a line in format 1, any other graph in format 2."""
    if not _is_line(model):
        return graph_configurations.describe(model)
    config: dict[str, Any] = {"format": 1, "class": "Sequential", "name": model.name}
    if model._input is not None:
        config["input"] = _input(model)
    models = dict(_models(model, ""))
    if len(models) > 1 or models[""]["class"] != "Sequential":
        config["models"] = models
    return {**config, "layers": [{**leaf._describe(), "name": path} for path, leaf in model._leaves()]}


def _is_line(model: AnyModel) -> bool:
    """Whether each layer receives what the one before it puts out, and is called once."""
    if not model._is_sequential:
        graph, last = model._graph, model._graph.inputs[0]
        if len(graph.inputs) > 1 or len(graph.outputs) > 1 or len(graph.nodes) != len(model._line):
            return False
        for node in graph.nodes:
            if node.inputs != (last,):
                return False
            last = node.outputs[0]
        if any(isinstance(item, Operation) for item in model._line):  # which only format 2 tells of
            return False
        if last != graph.outputs[0] or model._form_of_inputs.kind is dict or model._form_of_outputs.kind is dict:
            return False
    inner = [item for item in model._line if not isinstance(item, Layer)]
    if not all(_is_line(item) for item in inner):
        return False
    leaves = sum(1 if isinstance(item, Layer) else len(item._leaves()) for item in model._line)
    return leaves == len(model._leaves())


def _models(model: AnyModel, path: str) -> list[tuple[str, dict[str, Any]]]:
    """The model and those within it, each under its path."""
    told: dict[str, Any] = {"class": model._kind}
    if path and model._input is not None:
        told["input"] = _input(model)
    inner = [(f"{path}/{item.name}".lstrip("/"), item) for item in model._line if not isinstance(item, Layer)]
    return [(path, told), *(each for name, item in inner for each in _models(item, name))]


def _input(model: AnyModel) -> dict[str, Any]:
    name = model._input_name()
    return {**({"name": name} if name else {}), "shape": list(model._input or ())}
