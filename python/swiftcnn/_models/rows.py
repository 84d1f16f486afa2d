"""The lines of `summary` about the layers and models of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._graph.graph import Graph
from .._graph.layer import Layer
from .._graph.parameter_store import LayerInfo
from .._graph.symbolic_tensor import SymbolicTensor
from ..layers._operators import Operation
from .any_model import Item
from .summary import Row


def _source(symbol: SymbolicTensor) -> str:
    """An input as the column "Connected to" writes it: the layer, the number of its call, and of the call's output."""
    return f"{symbol.node.item.name}[{symbol.node.place}][{symbol.index}]"


def item_rows(
    item: Item,
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


def _kind(item: Item) -> str:
    """What Keras calls the item's class."""
    if isinstance(item, Layer):
        return item.kind if isinstance(item, Operation) else type(item).__name__
    return item._kind
