"""Graphs of layers from the plain values that `graph_configurations` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._base.bounded_json import brief
from .._base.structures import Structure
from .._graph.graph import Graph
from .._graph.layer import Layer
from .._graph.symbolic_tensor import SymbolicTensor, call_layer, input_symbol
from ..layers import InputLayer
from ..layers import revive as revive_layer
from ..layers._operators import ENGINE_ONLY, applied, of_engine
from .graph_configurations import FORMS, check_calls
from .hooks import classes
from .kinds import empty, is_sequential, sequential_kind

if TYPE_CHECKING:
    from .any_model import AnyModel

DEEPEST = 16


def revive(config: Mapping[str, Any], kind: type[Any] | None) -> AnyModel:
    """The model that `describe` told of, or that the engine describes, not yet built."""
    return _Revival(config, kind).model()


class _Revival:
    """Makes the layers and models of a description."""

    def __init__(self, config: Mapping[str, Any], kind: type[Any] | None) -> None:
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

    def model(self) -> AnyModel:
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

    def _model(self, path: str, depth: int) -> AnyModel:
        if depth > DEEPEST:
            raise ValueError(f"models lie within models more than {DEEPEST} deep, at {path!r:.80}")
        described = self._models.get(path)
        if described is None:
            raise ValueError("'models' does not tell of the model itself, under ''")
        if described.get("class") == "Sequential":
            return self._sequential(path, described, depth)
        return self._functional(path, described, depth)

    def _sequential(self, path: str, described: Mapping[str, Any], depth: int) -> AnyModel:
        model: Any = self._empty(path)
        begin = described.get("input")
        if begin is not None:
            model.add(InputLayer(self._member(begin, "shape", list), name=begin.get("name")))
        model._add_all([self._item(each, depth) for each in self._list(described, "items")])
        made: AnyModel = model
        return made

    def _empty(self, path: str) -> Any:
        return classes["Sequential"](name=_name(path)) if path else empty(sequential_kind(self._kind), None)

    def _functional(self, path: str, described: Mapping[str, Any], depth: int) -> AnyModel:
        begins = [
            input_symbol(InputLayer(self._member(each, "shape", list), name=each.get("name")))
            for each in self._list(described, "inputs")
        ]
        values: list[SymbolicTensor] = list(begins)
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
        kind = self._kind if not path and self._kind is not None and not is_sequential(self._kind) else classes["Functional"]
        model: AnyModel = kind._unbuilt(_name(path) or "functional", Graph(begins, ends), *forms)
        check_calls(model)
        return model

    def _called(self, path: Any, inputs: list[SymbolicTensor], depth: int) -> list[SymbolicTensor]:
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

    def _operated(self, path: str, told: Any, inputs: list[SymbolicTensor]) -> SymbolicTensor:
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

    def _value(self, values: Sequence[SymbolicTensor], number: Any) -> SymbolicTensor:
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
        if not isinstance(value, kind):  # in a description a wrong type is a wrong value
            raise ValueError(  # noqa: TRY004
                f"the description lacks {key!r} as {kind.__name__}; received {brief(value)}"
            )
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
