"""Models from Keras's descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import layers
from ..._base.bounded_json import brief
from ..._base.keras_configs import class_name, configuration, naming, settings
from ..._graph.layer import Layer
from ..._models.model import Model
from ..._models.sequential import Sequential
from ...layers import InputLayer
from ._graph_reading import GraphReader
from ._members import member
from ._operations import Operator, operator

DEEPEST = 16
MODELS = ("Sequential", "Functional", "Model")
NUMBER = "shared_object_id"


def model_from(described: Any, depth: int = 0, kind: type[Sequential] = Sequential, shared: Shared | None = None) -> Model:
    """The model that a `config.json` or the attribute `model_config` describes, not yet built.

    Args:
        described: the description.
        depth: how many models are around this one.
        kind: the class of a sequential model.
        shared: the layers and models so far that may be met again.
    """
    shared = Shared() if shared is None else shared
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
    model = _sequential(config, depth, kind, shared) if name == "Sequential" else _functional(config, depth, shared)
    if config.get("trainable", True) is False:
        model.trainable = False
    return model


def _sequential(config: Mapping[str, Any], depth: int, kind: type[Sequential], shared: Shared) -> Model:
    model: Sequential = naming("the model", kind, name=config.get("name"))
    model._add_all(_item(described, depth, shared) for described in member(config, "layers", list, "the model"))
    shape = config.get("build_input_shape")
    if model._input is None and shape is not None:
        model._input = naming("build_input_shape", InputLayer, batch_shape=shape)._declared_input
    return model


def _functional(config: Mapping[str, Any], depth: int, shared: Shared) -> Model:
    def make(described: Any, name: str) -> Layer | Model | Operator:
        kind = class_name(described, f"the layer {brief(name)}")
        return operator(described, kind, name) or _item(described, depth, shared)

    return GraphReader(config, make).model()


# Layers.


def _item(described: Any, depth: int, shared: Shared) -> Layer | Model:
    """A layer, or a model within the model; what lies in several models is described in each, under one number."""
    item = shared.find(described)
    if item is None:
        item = _new_item(described, depth, shared)
        shared.add(described, item)
    return item


class Shared:
    """The layers and models of a file, of which Keras gives those that it meets again a number.

    Then the first one has none, so it is found by its class, its name and its settings.
    """

    def __init__(self) -> None:
        self._numbered: dict[int, tuple[tuple[str, str], Layer | Model]] = {}
        self._named: dict[tuple[str, str], list[tuple[Any, Layer | Model]]] = {}

    def find(self, described: Any) -> Layer | Model | None:
        """What has been met before."""
        number = described.get(NUMBER) if isinstance(described, Mapping) else None
        if not isinstance(number, int):
            return None
        identity = _identity(described)
        known, item = self._numbered.get(number, (None, None))
        if known == identity:
            return item
        earlier = self._named.get(identity, [])
        if len(earlier) != 1 or _without_numbers(earlier[0][0]) != _without_numbers(described.get("config")):
            return None
        self._numbered[number] = identity, earlier[0][1]
        return earlier[0][1]

    def add(self, described: Any, item: Layer | Model) -> None:
        self._named.setdefault(_identity(described), []).append((described.get("config"), item))
        number = described.get(NUMBER)
        if isinstance(number, int):
            self._numbered[number] = _identity(described), item


def _identity(described: Mapping[str, Any]) -> tuple[str, str]:
    config = described.get("config")
    return str(described.get("class_name")), str(config.get("name") if isinstance(config, Mapping) else None)


def _without_numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_numbers(each) for key, each in value.items() if key != NUMBER}
    return [_without_numbers(each) for each in value] if isinstance(value, list) else value


def _new_item(described: Any, depth: int, shared: Shared) -> Layer | Model:
    config = described.get("config") if isinstance(described, Mapping) else None
    name = config.get("name") if isinstance(config, Mapping) else None
    what = f"the layer {brief(name)}" if name else "a layer"
    kind = class_name(described, what)
    if kind in MODELS:
        return model_from(described, depth + 1, shared=shared)
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
