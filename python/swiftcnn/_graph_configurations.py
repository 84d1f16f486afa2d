"""Graphs of layers as plain values and back: the architecture of format 2.

Layers stand in one list, each under its path, and models within the model are flattened for the engine: `nodes` has a list of numbers
for each call of a layer, the layer's place and the values that it reads. Values are numbered: the model's inputs first, then what each
call puts out. What the engine need not know stands under `models`: for each model, under its path, how its own layers are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._graphs import Graph
from ._json import brief
from ._layer import Layer
from ._model import Model
from ._saving import Saved
from ._sequential import Sequential
from ._structures import Structure
from ._symbols import Symbol, call_layer, input_symbol
from .layers import InputLayer, revive as revive_layer

DEEPEST = 16
FORMS: dict[str, type] = {"one": object, "list": list, "tuple": tuple, "dict": dict}


def describe(model: Model) -> dict[str, Any]:
    """The architecture of a model."""
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


def _inputs(model: Model) -> list[dict[str, Any]]:
    return [{"name": symbol.name, "shape": list(symbol.sample_shape)} for symbol in model.inputs]


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
    }


def _form(structure: Structure) -> Any:
    """"one", "list", "tuple", or the names of a dict."""
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
        if not isinstance(path, str) or (path not in self._layers and (path not in self._models or not path)):
            raise ValueError(f"a node calls {brief(path)}, which is neither a layer nor a model of the description")
        if path not in self._items:
            self._items[path] = self._layer(path) if path in self._layers else self._model(path, depth + 1)
        return self._items[path]

    def _layer(self, path: str) -> Layer:
        described = self._layers[path]
        try:
            return revive_layer({**described, "name": path.rpartition("/")[2]})
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
        model = Sequential(name=path.rpartition("/")[2] or None)
        begin = described.get("input")
        if begin is not None:
            model.add(InputLayer(self._member(begin, "shape", list), name=begin.get("name")))
        model._add_all([self._item(each, depth) for each in self._list(described, "items")])
        return model

    def _functional(self, path: str, described: Mapping[str, Any], depth: int) -> Model:
        begins = [
            input_symbol(InputLayer(self._member(each, "shape", list), name=each.get("name")))
            for each in self._list(described, "inputs")
        ]
        values: list[Symbol] = list(begins)
        for node in self._list(described, "nodes"):
            if not isinstance(node, list) or len(node) < 2 or not _is_list_of(node[1:], int):
                raise ValueError(f"a node must be a name and the values that it reads, received {brief(node)}")
            item = self._item(node[0], depth)
            inputs = [self._value(values, each) for each in node[1:]]
            if isinstance(item, Layer):
                if len(inputs) > 1 and not item._joins:
                    raise ValueError(f"layer {node[0]!r:.80} takes one input, received {len(inputs)}")
                values.append(call_layer(item, inputs))
            else:
                values += item._call(inputs).outputs
        ends = [self._value(values, each) for each in self._list(described, "outputs")]
        forms = [self._form(described, key, count) for key, count in (("form_of_inputs", len(begins)), ("form_of_outputs", len(ends)))]
        kind = self._kind if not path and issubclass(self._kind, Model) and not issubclass(self._kind, Sequential) else Model
        return kind._unbuilt(path.rpartition("/")[2] or "functional", Graph(begins, ends), *forms)

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
            raise ValueError(f"the description lacks {key!r} as {kind.__name__}; received {brief(value)}")
        return value


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, kind) and not isinstance(each, bool) for each in value)
