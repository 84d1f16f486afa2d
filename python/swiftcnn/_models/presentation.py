"""A model's summary, and information about the computation of its batches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._base.checks import DEFAULT_BATCH_SIZE, boolean, integer, printable
from .._graph.layer import Layer
from ..layers._operators import Operation
from .summary import Memory, Row, Totals, render_html, render_text

if TYPE_CHECKING:
    from .._graph.graph import Graph
    from .._graph.parameter_store import LayerInfo
    from .._graph.symbolic_tensor import SymbolicTensor
    from .any_model import AnyModel, Item


class SummaryMethods:
    """The methods that describe a model. `AnyModel` declares the attributes of the model that they use."""

    def summary(
        self: AnyModel,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
    ) -> None:
        """Prints the layers, their output shapes and parameters, and the memory that the model needs.

        Args:
            line_length: the number of columns; None uses the width of the terminal.
            positions: the ends of the columns, as fractions of the line. None means 0.45, 0.8, 1.0; for models that are not a
                linear stack 0.3, 0.56, 0.74, 1.0, since they have a fourth column: the inputs of each layer.
            print_fn: a function that receives the whole text, instead of `print`.
            expand_nested: whether to show the layers of nested models too.
            show_trainable: whether to add a column that shows which layers are trainable: Y, N, or - for those without weights.
        """
        if print_fn is not None and not callable(print_fn):
            raise TypeError(f"print_fn must be a function of the text, or None, received {print_fn!r:.80}")
        self._build_if_possible()
        rows = _summarized(self, boolean("expand_nested", expand_nested))
        trainable = boolean("show_trainable", show_trainable)
        (print_fn or print)(render_text(self.name, rows, _totals(self), _memory(self), line_length, positions, trainable))

    def plan_info(self: AnyModel, batch_size: int = DEFAULT_BATCH_SIZE) -> dict[str, Any]:
        """Describes how batches of this size are computed, and how much memory that needs.

        Returns:
            A dict: `batch_size`; `threads`; `training_bytes` and `inference_bytes`, all memory except the arrays that you pass;
            `training` and `inference`, each a list with a dict for every operation: its `layer`; its `algorithm`; its `stage`
            (operations of one stage run one after the other on the same images); `images_at_once`, the number of images that a
            thread processes together in the stage; `output_bytes` per image; `scratch_bytes` per thread; `packed_bytes` of
            rearranged weights. A layer that is called several times has its operations once for each call. A "fork" creates a
            value for each reader of a layer's output. Layers of nested models are named by their path. `rewrites` contains, for
            `training`
            and `inference`, the names of the simplifications, and how often each was applied. For a model for images of any
            size, the figures are those of a small size.
        """
        info: dict[str, Any] = json.loads(self._built_engine().plan_info(integer("batch_size", batch_size)))
        return info

    def _repr_html_(self: AnyModel) -> str:
        self._build_if_possible()
        return render_html(self.name, _summarized(self), _totals(self), _memory(self))

    def __repr__(self: AnyModel) -> str:
        return f"<{self._kind} name={printable(self.name)}, layers={len(self.layers)}, built={self.built}>"


def _summarized(model: AnyModel, expand: bool = False) -> list[Row]:
    """The table for `summary`."""
    return list(model._rows(model._facts_of_layers() if model.built else None, expand, 0))


def _totals(model: AnyModel) -> Totals:
    """The number of the model's parameters. A layer that occurs twice counts once."""
    found = model._facts_of_layers().values() if model.built else ()
    return Totals(sum(each.parameters for each in found), sum(each.trainable_parameters for each in found))


def _memory(model: AnyModel) -> Memory | None:
    if not model.built or any(None in shape for shape in model._input_shapes()):
        return None
    info = model.plan_info()
    return Memory(info["batch_size"], info["training_bytes"], info["inference_bytes"])


def _source(symbol: SymbolicTensor) -> str:
    """An input in the format of the column "Connected to": the layer, the indices of its call and of the call's output."""
    return f"{symbol.node.item.name}[{symbol.node.place}][{symbol.index}]"


def item_rows(
    item: Item,
    facts: Mapping[int, LayerInfo] | None,
    shapes: Sequence[tuple[int | None, ...]] | None,
    expand: bool,
    level: int,
    outer: Graph | None = None,
) -> Iterator[Row]:
    """The rows of `summary` for an item and its nested items; `outer` is the outermost graph, unless it is a linear stack."""
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
    """Keras's name for the item's class."""
    if isinstance(item, Layer):
        return item.kind if isinstance(item, Operation) else type(item).__name__
    return item._kind
