"""Draws the boxes and frames of a model's diagram with matplotlib."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .._base.checks import printable
from .._base.optional_imports import needed
from ._layout import Edge, Layout, Point, Route
from ._parts import End, Part, Parts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle

# Lengths are points, 72 an inch; y grows downwards.
TEXT_SIZE = 12
PADDING = 10
LINE_HEIGHT = TEXT_SIZE + 2 * PADDING
LONGEST = 80  # characters of a text; matplotlib needs seconds to measure thousands of characters


class Cell(NamedTuple):
    """A text with a background, part of a box."""

    text: str
    color: str = "white"

    @property
    def shown(self) -> str:
        return _cut(self.text)

    def width(self) -> float:
        """The width of the text and its margins."""
        return _text_width(needed("matplotlib.textpath", "plot", "plot_model").TextPath, self.shown) + 2 * PADDING


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
    """The direction of the arrows, one of `DIRECTIONS`."""

    rankdir: str

    def turned(self, size: Point) -> Point:
        """Converts (x, y) to (across, along), and back."""
        return size if self.rankdir in ("TB", "BT") else (size[1], size[0])

    def placed(self, point: Point, corner: Point, size: Point) -> Point:
        """The position (x, y) of a point of a layout of this size, whose upper left corner is given."""
        across, along = point
        if self.rankdir in ("BT", "RL"):
            along = size[1] - along
        x, y = self.turned((across, along))
        return corner[0] + x, corner[1] + y


class Frame:
    """Boxes and the arrows between them. The frame of a nested model has the model's name at the top; lines lead in and out.

    `used`: the inputs and outputs of the frame that are connected to other boxes.
    """

    def __init__(self, parts: Parts, shown: Shown, name: str = "", used: tuple[set[int], set[int]] = (set(), set())) -> None:
        self.name, self.way = name, shown.way
        self.items = [shown.item(part, *self._used(parts, place, used)) for place, part in enumerate(parts.items)]
        begins, ends = sorted(used[0]), sorted(used[1])
        self.first, behind = len(begins), len(begins) + len(self.items)
        self.edges = self._all_edges(parts, begins, ends)
        sizes = [self.way.turned(item.size) for item in self.items]
        sizes = [(0.0, 0.0)] * len(begins) + sizes + [(0.0, 0.0)] * len(ends)
        last = range(behind, behind + len(ends))
        self.layout = Layout(sizes, self.edges, range(len(begins)), last, LINE_HEIGHT if name else 0)
        self.size: Point = self.way.turned(self.layout.size)
        middle = self.layout.size[0] / 2
        self.enters = {index: self.layout.centers[place][0] - middle for place, index in enumerate(begins)}
        self.leaves = {index: self.layout.centers[behind + place][0] - middle for place, index in enumerate(ends)}

    def _all_edges(self, parts: Parts, begins: list[int], ends: list[int]) -> list[Edge]:
        """The edges between the items and to and from the border, each once."""
        behind = len(begins) + len(self.items)
        edges = [self._edge(*pair) for pair in parts.edges]
        edges += [self._edge(None, parts.inputs[index], place) for place, index in enumerate(begins)]
        edges += [self._edge(parts.outputs[index], None, behind + place) for place, index in enumerate(ends)]
        return list(dict.fromkeys(edges))

    @staticmethod
    def _used(parts: Parts, place: int, used: tuple[set[int], set[int]]) -> tuple[set[int], set[int]]:
        """The inputs and outputs of an item that are connected."""
        enters = {target.number for _, target in parts.edges if target.item == place}
        leaves = {source.number for source, _ in parts.edges if source.item == place}
        enters |= {end.number for number, end in enumerate(parts.inputs) if number in used[0] and end.item == place}
        leaves |= {end.number for number, end in enumerate(parts.outputs) if number in used[1] and end.item == place}
        return enters, leaves

    def _edge(self, source: End | None, target: End | None, border: int = 0) -> Edge:
        """The edge between two items, or between an item and a point of the border. Several arrows to one box are drawn once."""
        leaves = enters = None
        if source is not None and isinstance(item := self.items[source.item], Frame):
            leaves = item.leaves[source.number]
        if target is not None and isinstance(item := self.items[target.item], Frame):
            enters = item.enters[target.number]
        start = border if source is None else self.first + source.item
        stop = border if target is None else self.first + target.item
        return Edge(start, stop, leaves, enters)

    def draw(self, axes: Axes, corner: Point) -> None:
        """Draws the frame with its upper left corner at this position."""
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
    """The settings of the diagram: the contents of the boxes, and their arrangement."""

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
        """A box with the same lines as in Keras's diagram."""
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


@lru_cache(maxsize=4096)
def _text_width(path_of_text: Any, text: str) -> float:
    """The width from the corners of the letters; the extents of matplotlib's paths are exact but slow to compute."""
    path = path_of_text((0, 0), text, size=TEXT_SIZE)
    x = path.vertices[path.codes != path.CLOSEPOLY, 0]
    return float(x.max() - x.min()) if x.size else 0.0


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2 - 1]}…{text[-LONGEST // 2 :]}"


def _frame(axes: Axes, corner: Point, size: Point, **style: Any) -> Rectangle:
    rectangle: Rectangle = needed("matplotlib.patches", "plot", "plot_model").Rectangle(corner, *size, edgecolor="black", **style)
    axes.add_patch(rectangle)
    return rectangle
