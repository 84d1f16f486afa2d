"""A model as a picture: a box for every layer, as Keras draws it, but without Graphviz: a line of layers needs no layout."""

from __future__ import annotations

import sys
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .._checks import boolean, one_of, printable, real
from .._extras import needed
from .._model import Model
from .._plain_files import path_text, refuse_strange_target
from .._summary import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

Point = tuple[float, float]

# Lengths are points, 72 an inch; y grows downwards.
TEXT_SIZE = 12
PADDING = 10
GAP = 28
LINE_HEIGHT = TEXT_SIZE + 2 * PADDING
LONGEST = 80  # characters of a text; matplotlib takes seconds to measure thousands
DIRECTIONS = ("TB", "BT", "LR", "RL")
NOT_BUILT = (
    "model {!r} does not know its shapes yet: begin it with Input(shape=...), call build((None, ...)), or fit it, then draw it"
)


class Cell(NamedTuple):
    """A text with a background, part of a box."""

    text: str
    color: str = "white"

    @property
    def shown(self) -> str:
        return _cut(self.text)

    def width(self) -> float:
        path = needed("matplotlib.textpath", "plot", "plot_model").TextPath((0, 0), self.shown, size=TEXT_SIZE)
        return float(path.get_extents().width) + 2 * PADDING


class Box:
    """A layer: lines of cells, all as wide as the widest."""

    def __init__(self, lines: list[list[Cell]]) -> None:
        self.lines = lines
        self.size: Point = (max(sum(cell.width() for cell in line) for line in lines), LINE_HEIGHT * len(lines))

    def draw(self, axes: Axes, corner: Point) -> list[Rectangle]:
        for number, line in enumerate(self.lines):
            x, y = corner[0], corner[1] + number * LINE_HEIGHT
            spare = (self.size[0] - sum(cell.width() for cell in line)) / len(line)
            for cell in line:
                size = (cell.width() + spare, LINE_HEIGHT)
                _frame(axes, (x, y), size, facecolor=cell.color)
                ink = "black" if cell.color == "white" else "white"
                axes.text(x + size[0] / 2, y + size[1] / 2, cell.shown, size=TEXT_SIZE, color=ink, ha="center", va="center")
                x += size[0]
        return [_frame(axes, corner, self.size, fill=False)]


class Chain:
    """Boxes and chains one behind the other. A model within the model has a frame, and its name in it."""

    def __init__(self, items: list[Box | Chain], vertical: bool, name: str = "") -> None:
        self.items, self.name = items, name
        self.along = 1 if vertical else 0
        self.margin = LINE_HEIGHT if name else 0
        length = sum(item.size[self.along] for item in items) + GAP * (len(items) - 1) + 2 * self.margin
        breadth = max(item.size[1 - self.along] for item in items) + 2 * self.margin
        self.size: Point = (breadth, length) if vertical else (length, breadth)

    def draw(self, axes: Axes, corner: Point) -> list[Rectangle]:
        """Draws it with its upper left corner there; returns the outlines of its boxes in order."""
        if self.name:
            _frame(axes, corner, self.size, fill=False, linestyle="--")
            axes.text(corner[0] + PADDING, corner[1] + PADDING, _cut(self.name), size=TEXT_SIZE, va="top")
        outlines: list[Rectangle] = []
        place = [corner[0] + self.size[0] / 2, corner[1] + self.size[1] / 2]
        place[self.along] = corner[self.along] + self.margin
        for item in self.items:
            start = list(place)
            start[1 - self.along] -= item.size[1 - self.along] / 2
            outlines += item.draw(axes, (start[0], start[1]))
            place[self.along] += item.size[self.along] + GAP
        return outlines


class Shown(NamedTuple):
    """What the boxes tell, and how they lie."""

    shapes: bool
    dtype: bool
    names: bool
    activations: bool
    trainable: bool
    rankdir: str

    def box(self, row: Row, input_shape: tuple[int | None, ...]) -> Box:
        """The box of a layer, with the lines that Keras writes."""
        lines = [[Cell(f"{printable(row.name)} ({row.kind})" if self.names else row.kind, "black")]]
        if self.activations and row.activation is not None:
            lines.append([Cell(f"Activation: {row.activation}")])
        cells = []
        if self.shapes:
            cells += [] if row.kind == "InputLayer" else [Cell(f"Input shape: {input_shape}")]
            cells.append(Cell(f"Output shape: {row.output_shape}"))
        if self.dtype:
            cells.append(Cell("Output dtype: float32"))
        if self.trainable and row.parameters:
            cells.append(Cell("Trainable", "forestgreen") if row.may_learn else Cell("Non-trainable", "firebrick"))
        return Box([*lines, cells] if cells else lines)

    def chain(self, rows: list[Row], input_shape: tuple[int | None, ...], name: str = "") -> Chain:
        """The boxes of rows; those deeper than the first are of the model before them."""
        items: list[Box | Chain] = []
        index, level = 0, rows[0].level
        while index < len(rows):
            row, end = rows[index], index + 1
            while end < len(rows) and rows[end].level > level:
                end += 1
            inner = rows[index + 1 : end]
            items.append(self.chain(inner, input_shape, printable(row.name)) if inner else self.box(row, input_shape))
            input_shape, index = tuple(row.output_shape or ()), end
        return Chain(items[::-1] if self.backwards else items, self.rankdir in ("TB", "BT"), name)

    @property
    def backwards(self) -> bool:
        return self.rankdir in ("BT", "RL")


class Drawing:
    """A model's picture, with those methods of `pydot.Dot` that scripts call."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def create(self, prog: Any = None, format: str = "png") -> bytes:
        """The picture as the bytes of a file; `prog` is of no effect, since matplotlib draws."""
        from io import BytesIO

        content = BytesIO()
        self.figure.savefig(content, format=format)
        return content.getvalue()

    def write(self, path: str | PathLike[str], prog: Any = None, format: str = "png") -> bool:
        """Writes these bytes to a file."""
        target = path_text("the picture's file", path)
        refuse_strange_target("the picture's file", target)
        Path(target).write_bytes(self.create(prog, format))
        return True


def model_to_dot(
    model: Model,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Drawing:
    """The picture that `plot_model` writes, for `SVG(model_to_dot(model).create(format="svg"))` in a notebook.

    Args: those of `plot_model`; `subgraph` and `splines` are of no effect.
    """
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model, received {model!r:.80} (a {type(model).__name__})")
    if not model.built:
        raise ValueError(NOT_BUILT.format(model.name))
    one_of("rankdir", rankdir, DIRECTIONS)
    if real("dpi", dpi) <= 0:
        raise ValueError(f"dpi must be greater than 0, received {dpi}")
    shown = Shown(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, rankdir)
    rows = model._summarized(boolean("expand_nested", expand_nested))
    return Drawing(_figure(shown.chain(rows, model.input_shape), shown.backwards, real("dpi", dpi)))


def plot_model(
    model: Model,
    to_file: str | PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """Writes a picture of a model, a box for every layer. It needs `pip install 'swiftcnn[plot]'`, but no Graphviz.

    Args:
        model: a model that knows its shapes.
        to_file: the picture's file; its ending tells the format: png, svg, pdf, jpg.
        show_shapes: whether to write the shapes of batches before and behind each layer.
        show_dtype: whether to write the type of the numbers, which is float32.
        show_layer_names: whether to write names, not only classes.
        rankdir: "TB" draws from top to bottom, "LR" from left to right; "BT" and "RL" the other way round.
        expand_nested: whether the layers of models inside this one are drawn too.
        dpi: pixels an inch.
        show_layer_activations: whether to write the activations.
        show_trainable: whether to write which layers learn.
        splines: of no effect; accepted because Keras has it.

    Returns:
        In a notebook, the picture, which it shows; elsewhere None.
    """
    drawing = model_to_dot(
        model,
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
    )
    kind = Path(path_text("to_file", to_file)).suffix[1:] or "png"
    drawing.write(to_file, format=kind)
    if "IPython" not in sys.modules or kind == "pdf":
        return None
    display = needed("IPython.display", "plot", "plot_model")
    return display.SVG(filename=str(to_file)) if kind == "svg" else display.Image(filename=str(to_file))


def _figure(chain: Chain, backwards: bool, dpi: float) -> Figure:
    """The chain with arrows between its boxes, on a figure of its size; not one of pyplot's, which would show it by itself."""
    width, height = (size + 2 * PADDING for size in chain.size)
    figure: Figure = needed("matplotlib.figure", "plot", "plot_model").Figure(figsize=(width / 72, height / 72), dpi=dpi)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    outlines = chain.draw(axes, (PADDING, PADDING))
    if backwards:
        outlines.reverse()
    for source, target in pairwise(outlines):
        ends = {"patchA": source, "patchB": target, "shrinkA": 0, "shrinkB": 0}
        arrow = {"arrowstyle": "-|>", "facecolor": "black", "linewidth": 1.5, **ends}
        axes.annotate("", tuple(target.get_center()), tuple(source.get_center()), arrowprops=arrow)
    return figure


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2 - 1]}…{text[-LONGEST // 2 :]}"


def _frame(axes: Axes, corner: Point, size: Point, **style: Any) -> Rectangle:
    rectangle: Rectangle = needed("matplotlib.patches", "plot", "plot_model").Rectangle(corner, *size, edgecolor="black", **style)
    axes.add_patch(rectangle)
    return rectangle
