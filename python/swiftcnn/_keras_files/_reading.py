"""Models from Keras's descriptions. A functional model is read if it is a line."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from .. import layers
from .._layer import Layer
from .._model import Model
from .._sequential import Sequential
from ..layers import InputLayer
from ._values import class_name, configuration, settings

DEEPEST = 16
MODELS = ("Sequential", "Functional", "Model")


def model_from(described: Any, depth: int = 0) -> Model:
    """The model that a `config.json` or the attribute `model_config` describes, not yet built."""
    if depth > DEEPEST:
        raise ValueError(f"models lie within models more than {DEEPEST} deep")
    kind = class_name(described, "the model")
    if kind not in MODELS:
        raise ValueError(f"the model is of the class {kind!r}; Sequential and Functional models can be read")
    try:
        config = described["config"]
        if isinstance(config, list):  # as Keras wrote it before 2.2.3
            config = {"layers": config}
        model = _sequential(config, depth) if kind == "Sequential" else _functional(config, depth)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"the model's description is not as Keras writes it: {type(error).__name__} {error}") from None
    if config.get("trainable", True) is False:
        model.trainable = False
    return model


def _sequential(config: Mapping[str, Any], depth: int) -> Model:
    model = Sequential(name=config.get("name"))
    for described in config["layers"]:
        model.add(_item(described, depth))
    shape = config.get("build_input_shape")
    if model._input is None and shape is not None:
        model._input = InputLayer(shape[1:])._declared_input
    return model


def _functional(config: Mapping[str, Any], depth: int) -> Model:
    line = [_item(described, depth) for described in _in_order(config)]
    if not line or not isinstance(line[0], InputLayer):
        raise ValueError("a functional model must begin with an InputLayer")
    return Model._unbuilt(str(config.get("name", "functional")), line[0], line[1:])


def _in_order(config: Mapping[str, Any]) -> list[Any]:
    """The layers from the input to the output, each of which must feed just the next."""
    by_name: dict[str, Any] = {}
    for described in config["layers"]:
        if by_name.setdefault(described["name"], described) is not described:
            raise ValueError(f"two layers are named {described['name']!r}")
    name: str | None = _single(config["output_layers"], "output")
    line: list[Any] = []
    while name is not None:
        if name not in by_name:
            raise ValueError(f"the layer {name!r} is used, but is not there or is used in a circle")
        line.append(by_name.pop(name))
        name = _source(line[-1])
    if by_name:
        raise ValueError(
            f"the model is no line: {', '.join(map(repr, list(by_name)[:5]))} are not on the way from the input to the output. "
            "Models are lines of layers here, without branches"
        )
    return line[::-1]


def _single(ends: Any, what: str) -> str:
    """`["dense", 0, 0]`, or a list of one such."""
    while len(ends) == 1:
        ends = ends[0]
    if not isinstance(ends[0], str):
        raise ValueError(f"the model has {len(ends)} {what}s; models are lines of layers here, with one")
    return ends[0]


def _source(described: Mapping[str, Any]) -> str | None:
    """The layer before, or None for an input."""
    nodes = described["inbound_nodes"]
    if not nodes:
        return None
    if len(nodes) > 1:
        raise ValueError(f"the layer {described['name']!r} is used {len(nodes)} times; a line has each layer once")
    if isinstance(nodes[0], Mapping):
        tensors = nodes[0]["args"]
        histories = [each["config"]["keras_history"] for each in tensors if isinstance(each, Mapping)]
        many = len(tensors) != 1 or len(histories) != 1
    else:  # as Keras 2 wrote it
        histories = nodes[0] if isinstance(nodes[0][0], list) else [nodes[0]]
        many = len(histories) != 1
    if many:
        raise ValueError(
            f"the layer {described['name']!r} ({described.get('class_name')}) has several inputs; models are lines of layers here"
        )
    return str(histories[0][0])


def _item(described: Any, depth: int) -> Layer | Model:
    config = described.get("config")
    name = config.get("name") if isinstance(config, Mapping) else None
    what = f"the layer {name!r}" if name else "a layer"
    kind = class_name(described, what)
    if kind in MODELS:
        return model_from(described, depth + 1)
    config = configuration(described, what)
    if kind == "InputLayer":
        return InputLayer(_shape(config)[1:], name=config.get("name"))
    if kind not in layers._KNOWN:
        reason = "it would run code from the file" if "Lambda" in kind else "swiftcnn does not have it"
        raise ValueError(f"{what} is of the class {kind!r}, which cannot be read: {reason}. Known: {', '.join(layers._KNOWN)}")
    _look_at_dtype(config.get("dtype"), what)
    found = layers._KNOWN[kind]
    taken = settings(found, config, what)
    if "batch_input_shape" in config:  # Keras 2, on a first layer
        taken["input_shape"] = _shape(config)[1:]
    return found(**taken)


def _shape(config: Mapping[str, Any]) -> Any:
    return config.get("batch_shape") or config.get("batch_input_shape")


def _look_at_dtype(dtype: Any, what: str) -> None:
    if isinstance(dtype, Mapping):
        dtype = configuration(dtype, what).get("name")
    if dtype not in (None, "float32"):
        warnings.warn(f"{what} computes in {dtype} in Keras; here it computes in float32", UserWarning, stacklevel=2)
