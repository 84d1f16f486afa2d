"""Graphs of layers as plain values: the architecture of format 2.

Layers stand in one list, each under its path, and models within the model are flattened for the engine: `nodes` has a list of
numbers for each call of a layer, the layer's place and the values that it reads. Values are numbered: the model's inputs first,
then what each call puts out. What the engine need not know stands under `models`: for each model, under its path, how its own
layers are called, and which of them are operators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._base.structures import Structure
from .._graph.layer import Layer
from .._graph.symbolic_tensor import SymbolicTensor
from ..layers._operators import Operation

if TYPE_CHECKING:
    from .any_model import AnyModel, Item

MOST_CALLS = 1 << 18  # of layers, in all models within a model
FORMS: dict[str, type] = {"one": object, "list": list, "tuple": tuple, "dict": dict}


def describe(model: AnyModel) -> dict[str, Any]:
    """The architecture of a model."""
    check_calls(model)
    leaves = model._leaves()
    flat = _Flat([layer for _, layer in leaves], len(model._input_shapes()))
    outputs = flat.add(model, list(range(len(model._input_shapes()))))
    paths = {id(layer): path for path, layer in leaves}
    paths |= _paths_of_models(model, "")
    return {
        "format": 2,
        "class": "Functional",
        "name": model.name,
        "inputs": _inputs(model),
        "models": {path: _described(each, paths) for path, each in _models(model, "", set())},
        "layers": [{**layer._describe(), "name": path} for path, layer in leaves],
        "nodes": flat.nodes,
        "outputs": outputs,
    }


def check_calls(model: AnyModel) -> None:
    """Refuses models that call one another so often that nothing could hold all the calls."""
    counts: dict[int, int] = {}
    for each in reversed(_models_by_depth(model)):
        items = each._line if each._is_sequential else [node.item for node in each._graph.nodes]
        counts[id(each)] = sum(counts.get(id(item), 1) for item in items)
    if counts[id(model)] > MOST_CALLS:
        raise ValueError(
            f"the models within model {model.name!r:.80} are used so often that it makes {counts[id(model)]} calls of layers, "
            f"of which there may be {MOST_CALLS}"
        )


def _models_by_depth(model: AnyModel) -> list[AnyModel]:
    """The model and those within it, each once and before those within it."""
    found: dict[int, AnyModel] = {}
    within = [model]
    while within:
        for each in within:
            found.pop(id(each), None)
            found[id(each)] = each
        inner = {id(item): item for each in within for item in each._line if not isinstance(item, Layer)}
        within = list(inner.values())
    return list(found.values())


def _inputs(model: AnyModel) -> list[dict[str, Any]]:
    return [{"name": symbol.node.item.name or "input_layer", "shape": list(symbol.sample_shape)} for symbol in model.inputs]


class _Flat:
    """The calls of all layers, those within models among them."""

    def __init__(self, layers: Sequence[Layer], inputs: int) -> None:
        self._places = {id(layer): place for place, layer in enumerate(layers)}
        self._values = inputs
        self.nodes: list[list[int]] = []

    def add(self, model: AnyModel, values: list[int]) -> list[int]:
        """Adds the calls of a model that receives these values; what it puts out."""
        if model._is_sequential:
            for item in model._line:
                values = self._call(item, values)
            return values
        known: dict[SymbolicTensor, int] = dict(zip(model._graph.inputs, values, strict=True))
        for node in model._graph.nodes:
            outputs = self._call(node.item, [known[each] for each in node.inputs])
            known.update(zip(node.outputs, outputs, strict=True))
        return [known[each] for each in model._graph.outputs]

    def _call(self, item: Item, values: list[int]) -> list[int]:
        if not isinstance(item, Layer):
            return self.add(item, values)
        self.nodes.append([self._places[id(item)], *values])
        self._values += 1
        return [self._values - 1]


# Models within models.


def _models(model: AnyModel, path: str, known: set[int]) -> list[tuple[str, AnyModel]]:
    """The model and those within it, each once, under the path by which it is met first."""
    if id(model) in known:
        return []
    known.add(id(model))
    inner = [(f"{path}/{item.name}".lstrip("/"), item) for item in model._line if not isinstance(item, Layer)]
    return [(path, model), *(each for name, item in inner for each in _models(item, name, known))]


def _paths_of_models(model: AnyModel, path: str) -> dict[int, str]:
    return {id(each): name for name, each in _models(model, path, set())}


def _described(model: AnyModel, paths: Mapping[int, str]) -> dict[str, Any]:
    """How a model calls its layers, which go by their paths."""
    told: dict[str, Any] = {"class": model._kind, "name": model.name}
    if model._is_sequential:
        told["input"] = None if model._input is None else {"name": model._input_name(), "shape": list(model._input)}
        return {**told, "items": [paths[id(item)] for item in model._line]}
    numbers = {symbol: place for place, symbol in enumerate(model._graph.inputs)}
    operations = {paths[id(item)]: _operation(item) for item in model._line if isinstance(item, Operation)}
    nodes = []
    for node in model._graph.nodes:
        nodes.append([paths[id(node.item)], *(numbers[each] for each in node.inputs)])
        for output in node.outputs:
            numbers[output] = len(numbers)
    return {
        **told,
        "inputs": _inputs(model),
        "nodes": nodes,
        "outputs": [numbers[each] for each in model._graph.outputs],
        "form_of_inputs": _form(model._form_of_inputs),
        "form_of_outputs": _form(model._form_of_outputs),
        **({"operations": operations} if operations else {}),
    }


def _operation(operation: Operation) -> dict[str, Any]:
    """An operator, whose constants and indices cannot be told from the settings of the engine's layer."""
    arguments = [_written(each) if isinstance(each, tuple) else each for each in operation.arguments]
    return {"kind": operation.kind, "arguments": arguments}


def _written(index: tuple[Any, ...]) -> list[Any]:
    """An index: slices as lists, ... as a string, a new axis as None."""
    return [
        [part.start, part.stop, part.step] if isinstance(part, slice) else "..." if part is Ellipsis else part for part in index
    ]


def _form(structure: Structure) -> Any:
    """ "one", "list", "tuple", or the names of a dict."""
    if structure.kind is dict:
        return list(structure.keys)
    return next((name for name, kind in FORMS.items() if kind is structure.kind), "list")
