"""`Sequential`, the model to which layers are added one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base.checks import Shape, fits
from .._base.running import fits as running_fits
from .._base.structures import ONE, Structure
from .._base.user_warnings import warn_user
from .._graph import hooks as graph_hooks
from .._graph.graph import Graph
from .._graph.layer import Layer
from .._graph.operators import Symbolic
from .._graph.parameter_store import LayerInfo, as_attribute
from .._graph.symbolic_tensor import Node, SymbolicTensor, call_layer, input_symbol, shape_behind
from .._training.compiling import STOP_FIRST
from ..layers import InputLayer
from . import hooks
from .model import Model
from .presentation import item_rows
from .summary import Row

if TYPE_CHECKING:
    from .any_model import Item


class Sequential(Model):
    """A linear stack of layers.

    The weights are created as soon as the shape of a sample is known: from `Input` or `input_shape=`, or from the first
    data.

    Args:
        layers: layers and models; the first item may be `Input(shape=...)`.
        name: the model's name.

    Example:
        >>> model = Sequential([Input((28, 28, 1)), Conv2D(32, 3, activation="relu"), Flatten(), Dense(10, "softmax")])
        >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        >>> history = model.fit(x_train, y_train, batch_size=128, epochs=5)
    """

    _is_sequential = True

    def __init__(self, layers: Iterable[Item] | None = None, *, name: str | None = None) -> None:
        if layers is not None and (not isinstance(layers, Iterable) or isinstance(layers, (str, bytes, Mapping, Symbolic))):
            raise TypeError(f"layers must be a list of layers, received {layers!r:.80} (a {type(layers).__name__})")
        self._begin(name)
        self._declared: InputLayer | None = None
        self._form_of_inputs = Structure(object)
        self._calls_in_line: list[Node] = []
        self._add_all(() if layers is None else layers)
        self._build_if_possible()

    @property
    def layers(self) -> list[Any]:
        """The layers, without the input; `add` and `pop` change them."""
        return list(self._line)

    def add(self, layer: Item) -> None:
        """Appends a layer or a model. Layers that already have weights keep them.

        Raises a RuntimeError while this model, or a model that contains it, is being fitted.
        """
        self._refuse_while_fitted("add")
        self._take([layer])

    def _add_all(self, layers: Iterable[Item]) -> None:
        """Adds layers, with the `add` of a subclass if it overrides that method."""
        if type(self).add is Sequential.add:
            self._take(layers)
        else:
            for layer in layers:
                self.add(layer)

    def _take(self, layers: Iterable[Item]) -> None:
        was_empty = not self._line
        present = {id(layer) for layer in self._layers_in_order()}  # once for all layers, since there may be thousands
        for layer in self._without_input(layers):
            self._append(layer, present)
        if was_empty and self._line and self._input is None:
            first = self._line[0]
            self._input = first._declared_input if isinstance(first, Layer) else first._only_input_shape()
        self._binding.forget()

    def _append(self, item: Item, present: set[int]) -> None:
        """Appends an item. `present`: the model's layers; the layers of the item are added to it."""
        leaves = {id(leaf) for leaf in ([item] if isinstance(item, Layer) else item._layers_in_order())}
        if leaves & present:
            raise ValueError(f"{item.name!r} is in model {self.name!r} already, and a line has each layer once: make a new one")
        if isinstance(item, Layer) and item._joins:
            raise ValueError(
                f"{type(item).__name__} takes several inputs, and a Sequential gives each layer one: use Model(inputs, outputs)"
            )
        self._names.admit(item, self.name)
        if isinstance(item, Layer):
            item._join(self)
        self._line.append(item)
        present |= leaves

    def _without_input(self, layers: Iterable[Item]) -> Iterator[Item]:
        """Checks the layers one by one, and takes the shape from an `Input` among them."""
        for layer in layers:
            if not isinstance(layer, (Layer, Model)):
                raise TypeError(f"only layers of swiftcnn.layers can be added, received {layer!r:.80} (a {type(layer).__name__})")
            if isinstance(layer, InputLayer):
                self._add_input(layer)
            else:
                yield layer

    def pop(self) -> Item:
        """Removes the last layer and returns it.

        Raises a RuntimeError while this model, or a model that contains it, is being fitted.
        """
        self._refuse_while_fitted("pop")
        if not self._line:
            raise ValueError("there is no layer to pop: the model has none")
        self._binding.forget()
        layer = self._line.pop()
        self._names.remove(layer)
        if isinstance(layer, Layer):
            layer._leave(self)
        return layer

    def predict_classes(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> NDArray[Any]:
        """The class of each sample, for Keras 2 scripts: that of the largest output, or whether a single output is above 0.5."""
        warn_user("predict_classes is a name of Keras 2, which newer releases lack: use model.predict(x).argmax(-1)")
        outputs = self.predict(x, batch_size, verbose)
        classes: NDArray[Any] = outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype(np.int32)
        return classes

    def predict_proba(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> NDArray[np.float32]:
        """The same as `predict`, for Keras 2 scripts."""
        warn_user("predict_proba is a name of Keras 2, which newer releases lack: use model.predict(x)")
        outputs: NDArray[np.float32] = self.predict(x, batch_size, verbose)
        return outputs

    def _refuse_while_fitted(self, what: str) -> None:
        """Raises an error while this model, or a model that contains it, is being fitted: its layers must not change then."""
        for model in running_fits.items():
            if self is model or self in model._models_within():
                raise RuntimeError(f"{what}: model {model.name!r} {STOP_FIRST}")

    def _input_name(self) -> str | None:
        return None if self._declared is None else self._declared.name

    def _add_input(self, layer: InputLayer) -> None:
        if self._line or self._input is not None:
            raise ValueError(f"the input must be the model's first item and only one, model {self.name!r} has begun already")
        self._input, self._declared = layer._declared_input, layer

    def _input_layer(self) -> InputLayer:
        if self._declared is None:
            if self._input is None or not self._line:
                self._built_store()  # which says what is missing
            assert self._input is not None
            self._declared = InputLayer(self._input)
        return self._declared

    # The line as a graph.

    def _chain(self) -> list[Node]:
        """The calls of the items, one after the other."""
        with as_attribute():
            if not self._line:
                self._built_store()
            begin = input_symbol(self._input_layer())
        nodes = self._calls_in_line
        if nodes and nodes[0].inputs[0] != begin:
            nodes.clear()
        for place, item in enumerate(self._line):
            if place < len(nodes) and nodes[place].item is item:
                continue
            del nodes[place:]
            inputs = nodes[-1].outputs if nodes else [begin]
            nodes.append(call_layer(item, inputs).node if isinstance(item, Layer) else item._call(inputs))
        del nodes[len(self._line) :]
        return nodes

    def _call_of(self, item: Layer) -> Node:
        return next(node for node in self._chain() if node.item is item)

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The input, in a list."""
        with as_attribute():
            if not self._line:
                self._built_store()
            return [input_symbol(self._input_layer())]

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The outputs of the last layer."""
        return self._chain()[-1].outputs

    @property
    def output_names(self) -> list[str]:
        """The name of the last layer, as a key for `compile`."""
        with as_attribute():
            if not self._line:
                self._built_store()
        last = self._line[-1]
        return [str(last.name)] if isinstance(last, Layer) or len(last._output_shapes()) == 1 else last.output_names

    @property
    def _form_of_outputs(self) -> Structure:  # type: ignore[override]  # of a line it follows from the last item
        last = self._line[-1] if self._line else None
        return ONE if last is None or isinstance(last, Layer) else last._form_of_outputs

    def _input_shapes(self) -> list[Shape]:
        if self._input is None or not self._line:
            self._built_store()  # which says what is missing
        assert self._input is not None
        return [self._input]

    def _output_shapes(self) -> list[Shape]:
        is_empty = self._binding.store is None and not self._layers_in_order()
        return self._input_shapes() if is_empty else self._outline().output_shapes

    def _shapes_behind(self, shapes: Sequence[Shape]) -> list[Shape]:
        given = list(map(tuple, shapes))
        for item in self._line:
            if isinstance(item, Layer):
                given = [shape_behind(item, given)]
            elif isinstance(item, Sequential) or item._input_shapes() != given:
                given = item._shapes_behind(given)
            else:  # the outputs of a graph are known, and nested models may have very many calls
                given = item._output_shapes()
        return given

    def _shapes_for(self, shapes: Sequence[Shape]) -> list[Shape]:
        """A call determines the input's shape, if that is not known yet."""
        if len(shapes) != 1:
            raise ValueError(f"model {self.name!r} has one input, received {len(shapes)}")
        if self._input is None:
            self._input = shapes[0]
        if not fits(shapes[0], self._input):
            raise ValueError(f"model {self.name!r} takes samples of the shape {self._input}, received {shapes[0]}")
        return self._shapes_behind(shapes)

    def _rows(self, facts: Mapping[int, LayerInfo] | None, expand: bool, level: int, outer: Graph | None = None) -> Iterator[Row]:
        shapes = [self._input] if facts is not None and self._input is not None else None
        for item in self._line:
            if shapes is not None and facts is not None:
                shapes = [facts[id(item)].output_shape] if isinstance(item, Layer) else item._shapes_in(facts, shapes)
            shown = None if shapes is None else [(None, *shape) for shape in shapes]
            yield from item_rows(item, facts, shown, expand, level, outer)

    def _shapes_in(self, facts: Mapping[int, LayerInfo], shapes: list[Shape]) -> list[Shape]:
        for item in self._line:
            shapes = [facts[id(item)].output_shape] if isinstance(item, Layer) else item._shapes_in(facts, shapes)
        return shapes

    @property
    def _kind(self) -> str:
        return "Sequential"


def _model_of(layer: Layer, shapes: Sequence[Shape]) -> Model:
    inputs = [input_symbol(InputLayer(shape)) for shape in shapes]
    output = call_layer(layer, inputs)
    layer._called -= 1  # Keras counts symbolic calls only
    return Model(inputs if layer._joins else inputs[0], output)


def _line_of(layer: Layer, shape: Shape) -> Sequential:
    model = Sequential()
    model._binding.seed = 0  # so that the next model gets the same seed as without this one
    model.add(layer)
    model.build((None, *shape))
    return model


graph_hooks.model_of, graph_hooks.line_of = _model_of, _line_of
hooks.classes["Sequential"] = Sequential
