"""Symbolic tensors, such as `model.output` and `Dense(10)(x)`: the values of a graph of layers before any computation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn, cast

from .. import _native
from .._base.checks import Shape, printable
from .._base.structures import flat
from .architecture import plain
from .operators import Symbolic

if TYPE_CHECKING:
    from typing import Protocol

    class Called(Protocol):
        """The methods of a layer that concern its calls."""

        name: str | None

        def _describe(self) -> dict[str, Any]: ...

        def _remember_call(self, node: Node) -> int:
            """Returns the number of earlier calls."""

    class Input(Protocol):
        """An `InputLayer`."""

        @property
        def _declared_input(self) -> Shape | None: ...


class Node:
    """One call of a layer or a model on symbolic tensors, or an input of a model.

    Args:
        item: what is called, a layer or a model.
        inputs: what it receives, in flat order.
        shapes: the shapes of its outputs, one sample.
    """

    _numbers = count()

    def __init__(self, item: Any, inputs: Sequence[SymbolicTensor], shapes: Sequence[Shape]) -> None:
        self.item, self.inputs, self.shapes = item, tuple(inputs), tuple(shapes)
        self.number = next(Node._numbers)  # later calls have larger ones
        self.place = item._remember_call(self) if inputs else 0  # index among the item's calls, as in Keras

    @property
    def outputs(self) -> list[SymbolicTensor]:
        return [SymbolicTensor(self, index) for index in range(len(self.shapes))]

    @property
    def is_input(self) -> bool:
        return not self.inputs


class SymbolicTensor(Symbolic):
    """A symbolic tensor: an output of a layer's call, which Keras's functional API passes from layer to layer."""

    def __init__(self, node: Node, index: int = 0) -> None:
        self.node, self.index = node, index

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Shape of a batch; the batch axis is None."""
        return (None, *self.sample_shape)

    @property
    def sample_shape(self) -> Shape:
        return self.node.shapes[self.index]

    @property
    def dtype(self) -> str:
        """ "float32"."""
        return "float32"

    @property
    def name(self) -> str:
        """The name of the layer that computes it; for an `Input` without a name, Keras's default name."""
        return str(self.node.item.name or "input_layer") if self.node.is_input else str(self.node.item.name)

    @property
    def _key(self) -> tuple[int, int]:
        return (id(self.node.item) if self.node.is_input else id(self.node), self.index)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SymbolicTensor) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        symbol = self
        names: list[str] = []
        while len(symbol.node.inputs) == 1 and len(names) < LONGEST_PATH:
            names.append(symbol._item_name)
            symbol = symbol.node.inputs[0]
        names.append(symbol._item_name)
        return f"<SymbolicTensor {printable(' -> '.join(reversed(names)))}>"

    @property
    def _item_name(self) -> str:
        return str(self.node.item.name or type(self.node.item).__name__)


LONGEST_PATH = 20  # layers in a SymbolicTensor's repr


def input_symbol(layer: Input) -> SymbolicTensor:
    """The output of an `Input`. Two outputs of the same layer are equal."""
    return SymbolicTensor(Node(layer, (), [tuple(layer._declared_input or ())]))


def as_symbol(what: str, value: Any) -> SymbolicTensor:
    """A symbol, an `Input`, or a list of one of these."""
    symbols = as_symbols(what, value)
    if len(symbols) != 1:
        raise ValueError(f"{what} must be one symbolic tensor, received {len(symbols)}: join them first, by Concatenate or Add")
    return symbols[0]


def as_symbols(what: str, value: Any) -> list[SymbolicTensor]:
    """The symbols of a structure, in flat order."""
    return [_as_symbol(what, each) for each in flat(value)]


def _as_symbol(what: str, value: Any) -> SymbolicTensor:
    if isinstance(value, SymbolicTensor):
        return value
    if isinstance(value, Symbolic):  # an `InputLayer`
        return input_symbol(cast("Input", value))
    raise TypeError(
        f"{what} must be an Input(shape=...), a model's .input or .output, or what a layer returned for one, received "
        f"{value!r:.80} (a {type(value).__name__})"
    )


def is_symbolic(value: Any) -> bool:
    """Whether a layer that is called on this extends a graph instead of computing arrays."""
    return any(isinstance(each, Symbolic) for each in flat(value))


def call_layer(layer: Called, inputs: Sequence[SymbolicTensor]) -> SymbolicTensor:
    """The output of a layer's call. Shapes that do not fit raise an error here, not when a model is created."""
    shapes = [each.sample_shape for each in inputs]
    try:
        shape = shape_behind(layer, shapes)
    except ValueError as error:
        raise ValueError(f"{error}{_sources(inputs)}{_meaning_of_open(shapes)}") from None
    return Node(layer, inputs, [shape]).outputs[0]


def shape_behind(layer: Called, shapes: Sequence[Shape]) -> Shape:
    """The shape of a layer's output, one sample, for inputs of these shapes."""
    for shape in shapes:
        if shape and shape[-1] is None:
            _refuse_open_channels(layer, shape)
    architecture = {
        "format": 2,
        "class": "Functional",
        "inputs": [{"name": f"input_{place}", "shape": shape} for place, shape in enumerate(shapes)],
        "layers": [layer._describe()],
        "nodes": [[0, *range(len(shapes))]],
        "outputs": [len(shapes)],
    }
    told = json.loads(_native.describe_architecture(json.dumps(plain(architecture))))
    return tuple(told["output_shape"])


def _sources(inputs: Sequence[SymbolicTensor]) -> str:
    """The sources of several inputs, as the end of a message; empty for inputs that represent arrays."""
    if len(inputs) < 2 or all(each.node.is_input and each.node.item.name is None for each in inputs):
        return ""
    return f"; the inputs come from {', '.join(repr(each._item_name) for each in inputs)}"


def _meaning_of_open(shapes: Sequence[Shape]) -> str:
    """An addition to the engine's message: the numbers in it that represent open sizes."""
    if not any(None in shape for shape in shapes):
        return ""
    given = ", ".join(str((None, *shape)) for shape in shapes)
    return f"; where {given} has None, this is the last of the sizes that were tried"


def _refuse_open_channels(layer: Called, shape: Shape) -> NoReturn:
    name = layer.name or type(layer).__name__
    raise ValueError(
        f"layer {name!r} ({type(layer).__name__}) needs a fixed size along its input's last axis, the channels or features, "
        f"received {(None, *shape)}, where it depends on the size of the image: put GlobalAveragePooling2D in the place of "
        "Flatten or Permute, or give the Input fixed sizes"
    )
