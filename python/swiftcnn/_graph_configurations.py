"""Graphs of layers as plain values and back: the architecture of format 2.

Layers stand in one list, each under its path, and models within the model are flattened for the engine: `nodes` has a list of
numbers for each call of a layer, the layer's place and the values that it reads. Values are numbered: the model's inputs first,
then what each call puts out. What the engine need not know stands under `models`: for each model, under its path, how its own
layers are called, and which of them are operators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._graphs import Graph
from ._json import brief
from ._layer import Layer
from ._model import Model
from ._saving import Saved
from ._sequential import Sequential
from ._structures import Structure
from ._symbols import Symbol, call_layer, input_symbol
from .layers import InputLayer, Operation
from .layers import revive as revive_layer
from .layers._operators import ENGINE_ONLY, applied, of_engine

DEEPEST = 16
MOST_CALLS = 1 << 18  # of layers, in all models within a model
FORMS: dict[str, type] = {"one": object, "list": list, "tuple": tuple, "dict": dict}


def describe(model: Model) -> dict[str, Any]:
    """The architecture of a model."""
    check_calls(model)
    leaves = model._leaves()
    flat = _Flat([layer for _, layer in leaves], len(model._input_shapes()))
    outputs = flat.add(model, list(range(len(model._input_shapes()))))
    nodes, outputs = _used(flat.nodes, len(model._input_shapes()), outputs)
    paths = {id(layer): path for path, layer in leaves}
    paths |= _paths_of_models(model, "")
    return {
        "format": 2,
        "class": "Functional",
        "name": model.name,
        "inputs": _inputs(model),
        "models": {path: _described(each, paths) for path, each in _models(model, "", set())},
        "layers": [{**layer._describe(), "name": path} for path, layer in leaves],
        "nodes": nodes,
        "outputs": outputs,
    }


def check_calls(model: Model) -> None:
    """Refuses models that call one another so often that nothing could hold all the calls."""
    counts: dict[int, int] = {}
    for each in reversed(_models_by_depth(model)):
        items = each._line if isinstance(each, Sequential) else [node.item for node in each._graph.nodes]
        counts[id(each)] = sum(counts.get(id(item), 1) for item in items)
    if counts[id(model)] > MOST_CALLS:
        raise ValueError(
            f"the models within model {model.name!r:.80} are used so often that it makes {counts[id(model)]} calls of layers, "
            f"of which there may be {MOST_CALLS}"
        )


def _models_by_depth(model: Model) -> list[Model]:
    """The model and those within it, each once and before those within it."""
    found: dict[int, Model] = {}
    within = [model]
    while within:
        for each in within:
            found.pop(id(each), None)
            found[id(each)] = each
        inner = {id(item): item for each in within for item in each._line if isinstance(item, Model)}
        within = list(inner.values())
    return list(found.values())


def _inputs(model: Model) -> list[dict[str, Any]]:
    return [{"name": symbol.node.item.name or "input_layer", "shape": list(symbol.sample_shape)} for symbol in model.inputs]


class _Flat:
    """The calls of all layers, those within models among them."""

    def __init__(self, layers: Sequence[Layer], inputs: int) -> None:
        self._places = {id(layer): place for place, layer in enumerate(layers)}
        self._values = inputs
        self.nodes: list[list[int]] = []

    def add(self, model: Model, values: list[int]) -> list[int]:
        """Adds the calls of a model that receives these values; what it puts out."""
        if isinstance(model, Sequential):
            for item in model._line:
                values = self._call(item, values)
            return values
        known: dict[Symbol, int] = dict(zip(model._graph.inputs, values, strict=True))
        for node in model._graph.nodes:
            outputs = self._call(node.item, [known[each] for each in node.inputs])
            known.update(zip(node.outputs, outputs, strict=True))
        return [known[each] for each in model._graph.outputs]

    def _call(self, item: Layer | Model, values: list[int]) -> list[int]:
        if not isinstance(item, Layer):
            return self.add(item, values)
        self.nodes.append([self._places[id(item)], *values])
        self._values += 1
        return [self._values - 1]


def _used(nodes: list[list[int]], inputs: int, outputs: list[int]) -> tuple[list[list[int]], list[int]]:
    """The calls that lead to outputs, and the outputs by their new numbers: of a model within, not all outputs need be used."""
    used = set(outputs)
    for place in reversed(range(len(nodes))):
        if inputs + place in used:
            used.update(nodes[place][1:])
    numbers = {value: value for value in range(inputs)}
    kept: list[list[int]] = []
    for place, node in enumerate(nodes):
        if inputs + place in used:
            numbers[inputs + place] = inputs + len(kept)
            kept.append([node[0], *(numbers[value] for value in node[1:])])
    return kept, [numbers[value] for value in outputs]


# Models within models.


def _models(model: Model, path: str, known: set[int]) -> list[tuple[str, Model]]:
    """The model and those within it, each once, under the path by which it is met first."""
    if id(model) in known:
        return []
    known.add(id(model))
    inner = [(f"{path}/{item.name}".lstrip("/"), item) for item in model._line if isinstance(item, Model)]
    return [(path, model), *(each for name, item in inner for each in _models(item, name, known))]


def _paths_of_models(model: Model, path: str) -> dict[int, str]:
    return {id(each): name for name, each in _models(model, path, set())}


def _described(model: Model, paths: Mapping[int, str]) -> dict[str, Any]:
    """How a model calls its layers, which go by their paths."""
    told: dict[str, Any] = {"class": model._kind, "name": model.name}
    if isinstance(model, Sequential):
        declared = None if model._declared is None else model._declared.name
        told["input"] = None if model._input is None else {"name": declared, "shape": list(model._input)}
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


def _read(index: Any) -> tuple[Any, ...]:
    """The index that `_written` wrote."""
    parts: list[Any] = []
    for part in index if isinstance(index, (list, tuple)) else [index]:
        if isinstance(part, (list, tuple)):
            if len(part) != 3 or not all(each is None or isinstance(each, int) for each in part):
                raise ValueError(f"a slice must have a start, a stop and a step, received {brief(part)}")
            parts.append(slice(*part))
        else:
            parts.append(Ellipsis if part == "..." else part)
    return tuple(parts)


def _form(structure: Structure) -> Any:
    """ "one", "list", "tuple", or the names of a dict."""
    if structure.kind is dict:
        return list(structure.keys)
    return next((name for name, kind in FORMS.items() if kind is structure.kind), "list")


# Back.


def revive(config: Mapping[str, Any], kind: type[Saved] = Model) -> Model:
    """The model that `describe` told of, or that the engine describes, not yet built."""
    return _Revival(config, kind).model()


class _Revival:
    """Makes the layers and models of a description."""

    def __init__(self, config: Mapping[str, Any], kind: type[Saved]) -> None:
        self._config, self._kind = config, kind
        models = config.get("models", {})
        if not isinstance(models, Mapping) or not all(isinstance(each, Mapping) for each in models.values()):
            raise ValueError(f"'models' must tell of each model by its path, received {brief(models)}")
        self._models = models or {"": self._flat()}
        layers = self._list(config, "layers")
        self._layers = {str(self._member(each, "name", str)): each for each in layers}
        if len(self._layers) < len(layers):
            raise ValueError("two layers of the description have one path")
        self._items: dict[str, Any] = {}

    def _flat(self) -> dict[str, Any]:
        """The description of a model without models within it, as the engine writes it."""
        names = [self._member(each, "name", str) for each in self._list(self._config, "layers")]
        nodes = []
        for node in self._list(self._config, "nodes"):
            if not _is_list_of(node, int) or not node or not 0 <= node[0] < len(names):
                raise ValueError(f"a node must be the place of a layer and the values that it reads, received {brief(node)}")
            nodes.append([names[node[0]], *node[1:]])
        one = "one" if len(self._list(self._config, "inputs")) == 1 else "list"
        several = "one" if len(self._list(self._config, "outputs")) == 1 else "list"
        return {
            "class": "Functional",
            "inputs": self._config["inputs"],
            "nodes": nodes,
            "outputs": self._config["outputs"],
            "form_of_inputs": one,
            "form_of_outputs": several,
        }

    def model(self) -> Model:
        made = self._model("", 0)
        if self._config.get("name") is not None:
            made._name_it(self._member(self._config, "name", str))
        return made

    def _item(self, path: Any, depth: int) -> Any:
        """The layer or the model of this path, made when it is first asked for."""
        if not isinstance(path, str) or not path or (path not in self._layers and path not in self._models):
            raise ValueError(f"a node calls {brief(path)}, which is neither a layer nor a model of the description")
        if path not in self._items:
            self._items[path] = self._layer(path) if path in self._layers else self._model(path, depth + 1)
        return self._items[path]

    def _layer(self, path: str) -> Layer:
        described = self._layers[path]
        try:
            return revive_layer({**described, "name": _name(path)})
        except TypeError as error:
            raise TypeError(f"layer {path!r:.80}: {error}") from None
        except ValueError as error:
            raise ValueError(f"layer {path!r:.80}: {error}") from None

    def _model(self, path: str, depth: int) -> Model:
        if depth > DEEPEST:
            raise ValueError(f"models lie within models more than {DEEPEST} deep, at {path!r:.80}")
        described = self._models.get(path)
        if described is None:
            raise ValueError("'models' does not tell of the model itself, under ''")
        if described.get("class") == "Sequential":
            return self._sequential(path, described, depth)
        return self._functional(path, described, depth)

    def _sequential(self, path: str, described: Mapping[str, Any], depth: int) -> Model:
        model = self._empty(path)
        begin = described.get("input")
        if begin is not None:
            model.add(InputLayer(self._member(begin, "shape", list), name=begin.get("name")))
        model._add_all([self._item(each, depth) for each in self._list(described, "items")])
        return model

    def _empty(self, path: str) -> Sequential:
        from ._configurations import _empty, _sequential_kind

        return Sequential(name=_name(path)) if path else _empty(_sequential_kind(self._kind), None)

    def _functional(self, path: str, described: Mapping[str, Any], depth: int) -> Model:
        begins = [
            input_symbol(InputLayer(self._member(each, "shape", list), name=each.get("name")))
            for each in self._list(described, "inputs")
        ]
        values: list[Symbol] = list(begins)
        operations = self._operations(described)
        for node in self._list(described, "nodes"):
            if not isinstance(node, (list, tuple)) or len(node) < 2 or not _is_list_of(node[1:], int):
                raise ValueError(f"a node must be a name and the values that it reads, received {brief(node)}")
            inputs = [self._value(values, each) for each in node[1:]]
            if isinstance(node[0], str) and self._is_operator(node[0], operations):
                values.append(self._operated(node[0], operations.get(node[0]), inputs))
            else:
                values += self._called(node[0], inputs, depth)
        ends = [self._value(values, each) for each in self._list(described, "outputs")]
        forms = [
            self._form(described, key, count) for key, count in (("form_of_inputs", len(begins)), ("form_of_outputs", len(ends)))
        ]
        kind = self._kind if not path and issubclass(self._kind, Model) and not issubclass(self._kind, Sequential) else Model
        model = kind._unbuilt(_name(path) or "functional", Graph(begins, ends), *forms)
        check_calls(model)
        return model

    def _called(self, path: Any, inputs: list[Symbol], depth: int) -> list[Symbol]:
        item = self._item(path, depth)
        if not isinstance(item, Layer):
            return list(item._call(inputs).outputs)
        if len(inputs) > 1 and not item._joins:
            raise ValueError(f"layer {path!r:.80} takes one input, received {len(inputs)}")
        return [call_layer(item, inputs)]

    def _operations(self, described: Mapping[str, Any]) -> dict[str, Any]:
        told = described.get("operations", {})
        if not isinstance(told, Mapping) or not all(path in self._layers for path in told):
            raise ValueError(f"'operations' must tell of layers by their paths, received {brief(told)}")
        return dict(told)

    def _is_operator(self, path: str, operations: Mapping[str, Any]) -> bool:
        """Whether this is an operator's call: `operations` says so, or no layer of Python's is of its class."""
        return path in operations or (path in self._layers and self._layers[path].get("class") in ENGINE_ONLY)

    def _operated(self, path: str, told: Any, inputs: list[Symbol]) -> Symbol:
        """The call of an operator, which is another one each time."""
        layer = self._layers[path]
        kind, config = self._member(layer, "class", str), layer.get("config", {})
        if path in self._items:
            raise ValueError(f"the operation {path!r:.80} is called more than once, and each call is one of its own")
        if told is None:
            made = of_engine(kind, self._member(layer, "config", Mapping) if kind == "Slice" else {}, inputs, _name(path))
        else:
            arguments = self._list(told, "arguments")
            if self._member(told, "kind", str) == "GetItem":
                arguments = [arguments[0], *map(_read, arguments[1:])] if arguments else []
            made = applied(told["kind"], arguments, inputs, _name(path))
        if not _computes(made.node.item, kind, config):
            raise ValueError(f"'operations' tells of another operation {path!r:.80} than 'layers'")
        self._items[path] = made.node.item
        return made

    def _value(self, values: Sequence[Symbol], number: Any) -> Symbol:
        if not isinstance(number, int) or not 0 <= number < len(values):
            raise ValueError(f"value {brief(number)} is used, but there are the values 0 to {len(values) - 1} before it")
        return values[number]

    def _form(self, described: Mapping[str, Any], key: str, count: int) -> Structure:
        form = described.get(key, "one" if count == 1 else "list")
        if _is_list_of(form, str) and len(form) == len(set(form)) == count:
            return Structure(dict, tuple(form))
        if not isinstance(form, str) or form not in FORMS or (form == "one" and count != 1) or form == "dict":
            raise ValueError(f"{key} must be 'one', 'list', 'tuple', or {count} different names, received {brief(form)}")
        return Structure(FORMS[form])

    def _list(self, holder: Mapping[str, Any], key: str) -> list[Any]:
        return list(self._member(holder, key, list))

    def _member(self, holder: Any, key: str, kind: type) -> Any:
        value = holder.get(key) if isinstance(holder, Mapping) else None
        if kind is list and isinstance(value, tuple):
            value = list(value)
        if not isinstance(value, kind):
            message = f"the description lacks {key!r} as {kind.__name__}; received {brief(value)}"
            raise ValueError(message)  # noqa: TRY004 (it is what a file holds that is wrong)
        return value


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, kind) and not isinstance(each, bool) for each in value)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _computes(operation: Any, kind: str, config: Any) -> bool:
    """Whether this is the engine's layer by which the operation is computed."""
    expected, settings = operation.engine
    if kind != expected or not isinstance(config, Mapping) or config.keys() != settings.keys():
        return False
    try:
        return all(np.allclose(config[name], value, rtol=1e-6, atol=0) for name, value in settings.items())
    except (TypeError, ValueError):
        return False
