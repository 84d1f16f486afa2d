"""`Model`: a line of layers from an input to an output, as Keras's functional style writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Self

from ._arrays import as_array
from ._checks import DEFAULT_BATCH_SIZE, boolean, integer, layer_name, printable, shape_in_batch
from ._engine_work import LINES
from ._layer import Layer
from ._names import stem
from ._saving import Saved
from ._store import Facts, as_attribute
from ._summary import Memory, Row, render_html, render_text
from ._symbols import Symbol, as_symbol, is_symbolic
from ._values import as_values
from .layers import InputLayer


class Model(Saved):
    """A model from an input to an output: a line of layers, each of which may belong to other models too.

    Models that have a layer in common have its weights in common: what one learns, the others know.

    Args:
        inputs: an `Input`, or the `.input` or `.output` of a model or a layer.
        outputs: what the last layer returned, or the `.output` of a model or a layer.
        name: the model's name.

    Example:
        >>> inputs = Input((28, 28, 1))
        >>> outputs = Dense(10, activation="softmax")(Flatten()(inputs))
        >>> model = Model(inputs, outputs)
        >>> features = Model(base.input, base.get_layer("block4_pool").output)
    """

    def __init__(self, inputs: Any = None, outputs: Any = None, *, name: str | None = None) -> None:
        if inputs is None or outputs is None:
            raise TypeError(
                f"{type(self).__name__} needs inputs and outputs, as in Model(inputs, outputs), or super().__init__(inputs, "
                f"outputs) in a subclass: {LINES}, which begin with an Input and end with what the last layer returned"
            )
        super().__init__()
        self._name_it(name)
        begin, end = as_symbol("inputs", inputs), as_symbol("outputs", outputs)
        reached = begin.source is end.source and all(a is b for a, b in zip(begin.line, end.line, strict=False))
        if not reached or len(begin.line) >= len(end.line):
            raise ValueError(f"the outputs must lie behind the inputs, received inputs {begin!r} and outputs {end!r}")
        source = InputLayer([size or 0 for size in begin.shape[1:]]) if begin.line else begin.source
        self._fill(source, end.line[len(begin.line) :])
        self._build_if_possible()

    @classmethod
    def _unbuilt(cls, name: str, source: InputLayer, line: Iterable[Layer | Model]) -> Self:
        """A model that takes memory for its weights only when it is used."""
        model = cls.__new__(cls)
        Saved.__init__(model)
        model._name_it(name)
        model._fill(source, line)
        return model

    def _fill(self, source: InputLayer, line: Iterable[Layer | Model]) -> None:
        if source.name is None:
            source.name = "input_layer"
        self._source, self._input = source, source._declared_input
        self._extend(line)

    def _extend(self, items: Iterable[Layer | Model]) -> None:
        """Appends items. The model's layers are looked up once for all of them, since there may be thousands."""
        present = {id(layer) for layer in self._layers_in_order()}
        for item in items:
            self._append(item, present)

    def _append(self, item: Layer | Model, present: set[int]) -> None:
        """Appends an item; `present` are the layers that the model has, to which those of the item are added."""
        leaves = {id(leaf) for leaf in ([item] if isinstance(item, Layer) else item._layers_in_order())}
        if leaves & present:
            raise ValueError(f"{item.name!r} is in model {self.name!r} already, and a line has each layer once: make a new one")
        self._names.admit(item, self.name)
        if isinstance(item, Layer):
            item._join(self)
        self._line.append(item)
        present |= leaves

    # Layers.

    @property
    def layers(self) -> list[Any]:
        """The layers in order, the input's first."""
        return [self._source, *self._line]

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
    def input_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch of samples; the batch axis is None. There is none yet if the input's shape is not known."""
        with as_attribute():
            self._built_engine()
        return (None, *(self._input or ()))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch of outputs; the batch axis is None. There is none yet if the input's shape is not known."""
        with as_attribute():
            return (None, *self._outputs())

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """The shape of the outputs for a batch of this shape, `(None, 28, 28, 1)`; the model stays as it is."""
        outputs = shape_behind(self._layers_in_order(), shape_in_batch("input_shape", input_shape))
        return (input_shape[0], *outputs)

    # Lines.

    def _input_layer(self) -> InputLayer:
        return self._source

    @property
    def input(self) -> Symbol:
        """Where the line begins, for `Model(model.input, ...)`. There is none yet if the input's shape is not known."""
        return Symbol(self._beginning(), ())

    @property
    def output(self) -> Symbol:
        """Where the line ends, for `Dense(10)(model.output)`. There is none yet if the input's shape is not known."""
        return Symbol(self._beginning(), tuple(self._line))

    def _beginning(self) -> InputLayer:
        with as_attribute():
            if not self._line:
                self._built_store()  # which says what is missing
            return self._input_layer()

    @property
    def inputs(self) -> list[Symbol]:
        """`[input]`."""
        return [self.input]

    @property
    def outputs(self) -> list[Symbol]:
        """`[output]`."""
        return [self.output]

    @property
    def output_names(self) -> list[str]:
        """The name of the last layer, by which `compile` may be told of a loss."""
        with as_attribute():
            if not self._line:
                self._built_store()
        return [str(self._line[-1].name)]

    @property
    def dtype(self) -> str:
        """ "float32"."""
        return "float32"

    @property
    def compute_dtype(self) -> str:
        """ "float32"."""
        return "float32"

    def _before(self, layer: Layer) -> Symbol:
        """Where the line stands before this layer of it."""
        index = next(index for index, item in enumerate(self._line) if item is layer)
        return Symbol(self._input_layer(), tuple(self._line[:index]))

    def __call__(self, x: Any, training: bool | None = None) -> Any:
        """The outputs for x as one batch, as a NumPy array; or for an `Input` or an `.output`, the line that goes on with
        this model.

        Args:
            x: samples, (n, *input shape), or a place on a line.
            training: of arrays, False computes as `predict` does. True lets all layers work as in training: dropout and noise
                act, and a BatchNormalization normalizes by this batch and moves its statistics towards it. None lets the
                random image layers act, and no others. Each call draws other random numbers. On a line this says nothing:
                there layers do as `fit` wants, and a frozen BatchNormalization (`trainable = False`) keeps its statistics.
        """
        if is_symbolic(x):
            return as_symbol("x", x).then(self)
        draw, self._calls = self._calls, self._calls + 1
        return as_values(self._call_on_batch(as_array("x", x), training, draw))

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
            positions: where the three columns end, as parts of the line: 0.45, 0.8, 1.0 if None.
            print_fn: called with the whole text instead of `print`.
            expand_nested: whether the layers of models inside this one are shown too.
            show_trainable: whether another column tells which layers learn: Y, N, or - for those without weights.
        """
        if print_fn is not None and not callable(print_fn):
            raise TypeError(f"print_fn must be a function of the text, or None, received {print_fn!r:.80}")
        self._build_if_possible()
        rows = self._summarized(boolean("expand_nested", expand_nested))
        trainable = boolean("show_trainable", show_trainable)
        (print_fn or print)(render_text(self.name, rows, self._memory(), line_length, positions, trainable))

    def plan_info(self, batch_size: int = DEFAULT_BATCH_SIZE) -> dict[str, Any]:
        """How batches of this size are computed, and what memory that takes.

        Returns:
            A dict: `batch_size`; `threads`; `training_bytes` and `inference_bytes`, all memory but the arrays that you hand
            over; `training` and `inference`, each a list with a dict for every operation: its `layer`; its `algorithm`; its
            `stage` (operations of one stage run one after the other on the same images); `images_at_once`, how many a thread
            takes through its stage; `output_bytes` of an image; `scratch_bytes` of a thread; `packed_bytes` of weights that
            were rearranged.
        """
        info: dict[str, Any] = json.loads(self._built_engine().plan_info(integer("batch_size", batch_size)))
        return info

    def _repr_html_(self) -> str:
        self._build_if_possible()
        return render_html(self.name, self._summarized(), self._memory())

    def __repr__(self) -> str:
        return f"<{self._kind} name={printable(self.name)}, layers={len(self.layers)}, built={self.built}>"

    @property
    def _kind(self) -> str:
        """What Keras calls this class of models."""
        return "Functional"

    @property
    def _name_stem(self) -> str:
        """What the model is called if it has no name of its own."""
        return stem(self._kind if type(self).__module__.startswith(f"{__package__}.") else type(self).__name__)

    def _name_it(self, name: str | None) -> None:
        self.name, self._has_own_name = self._name_stem if name is None else layer_name(name), name is not None

    def _summarized(self, expand: bool = False) -> list[Row]:
        """The table of `summary`."""
        return list(self._rows(iter(self._built_store().facts) if self.built else None, expand, 0))

    def _rows(self, facts: Iterator[Facts] | None, expand: bool, level: int) -> Iterator[Row]:
        """The lines of the model's items, `level` models deep; `facts` are those of its layers."""
        yield Row(str(self._source.name), "InputLayer", self.input_shape, 0, 0, True, level)
        yield from self._item_rows(facts, expand, level)

    def _item_rows(self, facts: Iterator[Facts] | None, expand: bool, level: int) -> Iterator[Row]:
        for item in self._line:
            leaves = 1 if isinstance(item, Layer) else sum(1 for _ in item._leaves())
            found = list(islice(facts, leaves)) if facts else None
            yield row(item, Facts.together(found) if found else None, level)
            if expand and not isinstance(item, Layer):
                yield from item._rows(iter(found) if found else None, expand, level + 1)

    def _memory(self) -> Memory | None:
        if not self.built:
            return None
        info = self.plan_info()
        return Memory(info["batch_size"], info["training_bytes"], info["inference_bytes"])


def shape_behind(layers: Sequence[Layer], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that some layers, one after the other, make of samples of a shape; copies of them are asked."""
    configs = [{key: value for key, value in layer.get_config().items() if key != "name"} for layer in layers]
    copies = [type(layer).from_config(config) for layer, config in zip(layers, configs, strict=True)]
    model = Model._unbuilt("copy", InputLayer(shape), copies)
    model._seed = 0  # so that the next model gets the seed that it would have got
    return model._outputs()


def row(item: Layer | Model, facts: Facts | None, level: int) -> Row:
    """The line of `summary` about one item."""
    kind = type(item).__name__ if isinstance(item, Layer) else item._kind
    activation = getattr(item, "activation", None)
    if isinstance(activation, dict):
        activation = activation["class"]
    if facts is None:
        return Row(str(item.name), kind, None, None, None, item.trainable, level, activation)
    shape = (None, *facts.output_shape)
    return Row(str(item.name), kind, shape, facts.parameters, facts.trainable_parameters, item.trainable, level, activation)
