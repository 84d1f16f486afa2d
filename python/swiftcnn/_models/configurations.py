"""Models from the plain values that `descriptions` makes of them, or from those of Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from .._base.bounded_json import brief
from .._base.structures import Structure
from .._graph.graph import Graph
from .._graph.layer import Layer
from .._graph.symbolic_tensor import call_layer, input_symbol
from ..layers import InputLayer, revive
from . import graph_revival, hooks
from .kinds import empty, functional_kind, sequential_kind

if TYPE_CHECKING:
    from .any_model import AnyModel, Item

DEEPEST = 16
FORMAT = 1
# What a description holds, and of which types.
INPUT_MEMBERS = {"name": str | None, "shape": list | tuple}
MODEL_MEMBERS = {"class": str, "input": Mapping | None}
LAYER_MEMBERS = {"class": str, "name": str | None, "trainable": bool, "stream": Mapping, "config": Mapping}
MEMBERS = {**MODEL_MEMBERS, "format": int, "name": str | None, "seed": int | None, "models": object, "layers": list | tuple}


class Entry(NamedTuple):
    """A layer's description, and what is left of its path within the model that is being built."""

    path: str | None
    description: Mapping[str, Any]
    number: int


def model_from_config(config: Any, kind: type[Any] | None = None) -> AnyModel:
    """The model that `get_config` described, here or in Keras, with fresh weights."""
    if not isinstance(config, Mapping):
        raise TypeError(f"config must be a dict, as get_config returns it, received {brief(config)}")
    if not _is_of_keras(config):
        return revive_model(config, kind)
    return _model_of_keras({"class_name": "Functional" if "output_layers" in config else "Sequential", "config": config}, kind)


def model_from_description(described: Any) -> AnyModel:
    """The model that `to_json` described, here or in Keras, with fresh weights."""
    if not isinstance(described, Mapping):
        raise ValueError(f"the JSON must be that of a model, as to_json writes it, received {brief(described)}")
    return _model_of_keras(described) if "class_name" in described else model_from_config(described)


def _model_of_keras(described: Mapping[str, Any], kind: type[Any] | None = None) -> AnyModel:
    made: AnyModel = hooks.keras_files().fresh_model(described, sequential_kind(kind))
    return made


def _is_of_keras(config: Mapping[str, Any]) -> bool:
    """Whether Keras wrote it, which says "class_name" where this library says "class"."""
    layers = config.get("layers")
    described = [config, *layers] if isinstance(layers, list) else [config]
    return "format" not in config and not any(isinstance(each, Mapping) and "class" in each for each in described)


def revive_model(config: Mapping[str, Any], kind: type[Any] | None = None, build: bool = True) -> AnyModel:
    """The model that `describe_model` told of, with fresh weights."""
    if isinstance(config, Mapping) and (config.get("format") == 2 or _tells_of_calls(config.get("models"))):
        model = graph_revival.revive(config, kind)
        if build:
            model._build_if_possible()
        return model
    _check(config)
    entries = [Entry(each.get("name"), each, number) for number, each in enumerate(config["layers"])]
    model = _assembled(config.get("name"), config.get("input"), entries, config.get("models", {}), [], kind)
    if build:
        model._build_if_possible()
    return model


def _tells_of_calls(models: Any) -> bool:
    """Whether this is of format 2, though the engine wrote format 1: to it a line with operators, or models of it, is a line."""
    whole = models.get("") if isinstance(models, Mapping) else None
    return isinstance(whole, Mapping) and ("nodes" in whole or "items" in whole)


def _check(config: Any) -> None:
    """Refuses what is not as `describe_model` writes it; layers themselves check their settings."""
    _check_members(config, "the configuration", MEMBERS, "layers")
    number, kind = config.get("format", FORMAT), config.get("class", "Sequential")
    if number != FORMAT or kind != "Sequential":
        raise ValueError(
            f"the configuration has the format {number} and the class {kind!r:.80}; this version reads the formats {FORMAT}, "
            "of the class 'Sequential', and 2: load it with the version that wrote it"
        )
    models = config.get("models", {})
    if not isinstance(models, Mapping) or not all(isinstance(each, Mapping) for each in models.values()):
        raise ValueError(f"'models' must tell of each model by its path, received {brief(models)}")
    for path, described in models.items():
        _check_members(described, f"models[{path!r:.80}]", MODEL_MEMBERS)
    for described in (config, *models.values()):
        if described.get("input") is not None:
            _check_members(described["input"], "input", INPUT_MEMBERS, "shape")
    for index, each in enumerate(config["layers"]):
        _check_members(each, f"layers[{index}]", LAYER_MEMBERS, "class")
        if each.get("name") is not None and not all(each["name"].split("/")):
            raise ValueError(f"layers[{index}] has the name {each['name']!r:.80}, of which a part is empty")


def _check_members(value: Any, what: str, members: Mapping[str, Any], needed: str | None = None) -> None:
    """Checks the names and the types of what an object holds."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} must hold {', '.join(members)} by name, received {brief(value)}")
    for key, member in value.items():
        if key not in members:
            raise ValueError(f"{what} holds the unknown {brief(key)}; known are {', '.join(members)}")
        if not isinstance(member, members[key]):
            raise ValueError(f"{key} of {what} has the wrong type {type(member).__name__}, received {brief(member)}")
    if needed is not None and needed not in value:
        raise ValueError(f"{what} lacks {needed!r}; it holds {brief(list(value))}")


def _assembled(
    name: str | None,
    shape: Mapping[str, Any] | None,
    entries: Sequence[Entry],
    models: Mapping[str, Any],
    path: list[str],
    kind: type[Any] | None = None,
) -> AnyModel:
    if len(path) > DEEPEST:
        raise ValueError(f"models lie within models more than {DEEPEST} deep, at {'/'.join(path)!r:.80}")
    source = None if shape is None else InputLayer(shape["shape"], name=shape.get("name"))
    line = _line(entries, models, path)
    if source is not None and models.get("/".join(path), {}).get("class") == "Functional":
        return line_model(functional_kind(kind), "functional" if name is None else name, source, line)
    model = empty(sequential_kind(kind), name)
    model._add_all(line if source is None else [source, *line])
    made: AnyModel = model
    return made


def line_model(kind: type[Any], name: str, source: InputLayer, line: Sequence[Item]) -> AnyModel:
    """A functional model in which each layer receives what the one before it puts out."""
    begin = symbols = [input_symbol(source)]
    for item in line:
        symbols = [call_layer(item, symbols)] if isinstance(item, Layer) else item._call(symbols).outputs
    made: AnyModel = kind._unbuilt(
        name, Graph(begin, symbols), Structure(object), Structure(object if len(symbols) == 1 else list)
    )
    return made


def _line(entries: Sequence[Entry], models: Mapping[str, Any], path: list[str]) -> list[Item]:
    line: list[Item] = []
    for _, group in groupby(entries, lambda entry: _head(entry) or entry.number):
        within = list(group)
        head = _head(within[0])
        if head is None:
            line.append(_layer(within[0]))
            continue
        rest = [entry._replace(path=(entry.path or "")[len(head) + 1 :]) for entry in within]
        shape = models.get("/".join([*path, head]), {}).get("input")
        line.append(_assembled(head, shape, rest, models, [*path, head]))
    return line


def _layer(entry: Entry) -> Layer:
    try:
        return revive({**entry.description, "name": entry.path})
    except TypeError as error:
        raise TypeError(f"layers[{entry.number}]: {error}") from None
    except ValueError as error:
        raise ValueError(f"layers[{entry.number}]: {error}") from None


def _head(entry: Entry) -> str | None:
    """The model that the layer lies in."""
    return entry.path.partition("/")[0] if entry.path and "/" in entry.path else None
