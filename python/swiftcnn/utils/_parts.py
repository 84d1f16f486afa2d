"""A model as boxes and arrows: the content of a diagram, independent of how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._base.checks import printable
from .._base.structures import Structure
from .._graph.layer import Layer
from .._graph.parameter_store import LayerInfo
from .._models.model import Model
from .._models.sequential import Sequential
from .._models.summary import Row

DIRECTIONS = ("TB", "BT", "LR", "RL")
NOT_BUILT = (
    "model {!r} does not know its shapes yet: begin it with Input(shape=...), call build((None, ...)), or fit it, then draw it"
)


class End(NamedTuple):
    """The end of an arrow: an item of a model, and one of the item's inputs or outputs."""

    item: int
    number: int = 0


class Part(NamedTuple):
    """An item: the text of its box, or the contents of its frame if it is a nested model whose items are shown."""

    row: Row
    input_shape: Any
    output_shape: Any
    inside: Parts | None = None

    @property
    def dtype(self) -> str:
        """Of each output."""
        if isinstance(self.output_shape, Mapping):
            return ", ".join(f"{printable(str(name))}: float32" for name in self.output_shape)
        return str(["float32"] * len(self.output_shape)) if isinstance(self.output_shape, list) else "float32"

    def lines(self, names: bool, shapes: bool) -> list[str]:
        """The lines of the box, as in Keras: the name and the class, and the shapes."""
        name = printable(self.row.name)
        title = f"{name} ({self.row.kind})" if names else self.row.kind
        taken = [] if self.row.kind == "InputLayer" else [f"Input shape: {shape_text(self.input_shape)}"]
        return [title, *taken, f"Output shape: {shape_text(self.output_shape)}"] if shapes else [title]


class Parts(NamedTuple):
    """The items of a model, the arrows between them, and the positions of the model's inputs and outputs."""

    items: list[Part]
    edges: list[tuple[End, End]]
    inputs: list[End]
    outputs: list[End]


def parts_of(model: Model, expand: bool) -> Parts:
    """The boxes of a model; with `expand`, also those of the nested models."""
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model, received {model!r:.80} (a {type(model).__name__})")
    if not model.built:
        raise ValueError(NOT_BUILT.format(model.name))
    return _parts(model, model._facts_of_layers(), expand)


def shape_text(shape: Any) -> str:
    """The text of a shape, or of several shapes in a list or by name."""
    if isinstance(shape, Mapping):
        return ", ".join(f"{printable(str(name))}: {each}" for name, each in shape.items())
    return str(shape)


def _parts(model: Model, facts: Mapping[int, LayerInfo], expand: bool) -> Parts:
    rows = list(model._rows(facts, False, 0))
    return (_parts_of_line if isinstance(model, Sequential) else _parts_of_graph)(model, rows, facts, expand)


def _parts_of_line(model: Model, rows: Sequence[Row], facts: Mapping[int, LayerInfo], expand: bool) -> Parts:
    shape, items = model.input_shape, []
    for item, row in zip(model._line, rows, strict=True):
        behind = row.output_shape if isinstance(row.output_shape, list) else [row.output_shape]
        items.append(_part(item, row, [shape], behind, facts, expand))
        shape = behind[0]
    edges = [(End(place), End(place + 1)) for place in range(len(items) - 1)]
    return Parts(items, edges, [End(0)], [End(len(items) - 1, index) for index in range(len(behind))])


def _parts_of_graph(model: Model, rows: Sequence[Row], facts: Mapping[int, LayerInfo], expand: bool) -> Parts:
    graph = model._graph
    places = {id(item): place for place, item in enumerate(graph.items)}
    items = []
    for item, row in zip(graph.items, rows, strict=True):
        call = next(iter(graph.calls(item)), None)
        taken = [] if call is None else [symbol.shape for symbol in call.inputs]
        behind = [row.output_shape] if call is None else [(None, *shape) for shape in call.shapes]
        items.append(_part(item, row, taken, behind, facts, expand))
    edges = {  # in order, each once
        (End(places[id(symbol.node.item)], symbol.index), End(places[id(node.item)], index)): None
        for node in graph.nodes
        for index, symbol in enumerate(node.inputs)
    }
    inputs = [End(places[id(symbol.node.item)]) for symbol in graph.inputs]
    outputs = [End(places[id(symbol.node.item)], symbol.index) for symbol in graph.outputs]
    return Parts(items, list(edges), inputs, outputs)


def _part(item: Any, row: Row, taken: list[Any], behind: list[Any], facts: Mapping[int, LayerInfo], expand: bool) -> Part:
    if isinstance(item, Layer):
        return Part(row, _packed(Structure(list if item._joins else object), taken), behind[0])
    shapes = _packed(item._form_of_inputs, taken), _packed(item._form_of_outputs, behind)
    return Part(row, *shapes, _parts(item, facts, True) if expand else None)


def _packed(form: Structure, shapes: list[Any]) -> Any:
    return form.pack(shapes) if shapes else None
