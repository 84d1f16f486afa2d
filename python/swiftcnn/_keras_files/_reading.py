"""Models from Keras's descriptions. A functional model is read if it is a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from .. import layers
from .._json import brief
from .._keras_configs import class_name, configuration, naming, settings
from .._layer import Layer
from .._model import Model
from .._sequential import Sequential
from .._warnings import warn_user
from ..layers import InputLayer

DEEPEST = 16
MODELS = ("Sequential", "Functional", "Model")
DEEPEST_ENDS = 3  # lists around ["dense", 0, 0]
T = TypeVar("T")
NOUNS: dict[type, str] = {list: "a list", str: "a string", dict: "settings by name"}


def model_from(described: Any, depth: int = 0, kind: type[Sequential] = Sequential) -> Model:
    """The model that a `config.json` or the attribute `model_config` describes, not yet built.

    Args:
        described: the description.
        depth: how many models are around this one.
        kind: the class of a sequential model.
    """
    if depth > DEEPEST:
        raise ValueError(f"models lie within models more than {DEEPEST} deep")
    name = class_name(described, "the model")
    if name not in MODELS:
        raise ValueError(f"the model is of the class {name!r:.80}; Sequential and Functional models can be read")
    config = described.get("config")
    if isinstance(config, list):  # as Keras wrote it before 2.2.3
        config = {"layers": config}
    if not isinstance(config, Mapping):
        raise ValueError(f"the model's description is not as Keras writes it: its config is {brief(config)}")
    model = _sequential(config, depth, kind) if name == "Sequential" else _functional(config, depth)
    if config.get("trainable", True) is False:
        model.trainable = False
    return model


def _sequential(config: Mapping[str, Any], depth: int, kind: type[Sequential]) -> Model:
    model = kind(name=config.get("name"))
    model._add_all(_item(described, depth) for described in _member(config, "layers", list, "the model"))
    shape = config.get("build_input_shape")
    if model._input is None and shape is not None:
        model._input = naming("build_input_shape", InputLayer, batch_shape=shape)._declared_input
    return model


def _functional(config: Mapping[str, Any], depth: int) -> Model:
    line = [_item(described, depth) for described in _in_order(config)]
    if not line or not isinstance(line[0], InputLayer):
        raise ValueError("a functional model must begin with an InputLayer")
    return Model._unbuilt(str(config.get("name", "functional")), line[0], line[1:])


def _member(holder: Any, key: str, kind: type[T], what: str) -> T:
    """The value of a key, which must be of this type."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise ValueError(f"{what} must have '{key}', {NOUNS[kind]}, as Keras writes it, received {brief(value)}")
    return value


# Lines.


def _in_order(config: Mapping[str, Any]) -> list[Any]:
    """The layers from the input to the output, each of which must feed just the next."""
    by_name: dict[str, Any] = {}
    for described in _member(config, "layers", list, "the model"):
        name = _member(described, "name", str, "each layer")
        if by_name.setdefault(name, described) is not described:
            raise ValueError(f"two layers are named {name!r:.80}")
    line: list[Any] = []
    source: str | None = _single(config.get("output_layers"), "output")
    while source is not None:
        if source not in by_name:
            raise ValueError(f"the layer {source!r:.80} is used, but is not there or is used in a circle")
        line.append(by_name.pop(source))
        source = _source(line[-1])
    if by_name:
        raise ValueError(
            f"the model is no line: {', '.join(map(brief, list(by_name)[:5]))} are not on the way from the input to the output. "
            "Models are lines of layers here, without branches"
        )
    return line[::-1]


def _single(ends: Any, what: str) -> str:
    """Of `["dense", 0, 0]`, or a list of one such, or a dict of one."""
    for _ in range(DEEPEST_ENDS):
        if isinstance(ends, Mapping):
            ends = list(ends.values())
        if isinstance(ends, list) and len(ends) == 1:
            ends = ends[0]
    if isinstance(ends, list) and len(ends) == 3 and isinstance(ends[0], str):
        return ends[0]
    if isinstance(ends, list) and len(ends) > 1 and all(isinstance(each, list) for each in ends):
        raise ValueError(f"the model has {len(ends)} {what}s; models are lines of layers here, with one")
    raise ValueError(f"the model must have '{what}_layers' such as ['dense', 0, 0], received {brief(ends)}")


def _source(described: Mapping[str, Any]) -> str | None:
    """The layer before, or None for an input."""
    what = f"the layer {described['name']!r:.80}"
    nodes = _member(described, "inbound_nodes", list, what)
    if not nodes:
        return None
    if len(nodes) > 1:
        raise ValueError(f"{what} is used {len(nodes)} times; a line has each layer once")
    histories = _histories(nodes[0], what)
    if len(histories) != 1:
        raise ValueError(f"{what} ({described.get('class_name')}) has several inputs; models are lines of layers here")
    history = histories[0]
    if not isinstance(history, list) or not history or not isinstance(history[0], str):
        raise ValueError(f"{what} must have an input such as ['dense', 0, 0], received {brief(history)}")
    return history[0]


def _histories(node: Any, what: str) -> Sequence[Any]:
    """Where a layer's inputs come from, as `["dense", 0, 0]`."""
    if isinstance(node, list):  # as Keras 2 wrote it
        return node if node and isinstance(node[0], list) else [node]
    tensors = _member(node, "args", list, f"the call of {what}")
    _look_at_training(node.get("kwargs"), what)
    if len(tensors) == 1 and isinstance(tensors[0], list):  # the inputs of a layer such as Add
        tensors = tensors[0]
    return [_member(_member(each, "config", dict, f"an input of {what}"), "keras_history", list, what) for each in tensors]


def _look_at_training(named: Any, what: str) -> None:
    """Keras writes training=False of every call, also of those that were not told anything."""
    if isinstance(named, Mapping) and named.get("training") is True:
        warn_user(f"{what} always works as in training in Keras, by training=True; here it does in fit")


# Layers.


def _item(described: Any, depth: int) -> Layer | Model:
    config = described.get("config") if isinstance(described, Mapping) else None
    name = config.get("name") if isinstance(config, Mapping) else None
    what = f"the layer {brief(name)}" if name else "a layer"
    kind = class_name(described, what)
    if kind in MODELS:
        return model_from(described, depth + 1)
    found = InputLayer if kind == "InputLayer" else layers._KNOWN.get(kind)
    if found is None:
        reason = "it would run code from the file" if "Lambda" in kind else "swiftcnn does not have it"
        raise ValueError(
            f"{what} is of the class {kind!r:.80}, which cannot be read: {reason}. Known: {', '.join(layers._KNOWN)}"
        )
    config = configuration(described, what)
    if found is InputLayer:
        config.pop("dtype", None)  # arrays of any type are taken
    made: Layer = naming(what, found, **settings(found, config, what))
    return made
