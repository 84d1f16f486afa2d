"""`Model`: a graph of layers from inputs to outputs, as Keras's functional style writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

from .._base.checks import DEFAULT_BATCH_SIZE, Shape, boolean, fits, integer, layer_name, printable, shape_in_batch
from .._base.engine_work import BUILT_IN_LAYERS
from .._base.names import stem
from .._base.structures import Structure, flat
from .._base.tensor_like import as_values
from .._base.user_warnings import PACKAGE
from .._graph.graph import Graph
from .._graph.layer import Layer
from .._graph.parameter_store import LayerInfo, as_attribute
from .._graph.symbolic_tensor import Node, SymbolicTensor, as_symbols, is_symbolic, shape_behind
from ..layers import InputLayer, Operation
from .saving import Saved
from .summary import Memory, Row, Totals, render_html, render_text


class Model(Saved):
    """A model from some inputs to some outputs: a graph of layers, each of which may belong to other models too.

    Models that have a layer in common have its weights in common: what one learns, the others know.

    Args:
        inputs: an `Input`, or the `.input` or `.output` of a model or a layer; several in a list, a tuple, or a dict by name.
        outputs: what layers returned, or the `.output` of a model or a layer; several as the inputs.
        name: the model's name.

    Example:
        >>> inputs = Input((28, 28, 1))
        >>> x = Conv2D(16, 3, padding="same", activation="relu")(inputs)
        >>> x = Add()([x, Conv2D(16, 1)(inputs)])
        >>> model = Model(inputs, Dense(10, activation="softmax")(Flatten()(x)))
        >>> features = Model(base.input, base.get_layer("block4_pool").output)
    """

    _called = 0  # on symbolic tensors

    def __init__(self, inputs: Any = None, outputs: Any = None, *, name: str | None = None) -> None:
        if inputs is None or outputs is None:
            raise TypeError(
                f"{type(self).__name__} needs inputs and outputs, as in Model(inputs, outputs), or super().__init__(inputs, "
                f"outputs) in a subclass: {BUILT_IN_LAYERS}, from one Input or several to what the last layers returned"
            )
        super().__init__()
        self._name_it(name)
        begins, ends = as_symbols("inputs", inputs), as_symbols("outputs", outputs)
        for what, symbols in (("inputs", begins), ("outputs", ends)):
            if not symbols:
                raise ValueError(f"{what} must be at least one symbolic tensor, received none")
        self._fill(Graph(begins, ends), Structure.of(inputs), Structure.of(outputs))
        self._build_if_possible()

    @classmethod
    def _unbuilt(cls, name: str, graph: Graph, inputs: Structure, outputs: Structure) -> Self:
        """A model that takes memory for its weights only when it is used."""
        model = cls.__new__(cls)
        Saved.__init__(model)
        model._name_it(name)
        model._fill(graph, inputs, outputs)
        return model

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
        """The layers, inputs among them, in Keras's order: those farthest from the outputs first."""
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
        """Shape of a batch of samples; the batch axis is None. There is none yet if the input's shape is not known.

        Of several inputs, a list of the shapes in flat order.
        """
        with as_attribute():
            return _one_or_all([(None, *shape) for shape in self._input_shapes()])

    @property
    def output_shape(self) -> Any:
        """Shape of a batch of outputs, as `input_shape`."""
        with as_attribute():
            return _one_or_all([(None, *shape) for shape in self._output_shapes()])

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs for a batch of this shape, `(None, 28, 28, 1)`; the model stays as it is."""
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
        """The shapes of the outputs within another model, by what the engine tells of its layers."""
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
        """What the model receives, for `Model(model.input, ...)`, in the form in which the inputs were given.

        There is none yet if the input's shape is not known.
        """
        return self._form_of_inputs.pack(self.inputs)

    @property
    def output(self) -> Any:
        """What it puts out, for `Dense(10)(model.output)`."""
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
        """The names of the inputs, by which data may be given."""
        return [symbol.name for symbol in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names by which `compile` may be told of losses and metrics: keys of the outputs, or the names of their layers."""
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
        """How many calls there were before this one. Calls of models need not be found again."""
        self._called += 1
        return self._called - 1

    def __call__(self, x: Any, training: bool | None = None) -> Any:
        """The outputs for x as one batch, as NumPy arrays; for symbolic tensors, those of a graph that goes on with this model.

        Args:
            x: samples, (n, *input shape), or symbolic tensors; of several inputs in a list, or a dict by name.
            training: of arrays, False computes as `predict` does. True lets all layers work as in training: dropout and noise
                act, and a BatchNormalization normalizes by this batch and moves its statistics towards it. None lets the
                random image layers act, and no others. Each call draws other random numbers. On symbolic tensors this says
                nothing: there layers do as `fit` wants, and a frozen BatchNormalization keeps its statistics.
        """
        if is_symbolic(x):
            return self._form_of_outputs.results(self._call(self._by_place("x", x)).outputs)
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

    # Presentation.

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
    ) -> None:
        """Prints the layers, their output shapes and their parameters, and the memory that the model takes.

        Args:
            line_length: columns; as the terminal has if None.
            positions: where the columns end, as parts of the line; if None 0.45, 0.8, 1.0, and 0.3, 0.56, 0.74, 1.0 for models
                that are no line, which have a fourth column: what each layer reads.
            print_fn: called with the whole text instead of `print`.
            expand_nested: whether the layers of models inside this one are shown too.
            show_trainable: whether another column tells which layers learn: Y, N, or - for those without weights.
        """
        if print_fn is not None and not callable(print_fn):
            raise TypeError(f"print_fn must be a function of the text, or None, received {print_fn!r:.80}")
        self._build_if_possible()
        rows = self._summarized(boolean("expand_nested", expand_nested))
        trainable = boolean("show_trainable", show_trainable)
        (print_fn or print)(render_text(self.name, rows, self._totals(), self._memory(), line_length, positions, trainable))

    def plan_info(self, batch_size: int = DEFAULT_BATCH_SIZE) -> dict[str, Any]:
        """How batches of this size are computed, and what memory that takes.

        Returns:
            A dict: `batch_size`; `threads`; `training_bytes` and `inference_bytes`, all memory but the arrays that you hand
            over; `training` and `inference`, each a list with a dict for every operation: its `layer`; its `algorithm`; its
            `stage` (operations of one stage run one after the other on the same images); `images_at_once`, how many a thread
            takes through its stage; `output_bytes` of an image; `scratch_bytes` of a thread; `packed_bytes` of weights that
            were rearranged. A layer that is called several times has its operations once for each call; a "fork" makes a
            value for each reader of a layer's output; layers of models within the model have their path for a name. `rewrites`
            has, for `training` and for `inference`, the names of what was simplified, and how many times. Of a model for
            images of any size the figures are those of some small size.
        """
        info: dict[str, Any] = json.loads(self._built_engine().plan_info(integer("batch_size", batch_size)))
        return info

    def _repr_html_(self) -> str:
        self._build_if_possible()
        return render_html(self.name, self._summarized(), self._totals(), self._memory())

    def __repr__(self) -> str:
        return f"<{self._kind} name={printable(self.name)}, layers={len(self.layers)}, built={self.built}>"

    @property
    def _kind(self) -> str:
        """What Keras calls this class of models."""
        return "Functional"

    @property
    def _name_stem(self) -> str:
        """What the model is called if it has no name of its own."""
        return stem(self._kind if type(self).__module__.partition(".")[0] == PACKAGE else type(self).__name__)

    def _name_it(self, name: str | None) -> None:
        self.name, self._has_own_name = self._name_stem if name is None else layer_name(name), name is not None

    def _summarized(self, expand: bool = False) -> list[Row]:
        """The table of `summary`."""
        return list(self._rows(self._facts_of_layers() if self.built else None, expand, 0))

    def _facts_of_layers(self) -> dict[int, LayerInfo]:
        """What the engine tells of each layer, by its id."""
        return dict(zip(map(id, self._layers_in_order()), self._built_store().facts, strict=True))

    def _totals(self) -> Totals:
        """The model's parameters; those of a layer that is in it twice count once."""
        found = self._facts_of_layers().values() if self.built else ()
        return Totals(sum(each.parameters for each in found), sum(each.trainable_parameters for each in found))

    def _rows(self, facts: Mapping[int, LayerInfo] | None, expand: bool, level: int, outer: Graph | None = None) -> Iterator[Row]:
        """The lines of the model's layers, `level` models deep; `facts` are those of its layers, `outer` the outermost graph."""
        outer = self._graph if level == 0 else outer
        for item in self._graph.items if level == 0 else self.layers:
            if isinstance(item, InputLayer):
                yield Row(str(item.name), "InputLayer", item.shape, 0, True, level, sources=())
                continue
            shapes = [(None, *shape) for shape in self._graph.calls(item)[-1].shapes]
            yield from _item_rows(item, facts, shapes, expand, level, outer)

    def _memory(self) -> Memory | None:
        if not self.built or any(None in shape for shape in self._input_shapes()):
            return None
        info = self.plan_info()
        return Memory(info["batch_size"], info["training_bytes"], info["inference_bytes"])


def _one_or_all(shapes: list[Shape]) -> Any:
    return shapes[0] if len(shapes) == 1 else shapes


def _source(symbol: SymbolicTensor) -> str:
    """An input as the column "Connected to" writes it: the layer, the number of its call, and of the call's output."""
    return f"{symbol.node.item.name}[{symbol.node.place}][{symbol.index}]"


def _item_rows(
    item: Layer | Model,
    facts: Mapping[int, LayerInfo] | None,
    shapes: Sequence[tuple[int | None, ...]] | None,
    expand: bool,
    level: int,
    outer: Graph | None = None,
) -> Iterator[Row]:
    """The line of `summary` about one item, and those within it; `outer` is the outermost graph, if that is no line."""
    leaves = [item] if isinstance(item, Layer) else item._layers_in_order()
    sources = None if outer is None else tuple(_source(each) for node in outer.calls(item) for each in node.inputs)
    activation = getattr(item, "activation", None)
    if isinstance(activation, dict):
        activation = activation["class"]
    shape: Any = None if shapes is None else shapes[0] if len(shapes) == 1 else list(shapes)
    count = None if facts is None else sum(facts[id(leaf)].parameters for leaf in leaves)
    yield Row(str(item.name), _kind(item), shape, count, item.trainable, level, activation, sources)
    if expand and not isinstance(item, Layer):
        yield from item._rows(facts, expand, level + 1, outer)


def _kind(item: Layer | Model) -> str:
    """What Keras calls the item's class."""
    if isinstance(item, Layer):
        return item.kind if isinstance(item, Operation) else type(item).__name__
    return item._kind
