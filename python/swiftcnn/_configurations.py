"""Models as plain values and back. Layers of models within a model stand in one list, each under its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from ._layer import Layer
from ._model import Model
from ._overrides import definer, is_built_in
from ._saving import Saved
from ._sequential import Sequential
from .layers import InputLayer, revive

DEEPEST = 16


class Entry(NamedTuple):
    """A layer's description, and what is left of its path within the model that is being built."""

    path: str | None
    description: Mapping[str, Any]
    number: int


def describe_model(model: Model) -> dict[str, Any]:
    """The architecture, as the engine and its files have it."""
    config: dict[str, Any] = {"format": 1, "class": "Sequential", "name": model.name}
    if model._input is not None:
        config["input"] = _input(model)
    models = dict(_models(model, ""))
    if len(models) > 1 or models[""]["class"] != "Sequential":
        config["models"] = models
    return {**config, "layers": [{**leaf._describe(), "name": path} for path, leaf in model._leaves()]}


def _models(model: Model, path: str) -> list[tuple[str, dict[str, Any]]]:
    """The model and those within it, each under its path."""
    told: dict[str, Any] = {"class": model._kind}
    if path and model._input is not None:
        told["input"] = _input(model)
    inner = [(f"{path}/{item.name}".lstrip("/"), item) for item in model._line if isinstance(item, Model)]
    return [(path, told), *(each for name, item in inner for each in _models(item, name))]


def _input(model: Model) -> dict[str, Any]:
    declared = model._declared if isinstance(model, Sequential) else model._source
    name = None if declared is None else declared.name
    return {**({"name": name} if name else {}), "shape": list(model._input or ())}


def revive_model(config: Mapping[str, Any], kind: type[Saved] = Sequential, build: bool = True) -> Model:
    """The model that `describe_model` told of, with fresh weights."""
    models = config.get("models", {})
    if not isinstance(models, Mapping) or not all(isinstance(each, Mapping) for each in models.values()):
        raise ValueError(f"'models' must tell of each model by its path, received {models!r:.80}")
    entries = [Entry(each.get("name"), each, number) for number, each in enumerate(config["layers"])]
    model = _assembled(config.get("name"), config.get("input"), entries, models, [], kind)
    if build:
        model._build_if_possible()
    return model


def _assembled(
    name: str | None,
    shape: Mapping[str, Any] | None,
    entries: Sequence[Entry],
    models: Mapping[str, Any],
    path: list[str],
    kind: type[Saved] = Sequential,
) -> Model:
    if len(path) > DEEPEST:
        raise ValueError(f"models lie within models more than {DEEPEST} deep, at {'/'.join(path)!r:.80}")
    source = None if shape is None else InputLayer(shape["shape"], name=shape.get("name"))
    line = _line(entries, models, path)
    if source is not None and models.get("/".join(path), {}).get("class") == "Functional":
        return _functional(kind)._unbuilt("functional" if name is None else name, source, line)
    model = _empty(kind, name) if issubclass(kind, Sequential) else Sequential(name=name)
    for item in line if source is None else [source, *line]:
        model.add(item)
    return model


def _functional(kind: type[Saved]) -> type[Model]:
    """The class if it can be that of a functional model, else `Model`."""
    if not issubclass(kind, Model) or issubclass(kind, Sequential):
        return Model
    if not is_built_in(definer(kind, "__init__") or kind):
        raise TypeError(_own_init(kind))
    return kind


def _empty(kind: type[Sequential], name: str | None) -> Sequential:
    """A model of the class, without layers."""
    try:
        model = kind(name=name)
    except TypeError:
        if is_built_in(definer(kind, "__init__") or kind):
            raise
        raise TypeError(_own_init(kind)) from None
    if model._line or model._input is not None:
        raise TypeError(_own_init(kind))
    return model


def _own_init(kind: type) -> str:
    return (
        f"{kind.__name__} has an __init__ of its own, so that a copy of its layers cannot be made one: let __init__ take `name` "
        "and add no layers, or use clone_model, which makes a model of the built-in class"
    )


def _line(entries: Sequence[Entry], models: Mapping[str, Any], path: list[str]) -> list[Layer | Model]:
    line: list[Layer | Model] = []
    for _, group in groupby(entries, lambda entry: _head(entry) or entry.number):
        within = list(group)
        head = _head(within[0])
        if head is None:
            line.append(revive({**within[0].description, "name": within[0].path}))
            continue
        rest = [entry._replace(path=(entry.path or "")[len(head) + 1 :]) for entry in within]
        shape = models.get("/".join([*path, head]), {}).get("input")
        line.append(_assembled(head, shape, rest, models, [*path, head]))
    return line


def _head(entry: Entry) -> str | None:
    """The model that the layer lies in."""
    return entry.path.partition("/")[0] if entry.path and "/" in entry.path else None
