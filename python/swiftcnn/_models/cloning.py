"""Copies of models with fresh weights."""

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
    """A model of the same layers with fresh weights; neither shares anything with the other.

    A compiled model's clone is compiled alike, and its optimizer begins anew. Of a class of your own it makes a `Sequential` or
    a `Model`, as Keras does; its layers are of the built-in classes too.

    Args:
        model: the model.
        input_tensors: an `Input` or another place on a line on which the clone begins; None for an input as the model's.
        clone_function: what makes a layer, or a model inside, of one of the model's; None copies its settings. What returns
            the layer itself lets both models have it, and its weights, in common.
        call_function: `call_function(layer, x)`, which calls each new layer of a `Model` on the line; it may add others.
        recursive: whether models inside are cloned layer by layer too.
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
    """Makes models layer by layer."""

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
