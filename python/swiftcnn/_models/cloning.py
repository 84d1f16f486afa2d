"""Copies of models with new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from .._base.overrides import built_in
from .._graph.symbolic_tensor import SymbolicTensor, as_symbol, as_symbols, input_symbol
from .._training.compiling import choose
from ..layers import InputLayer
from ..layers._operators import Operation
from .configurations import revive_model
from .model import Model
from .sequential import Sequential

if TYPE_CHECKING:
    from .any_model import Item


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
) -> Model:
    """Copies a model, with new weights. The copy and the original share nothing.

    The clone of a compiled model is compiled in the same way, with a new optimizer state. A subclass becomes a `Sequential` or a
    `Model`, as in Keras; layers of your own subclasses become layers of the built-in classes.

    Args:
        model: the model.
        input_tensors: an `Input` or another symbolic tensor as the clone's input; None creates an input like the model's.
        clone_function: a function that returns the copy of a layer or a nested model; None copies its settings. If it returns the
            layer itself, both models share the layer and its weights.
        call_function: `call_function(layer, x)`, which calls each new layer of a `Model` on its input; it may add other layers.
        recursive: whether nested models are cloned layer by layer too.
    """
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model, received {model!r:.80} (a {type(model).__name__})")
    if input_tensors is None and clone_function is None and call_function is None:
        clone = cast("Model", revive_model(model._flat_config(), built_in(type(model))))
    else:
        clone = _Cloning(clone_function, call_function, recursive).of(model, input_tensors)
    if model._compiled is not None:
        choose(clone, model._compiled.fresh())
    return clone


class _Cloning:
    """Clones models layer by layer."""

    def __init__(self, clone: Callable[[Any], Any] | None, call: Callable[..., Any] | None, recursive: bool) -> None:
        for name, function in (("clone_function", clone), ("call_function", call)):
            if function is not None and not callable(function):
                raise TypeError(f"{name} must be a function of a layer, received {function!r:.80} (a {type(function).__name__})")
        self._clone, self._call, self._recursive = clone, call, recursive

    def of(self, model: Model, start: Any = None) -> Model:
        if not isinstance(model, Sequential):
            return self._graph(model, start)
        if self._call is not None and start is None:
            raise ValueError("call_function is for models that were made by Model(inputs, outputs): a Sequential calls no layer")
        source = model._declared
        if start is not None:
            source = InputLayer([size or 0 for size in as_symbol("input_tensors", start).shape[1:]])
        clone = Sequential(None if source is None else [_same_input(source)], name=model.name)
        for item in model._line:
            clone.add(self._copy(item))
        clone._build_if_possible()
        return clone

    def _graph(self, model: Model, start: Any) -> Model:
        graph = model._graph
        begins = (
            [input_symbol(_same_input(each.node.item)) for each in graph.inputs]
            if start is None
            else as_symbols("input_tensors", start)
        )
        model._check_input_count(len(begins))
        values: dict[SymbolicTensor, SymbolicTensor] = dict(zip(graph.inputs, begins, strict=True))
        copies: dict[int, Any] = {}
        for node in graph.nodes:
            if isinstance(node.item, Operation):
                values[node.outputs[0]] = node.item.again([values[each] for each in node.inputs])
                continue
            layer = copies.setdefault(id(node.item), None) or self._copy(node.item)
            copies[id(node.item)] = layer
            inputs = [values[each] for each in node.inputs]
            x: Any = inputs if len(inputs) > 1 or getattr(node.item, "_joins", False) else inputs[0]
            made = layer(x) if self._call is None else self._call(layer, x)
            values.update(zip(node.outputs, as_symbols("what call_function returned", made), strict=True))
        ends = [values[each] for each in graph.outputs]
        return Model(model._form_of_inputs.pack(begins), model._form_of_outputs.pack(ends), name=model.name)

    def _copy(self, item: Item) -> Any:
        if self._recursive and isinstance(item, Model):
            inner = self if not isinstance(item, Sequential) else _Cloning(self._clone, None, True)
            return inner.of(item)
        kind: Any = type(item)
        return kind.from_config(item.get_config()) if self._clone is None else self._clone(item)


def _same_input(source: Any) -> InputLayer:
    return InputLayer(source._declared_input, name=source.name)
