"""Weights as Keras lays them out in an `.h5` file: a group a layer, whose attribute `weight_names` lists its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._base.checks import printable
from ..._graph.layer import Layer
from ..._graph.parameter_store import ParameterStore
from ..._models.model import Model
from ._assignment import Assignment
from ._hdf5 import Array, Source, found, subgroup, write_texts
from ._interrupts import look
from ._names import VERSION

if TYPE_CHECKING:
    from ..._models.any_model import Item

TOP_LEVEL = "top_level_model_weights"  # the group of weights that belong to no layer


def read(source: Source, model: Model, by_name: bool, skip_mismatch: bool) -> None:
    """Replaces the model's weights by those of an open file; none changes if one does not fit."""
    group = source.root if found(source.root, "model_weights") is None else subgroup(source.root, "model_weights")
    saved = {name: source.texts(subgroup(group, name), "weight_names") for name in source.texts(group, "layer_names")}
    assignment = Assignment(source, model, skip_mismatch)
    items = _with_weights(model, assignment)
    if by_name:
        named = {item.name: item for item in items}
        pairs = [(named[name], name) for name in saved if name in named]
    else:
        names = [name for name, weights in saved.items() if weights]
        if len(names) != len(items):
            raise ValueError(
                f"the model has {len(items)} layers with weights ({_listed([str(item.name) for item in items])}), the file "
                f"{len(names)} ({_listed(names)}). Build the model as it was, or pass by_name=True to read those of equal names"
            )
        pairs = list(zip(items, names, strict=True))
    for item, name in pairs:
        _assign(assignment, item, subgroup(group, name), saved[name])
    assignment.carry_out()


def _with_weights(model: Model, assignment: Assignment) -> list[Item]:
    return [item for item in model._line if any(map(assignment.shapes, _layers_of(item)))]


def _layers_of(item: Item) -> list[Layer]:
    return [item] if isinstance(item, Layer) else item._layers_in_order()


def _assign(assignment: Assignment, item: Item, group: Any, names: list[str]) -> None:
    """A model within the model has the arrays of all its layers, those that learn before those that do not."""
    if isinstance(item, Layer):
        assignment.put(item, [Array(group, name) for name in names])
        return
    layers = {f"{item.name}/{path}": layer for path, layer in item._leaves() if assignment.shapes(layer)}
    by_layer: dict[str, list[str]] = {}
    for name in names:
        by_layer.setdefault(_layer_of(name), []).append(name)
    if len(by_layer) != len(layers):
        assignment.complain(f"the model {item.name!r} has {len(layers)} layers with weights, the file {len(by_layer)} for it")
        return
    for path, weights in _paired(list(layers), by_layer).items():
        assignment.put(layers[path], [Array(group, name) for name in weights])


def _paired(paths: list[str], by_layer: dict[str, list[str]]) -> dict[str, list[str]]:
    """The weights of each layer: by its path, or else by its name where that is enough, or else in their order."""
    for shortened in (str, _name_of):
        found = {shortened(layer): weights for layer, weights in by_layer.items()}
        if len(found) == len(by_layer) and found.keys() == {shortened(path) for path in paths}:
            return {path: found[shortened(path)] for path in paths}
    return dict(zip(paths, by_layer.values(), strict=True))


def _layer_of(name: str) -> str:
    """`base/conv2d` of `base/conv2d/kernel`."""
    return name.rpartition("/")[0]


def _name_of(layer: str) -> str:
    """`conv2d` of `base/conv2d`."""
    return layer.rpartition("/")[2]


def _listed(names: list[str]) -> str:
    return printable(", ".join(names[:5])) + (", ..." if len(names) > 5 else "")


def is_legacy(source: Source) -> bool:
    """Whether the file is laid out so: a whole model, or weights alone."""
    has_names = any(source.has(source.root, name) for name in ("layer_names", "layer_names0"))
    return has_names or found(source.root, "model_weights") is not None


def write(group: Any, model: Model) -> None:
    """Writes the weights into an open group."""
    taken = [item.name for item in model.layers if item.name in (TOP_LEVEL, ".")]
    if taken:
        raise ValueError(f"a layer cannot be called {taken[0]!r} in this format, where it means something else: rename it")
    store = model._built_store()
    index = {id(layer): number for number, (_, layer) in enumerate(model._leaves())}
    group.attrs["backend"], group.attrs["keras_version"] = "tensorflow", VERSION
    write_texts(group, "layer_names", [str(item.name) for item in model.layers])
    for item in model.layers:
        look()
        inner = item._leaves() if isinstance(item, Model) else [("", item)]
        weights = [
            (f"{item.name}/{path}".rstrip("/"), weight)
            for path, layer in inner
            if id(layer) in index
            for weight in store.facts[index[id(layer)]].weights
        ]
        ordered = sorted(weights, key=lambda each: not store.learns[each[1]])
        _write_item(group.create_group(str(item.name)), store, ordered)
    write_texts(group.create_group(TOP_LEVEL), "weight_names", [])


def _write_item(group: Any, store: ParameterStore, weights: list[tuple[str, int]]) -> None:
    names = [f"{layer}/{store.names[weight].rpartition('/')[2]}" for layer, weight in weights]
    write_texts(group, "weight_names", names)
    for name, (_, weight) in zip(names, weights, strict=True):
        group[name] = store.read([weight])[0]
