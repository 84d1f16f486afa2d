"""`Model`: a graph of layers from inputs to outputs, as in Keras's functional API.

This file has over 300 lines because of the many methods of Keras's models. Longer code is in other modules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from .. import _native
from .._base.checks import Shape, fits, integer, layer_name, printable, shape_in_batch
from .._base.engine_work import BUILT_IN_LAYERS, OF_MODELS
from .._base.names import Names, serials, stem
from .._base.overrides import EngineComputed
from .._base.structures import Structure, flat
from .._base.tensor_like import as_values
from .._base.user_warnings import PACKAGE
from .._graph.graph import Graph
from .._graph.layer import Layer
from .._graph.parameter_store import LayerInfo, Outline, ParameterStore, as_attribute
from .._graph.symbolic_tensor import Node, SymbolicTensor, as_symbols, is_symbolic, shape_behind
from .._training.compiled import Compiled
from .._training.keras2_methods import GeneratorNames
from .._training.model_arrays import ModelArrays
from .._training.single_batches import call_on_batch
from ..callbacks._records import LastHistory
from ..layers import InputLayer, Operation
from . import hooks
from .configurations import model_from_config
from .descriptions import describe_model
from .engine_binding import EngineBinding
from .file_methods import FileMethods
from .presentation import SummaryMethods, item_rows
from .saving import from_engine
from .summary import Row
from .training_methods import TrainingMethods
from .weight_methods import WeightMethods

if TYPE_CHECKING:
    from .any_model import AnyModel, Item


class Model(TrainingMethods, GeneratorNames, WeightMethods, FileMethods, SummaryMethods, EngineComputed):
    """A model from inputs to outputs: a graph of layers. A layer may belong to several models.

    Models that share a layer share its weights: training one model changes the weights of the others.

    Args:
        inputs: an `Input`, or the `.input` or `.output` of a model or a layer; several in a list, a tuple, or a dict by name.
        outputs: the symbolic tensors that layers returned, or the `.output` of a model or a layer; several as for the inputs.
        name: the model's name.

    Example:
        >>> inputs = Input((28, 28, 1))
        >>> x = Conv2D(16, 3, padding="same", activation="relu")(inputs)
        >>> x = Add()([x, Conv2D(16, 1)(inputs)])
        >>> model = Model(inputs, Dense(10, activation="softmax")(Flatten()(x)))
        >>> features = Model(base.input, base.get_layer("block4_pool").output)
    """

    _engine_computes = OF_MODELS
    _is_sequential = False
    _called = 0  # on symbolic tensors

    def __init__(self, inputs: Any = None, outputs: Any = None, *, name: str | None = None) -> None:
        if inputs is None or outputs is None:
            raise TypeError(
                f"{type(self).__name__} needs inputs and outputs, as in Model(inputs, outputs), or super().__init__(inputs, "
                f"outputs) in a subclass: {BUILT_IN_LAYERS}, from one Input or several to what the last layers returned"
            )
        self._begin(name)
        begins, ends = as_symbols("inputs", inputs), as_symbols("outputs", outputs)
        for what, symbols in (("inputs", begins), ("outputs", ends)):
            if not symbols:
                raise ValueError(f"{what} must be at least one symbolic tensor, received none")
        self._fill(Graph(begins, ends), Structure.of(inputs), Structure.of(outputs))
        self._build_if_possible()

    @classmethod
    def _unbuilt(cls, name: str, graph: Graph, inputs: Structure, outputs: Structure) -> Self:
        """A model that allocates memory for its weights on first use."""
        model = cls.__new__(cls)
        model._begin(name)
        model._fill(graph, inputs, outputs)
        return model

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Model:
        """Builds the model that `get_config` described, here or in Keras, with new weights."""
        return cast("Model", model_from_config(config, cls))

    @classmethod
    def _from_engine(cls, engine: _native.Model, compiled: bool = True) -> Model:
        """The model that the engine has."""
        return cast("Model", from_engine(cls, engine, compiled))

    def _begin(self, name: str | None) -> None:
        """Sets the attributes of a model without layers."""
        self._binding = EngineBinding()
        self._compiled: Compiled | None = None
        self._history: LastHistory | None = None
        self.stop_training = self.stop_evaluating = self.stop_predicting = False
        self._calls = 0  # of arrays
        self._line: list[Item] = []
        self._names = Names()
        self._serial = next(serials)
        self._input: Shape | None = None
        self._name_it(name)

    def _fill(self, graph: Graph, inputs: Structure, outputs: Structure) -> None:
        self._graph, self._form_of_inputs, self._form_of_outputs = graph, inputs, outputs
        self._input = graph.inputs[0].sample_shape
        for item in sorted(graph.items, key=lambda item: item._serial):
            self._names.admit(item, self.name)
            if isinstance(item, Layer) and not isinstance(item, InputLayer):
                item._join(self)
        self._line = [item for item in graph.items if not isinstance(item, InputLayer)]

    # Layers.

    @property
    def layers(self) -> list[Any]:
        """The layers, including inputs, in Keras's order: those farthest from the outputs first."""
        return [item for item in self._graph.items if not isinstance(item, Operation)]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """The layer of this name or at this index."""
        layers = self.layers
        if (name is None) == (index is None):
            raise ValueError(f"get_layer needs a name or an index, one of them, received name={name!r}, index={index!r}")
        if index is not None:
            position = integer("index", index)
            if not -len(layers) <= position < len(layers):
                raise ValueError(f"there is no layer {position}: the model has {len(layers)}")
            return layers[position]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"no layer is called {name!r}; there are: {printable(', '.join(str(layer.name) for layer in layers))}")

    @property
    def input_shape(self) -> Any:
        """Shape of a batch of samples; the batch axis is None. Undefined while the input's shape is unknown.

        For several inputs, a list of the shapes in flat order.
        """
        with as_attribute():
            return _one_or_all([(None, *shape) for shape in self._input_shapes()])

    @property
    def output_shape(self) -> Any:
        """Shape of a batch of outputs, as `input_shape`."""
        with as_attribute():
            return _one_or_all([(None, *shape) for shape in self._output_shapes()])

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs for a batch of this shape, such as `(None, 28, 28, 1)`; the model does not change."""
        shapes = [input_shape] if self._form_of_inputs.kind is object else flat(input_shape)
        known = [shape_in_batch("input_shape", shape) for shape in shapes]
        found = self._shapes_behind(known)
        return self._form_of_outputs.results([(shapes[0][0], *shape) for shape in found])

    # Graphs.

    def _input_shapes(self) -> list[Shape]:
        """Of one sample."""
        return [symbol.sample_shape for symbol in self._graph.inputs]

    def _output_shapes(self) -> list[Shape]:
        """Of one sample."""
        return [symbol.sample_shape for symbol in self._graph.outputs]

    def _shapes_behind(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The shapes of the outputs for samples of these shapes."""
        self._check_input_count(len(shapes))
        found: dict[SymbolicTensor, Shape] = dict(zip(self._graph.inputs, map(tuple, shapes), strict=True))
        for node in self._graph.nodes:
            given = [found[each] for each in node.inputs]
            item = node.item
            put_out = [shape_behind(item, given)] if isinstance(item, Layer) else item._shapes_behind(given)
            found.update(zip(node.outputs, put_out, strict=True))
        return [found[each] for each in self._graph.outputs]

    def _shapes_in(self, facts: Mapping[int, LayerInfo], shapes: list[Shape]) -> list[Shape]:
        """The shapes of the outputs within another model, from the engine's information about its layers."""
        return self._output_shapes()

    def _only_input_shape(self) -> Shape | None:
        """The shape of the only input, if it is known."""
        self._check_input_count_of_line()
        return self._input

    def _check_input_count_of_line(self) -> None:
        if self._form_of_inputs.kind is not object and len(self._input_shapes()) > 1:
            raise ValueError(
                f"model {self.name!r} has {len(self._input_shapes())} inputs, and a Sequential gives each of its layers one: use "
                "Model(inputs, outputs)"
            )

    def _check_input_count(self, count: int) -> None:
        if count != len(self._input_shapes()):
            raise ValueError(f"model {self.name!r} has {len(self._input_shapes())} inputs, received {count}")

    @property
    def input(self) -> Any:
        """The input as a symbolic tensor, for `Model(model.input, ...)`; several in the structure in which they were passed.

        Undefined while the input's shape is unknown.
        """
        return self._form_of_inputs.pack(self.inputs)

    @property
    def output(self) -> Any:
        """The output as a symbolic tensor, for `Dense(10)(model.output)`."""
        return self._form_of_outputs.pack(self.outputs)

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The inputs in flat order."""
        return list(self._graph.inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The outputs in flat order."""
        return list(self._graph.outputs)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs, as keys for data in a dict."""
        return [symbol.name for symbol in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names for losses and metrics in `compile`: the keys of the outputs, or the names of their layers."""
        return list(self._form_of_outputs.names or [symbol.name for symbol in self.outputs])

    @property
    def dtype(self) -> str:
        """ "float32"."""
        return "float32"

    @property
    def compute_dtype(self) -> str:
        """ "float32"."""
        return "float32"

    def _call_of(self, item: Layer) -> Node:
        """The first call of a layer in this model."""
        for node in self._graph.nodes:
            if node.item is item:
                return node
        raise ValueError(
            f"layer {item.name!r} is called nowhere in model {self.name!r}: inputs are not; choose a layer that computes"
        )

    def _remember_call(self, node: Node) -> int:
        """The number of earlier calls. Calls of models are not stored, since nothing looks them up."""
        self._called += 1
        return self._called - 1

    def __call__(self, x: Any, training: bool | None = None) -> Any:
        """Computes the outputs for x as one batch, as NumPy arrays; for symbolic tensors, extends their graph by this model.

        Args:
            x: samples, (n, *input shape), or symbolic tensors; for several inputs a list, or a dict by name.
            training: for arrays, False computes as `predict` does. True runs all layers in training mode: dropout and noise are
                applied, and BatchNormalization normalizes by this batch and updates its moving statistics. None applies only the
                random image layers. Each call draws new random numbers. For symbolic tensors the argument has no effect: layers
                follow the mode of `fit`, and a frozen BatchNormalization keeps its statistics.
        """
        if is_symbolic(x):
            return self._form_of_outputs.results(self._call(ModelArrays(self).by_place("x", x)).outputs)
        draw, self._calls = self._calls, self._calls + 1
        return as_values(self._call_on_batch(x, training, draw))

    def _call(self, inputs: Any) -> Node:
        """A call on symbolic tensors in flat order."""
        symbols = as_symbols("x", list(inputs))
        shapes = [symbol.sample_shape for symbol in symbols]
        return Node(self, symbols, self._shapes_for(shapes))

    def _shapes_for(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The shapes of the outputs of a call, whose inputs must be as the model's."""
        self._check_input_count(len(shapes))
        for symbol, shape in zip(self._graph.inputs, shapes, strict=True):
            if not fits(shape, symbol.sample_shape):
                raise ValueError(
                    f"input {symbol.name!r} of model {self.name!r} takes samples of the shape {symbol.sample_shape}, received "
                    f"{shape}"
                )
        return (
            self._output_shapes()
            if [symbol.sample_shape for symbol in self._graph.inputs] == list(shapes)
            else self._shapes_behind(shapes)
        )

    def _call_on_batch(self, x: Any, training: bool | None, draw: int) -> Any:
        return call_on_batch(self, x, training, draw)

    # The engine.

    @property
    def built(self) -> bool:
        """Whether the model has its weights, or everything that it needs to create them on first use."""
        return self._binding.store is not None or (self._input is not None and bool(self._layers_in_order()))

    def build(self, input_shape: Sequence[Any] | None = None) -> None:
        """Creates the weights for batches of this shape, such as `(None, 28, 28, 1)`; None if the model knows its shape."""
        if input_shape is not None:
            shape = shape_in_batch("input_shape", input_shape)
            if self._input is not None and not fits(shape, self._input):
                raise ValueError(f"model {self.name!r} takes samples of the shape {self._input}, and cannot be built for {shape}")
            if self._line and self._input is None:
                self._build_for(shape)
        self._built_store()

    def _build_for(self, shape: Shape | None) -> None:
        """Builds a model for samples of this shape. If its layers cannot process the shape, the model forgets it."""
        before, self._input = self._input, shape
        try:
            self._build_if_possible()
        except BaseException:
            self._input = before
            raise

    def _leaves(self) -> list[tuple[str, Layer]]:
        """The layers in order, including those of nested models, each with its path: `dense`, or `vgg16/block1_conv1`.

        A layer in several models has the path of its first occurrence.
        """
        leaves: list[tuple[str, Layer]] = []
        known: set[int] = set()
        for item in self._line:
            within = [("", item)] if isinstance(item, Layer) else item._leaves()
            for path, leaf in within:
                if id(leaf) not in known:
                    known.add(id(leaf))
                    leaves.append((f"{item.name}/{path}" if path else str(item.name), leaf))
        return leaves

    def _layers_in_order(self) -> list[Layer]:
        return [leaf for _, leaf in self._leaves()]

    def _models_within(self) -> list[AnyModel]:
        inner = {id(item): item for item in self._line if not isinstance(item, Layer)}
        for item in list(inner.values()):
            inner.update((id(deeper), deeper) for deeper in item._models_within())
        return list(inner.values())

    def _flat_config(self) -> dict[str, Any]:
        return describe_model(self)

    def _input_name(self) -> str | None:
        name: str | None = self._graph.inputs[0].node.item.name
        return name

    @property
    def _engine(self) -> _native.Model | None:
        return None if self._binding.store is None else self._binding.store.engine

    def _build_if_possible(self) -> None:
        self._binding.build_if_possible(self)

    def _built_store(self) -> ParameterStore:
        return self._binding.built_store(self)

    def _built_engine(self) -> _native.Model:
        return self._built_store().engine

    def _engine_for(self, x: Any) -> _native.Model:
        """The engine's model, built for these samples if necessary; `x` is an array or a tuple of arrays."""
        if self._binding.store is None and self._input is None and isinstance(x, np.ndarray) and x.ndim > 1:
            self.build((None, *x.shape[1:]))
        return self._built_engine()

    def _outline(self) -> Outline:
        return self._binding.outline(self)

    def _sized_output_shapes(self, shapes: tuple[Shape, ...]) -> list[Shape]:
        return self._binding.sized_output_shapes(self, shapes)

    def _adopt(self, engine: _native.Model) -> None:
        self._binding.adopt(self, engine)

    def _claim(self) -> None:
        """Before the weights are trained."""
        self._built_store().claim(self._layers_in_order())

    def _set_learning_rate(self, rate: float) -> None:
        if self._engine is not None:
            self._engine.learning_rate = rate

    def _iterations(self) -> int:
        return 0 if self._engine is None else self._engine.iterations

    def _adopt_weight_average(self) -> None:
        if self._engine is not None:
            self._engine.adopt_weight_average()

    # Presentation.

    @property
    def _kind(self) -> str:
        """Keras's name for this class of models."""
        return "Functional"

    @property
    def _name_stem(self) -> str:
        """The default name of the model."""
        return stem(self._kind if type(self).__module__.partition(".")[0] == PACKAGE else type(self).__name__)

    def _name_it(self, name: str | None) -> None:
        self.name, self._has_own_name = self._name_stem if name is None else layer_name(name), name is not None

    def _facts_of_layers(self) -> dict[int, LayerInfo]:
        """The engine's information about each layer, by the layer's id."""
        return dict(zip(map(id, self._layers_in_order()), self._built_store().facts, strict=True))

    def _rows(self, facts: Mapping[int, LayerInfo] | None, expand: bool, level: int, outer: Graph | None = None) -> Iterator[Row]:
        """The lines of the model's layers, `level` models deep; `facts` are those of its layers, `outer` the outermost graph."""
        outer = self._graph if level == 0 else outer
        for item in self._graph.items if level == 0 else self.layers:
            if isinstance(item, InputLayer):
                yield Row(str(item.name), "InputLayer", item.shape, 0, True, level, sources=())
                continue
            shapes = [(None, *shape) for shape in self._graph.calls(item)[-1].shapes]
            yield from item_rows(item, facts, shapes, expand, level, outer)


def _one_or_all(shapes: list[Shape]) -> Any:
    return shapes[0] if len(shapes) == 1 else shapes


hooks.classes["Functional"] = Model
