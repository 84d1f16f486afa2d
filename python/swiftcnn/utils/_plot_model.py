"""A model as a picture: a box for every layer, as Keras draws it, but without Graphviz."""

from __future__ import annotations

import sys
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .._checks import boolean, one_of, printable, real
from .._extras import needed
from .._model import Model
from .._plain_files import path_text, refuse_strange_target
from ._layout import Edge, Layout, Point, Route
from ._parts import DIRECTIONS, End, Part, Parts, parts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

# Lengths are points, 72 an inch; y grows downwards.
TEXT_SIZE = 12
PADDING = 10
LINE_HEIGHT = TEXT_SIZE + 2 * PADDING
MOST_PIXELS = 60_000  # along a side; matplotlib draws up to 65536
LONGEST = 80  # characters of a text; matplotlib takes seconds to measure thousands


class Cell(NamedTuple):
    """A text with a background, part of a box."""

    text: str
    color: str = "white"

    @property
    def shown(self) -> str:
        return _cut(self.text)

    def width(self) -> float:
        """The text and the room around it. The extents of matplotlib's paths are exact, and slow to find."""
        path = needed("matplotlib.textpath", "plot", "plot_model").TextPath((0, 0), self.shown, size=TEXT_SIZE)
        x = path.vertices[path.codes != path.CLOSEPOLY, 0]
        return float(x.max() - x.min() if x.size else 0) + 2 * PADDING


class Box:
    """A layer: lines of cells, all as wide as the widest."""

    def __init__(self, lines: list[list[Cell]]) -> None:
        self.lines = [[(cell, cell.width()) for cell in line] for line in lines]
        self.size: Point = (max(sum(width for _, width in line) for line in self.lines), LINE_HEIGHT * len(lines))

    def draw(self, axes: Axes, corner: Point) -> None:
        for number, line in enumerate(self.lines):
            x, y = corner[0], corner[1] + number * LINE_HEIGHT
            spare = (self.size[0] - sum(width for _, width in line)) / len(line)
            for cell, width in line:
                size = (width + spare, LINE_HEIGHT)
                _frame(axes, (x, y), size, facecolor=cell.color)
                ink = "black" if cell.color == "white" else "white"
                axes.text(x + size[0] / 2, y + size[1] / 2, cell.shown, size=TEXT_SIZE, color=ink, ha="center", va="center")
                x += size[0]
        _frame(axes, corner, self.size, fill=False)


class Way(NamedTuple):
    """In which direction arrows go on, of `DIRECTIONS`."""

    rankdir: str

    def turned(self, size: Point) -> Point:
        """(across, along) of (x, y), and the other way round."""
        return size if self.rankdir in ("TB", "BT") else (size[1], size[0])

    def placed(self, point: Point, corner: Point, size: Point) -> Point:
        """Where a point of a layout of this size is, (x, y), if its upper left corner is there."""
        across, along = point
        if self.rankdir in ("BT", "RL"):
            along = size[1] - along
        x, y = self.turned((across, along))
        return corner[0] + x, corner[1] + y


class Frame:
    """Boxes and arrows between them. A model within the model has its name above them, and lines lead in and out of the frame.

    `used`: which of its inputs and outputs other boxes are tied to.
    """

    def __init__(self, parts: Parts, shown: Shown, name: str = "", used: tuple[set[int], set[int]] = (set(), set())) -> None:
        self.name, self.way = name, shown.way
        self.items = [shown.item(part, *self._used(parts, place, used)) for place, part in enumerate(parts.items)]
        begins, ends = sorted(used[0]), sorted(used[1])
        sizes = [self.way.turned(item.size) for item in self.items]
        self.first, count = len(begins), len(begins) + len(sizes)
        edges = [self._edge(*pair) for pair in parts.edges]
        edges += [self._edge(None, parts.inputs[index], place) for place, index in enumerate(begins)]
        edges += [self._edge(parts.outputs[index], None, count + place) for place, index in enumerate(ends)]
        self.layout = Layout(
            [(0.0, 0.0)] * len(begins) + sizes + [(0.0, 0.0)] * len(ends),
            edges := list(dict.fromkeys(edges)),
            range(len(begins)),
            range(count, count + len(ends)),
            LINE_HEIGHT if name else 0,
        )
        self.edges = edges
        self.size: Point = self.way.turned(self.layout.size)
        middle = self.layout.size[0] / 2
        self.enters = {index: self.layout.centers[place][0] - middle for place, index in enumerate(begins)}
        self.leaves = {index: self.layout.centers[count + place][0] - middle for place, index in enumerate(ends)}

    @staticmethod
    def _used(parts: Parts, place: int, used: tuple[set[int], set[int]]) -> tuple[set[int], set[int]]:
        """The inputs and outputs of an item that something is tied to."""
        enters = {target.number for _, target in parts.edges if target.item == place}
        leaves = {source.number for source, _ in parts.edges if source.item == place}
        enters |= {end.number for number, end in enumerate(parts.inputs) if number in used[0] and end.item == place}
        leaves |= {end.number for number, end in enumerate(parts.outputs) if number in used[1] and end.item == place}
        return enters, leaves

    def _edge(self, source: End | None, target: End | None, border: int = 0) -> Edge:
        """Between two items, or between one and a point of the border. Arrows at a box go to it as such, once."""
        leaves = enters = None
        if source is not None and isinstance(item := self.items[source.item], Frame):
            leaves = item.leaves[source.number]
        if target is not None and isinstance(item := self.items[target.item], Frame):
            enters = item.enters[target.number]
        start = border if source is None else self.first + source.item
        stop = border if target is None else self.first + target.item
        return Edge(start, stop, leaves, enters)

    def draw(self, axes: Axes, corner: Point) -> None:
        """Draws it with its upper left corner there."""
        if self.name:
            _frame(axes, corner, self.size, fill=False, linestyle="--")
            axes.text(corner[0] + PADDING, corner[1] + PADDING, _cut(self.name), size=TEXT_SIZE, va="top")
        for edge, route in zip(self.edges, self.layout.routes, strict=True):
            place = edge.target - self.first
            into_box = 0 <= place < len(self.items) and isinstance(self.items[place], Box)
            self._draw_route(axes, corner, route, "-|>" if into_box else "-")
        for item, corner_of_item in self.places(corner):
            item.draw(axes, corner_of_item)

    def places(self, corner: Point) -> list[tuple[Box | Frame, Point]]:
        """The items, each with its upper left corner."""
        found = []
        for item, center in zip(self.items, self.layout.centers[self.first :], strict=False):
            x, y = self.way.placed(center, corner, self.layout.size)
            found.append((item, (x - item.size[0] / 2, y - item.size[1] / 2)))
        return found

    def _draw_route(self, axes: Axes, corner: Point, route: Route, style: str) -> None:
        path = needed("matplotlib.path", "plot", "plot_model").Path
        points, codes = [route.start], [path.MOVETO]
        for end, controls in route.steps:
            points += [*(controls or ()), end]
            codes += [path.CURVE4] * 3 if controls else [path.LINETO]
        line = path([self.way.placed(point, corner, self.layout.size) for point in points], codes)
        arrow = needed("matplotlib.patches", "plot", "plot_model").FancyArrowPatch
        axes.add_patch(arrow(path=line, arrowstyle=style, mutation_scale=10, facecolor="black", linewidth=1.5, fill=style != "-"))


class Shown(NamedTuple):
    """What the boxes tell, and how they lie."""

    shapes: bool
    dtype: bool
    names: bool
    activations: bool
    trainable: bool
    way: Way

    def item(self, part: Part, enters: set[int], leaves: set[int]) -> Box | Frame:
        """The box of a layer, or the frame of a model whose layers are shown."""
        if part.inside is None:
            return self.box(part)
        return Frame(part.inside, self, printable(part.row.name), (enters, leaves))

    def box(self, part: Part) -> Box:
        """The lines that Keras writes."""
        row = part.row
        title, *shapes = part.lines(self.names, self.shapes)
        lines = [[Cell(title, "black")]]
        if self.activations and row.activation is not None:
            lines.append([Cell(f"Activation: {row.activation}")])
        cells = [Cell(text) for text in shapes]
        if self.dtype:
            cells.append(Cell(f"Output dtype: {part.dtype}"))
        if self.trainable and row.parameters:
            cells.append(Cell("Trainable", "forestgreen") if row.may_learn else Cell("Non-trainable", "firebrick"))
        return Box([*lines, cells] if cells else lines)


class Drawing:
    """A model's picture, with those methods of `pydot.Dot` that scripts call."""

    def __init__(self, frame: Frame, dpi: float) -> None:
        self.frame, self.figure = frame, _figure(frame, dpi)

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
    parts = parts_of(model, boolean("expand_nested", expand_nested))
    one_of("rankdir", rankdir, DIRECTIONS)
    if real("dpi", dpi) <= 0:
        raise ValueError(f"dpi must be greater than 0, received {dpi}")
    shown = Shown(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, Way(rankdir))
    return Drawing(Frame(parts, shown), real("dpi", dpi))


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


def _figure(frame: Frame, dpi: float) -> Figure:
    """A figure of the size of what is drawn; not one of pyplot's, which would show it by itself."""
    width, height = (size + 2 * PADDING for size in frame.size)
    dpi = min(dpi, MOST_PIXELS * 72 / max(width, height))
    figure: Figure = needed("matplotlib.figure", "plot", "plot_model").Figure(figsize=(width / 72, height / 72), dpi=dpi)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    frame.draw(axes, (PADDING, PADDING))
    return figure


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2 - 1]}…{text[-LONGEST // 2 :]}"


def _frame(axes: Axes, corner: Point, size: Point, **style: Any) -> Rectangle:
    rectangle: Rectangle = needed("matplotlib.patches", "plot", "plot_model").Rectangle(corner, *size, edgecolor="black", **style)
    axes.add_patch(rectangle)
    return rectangle
