"""Positions for the boxes of a graph and routes for its arrows: layers by longest path, few crossings, straight lines.

Coordinates are (across, along): across the arrows and along them. This module does not know the contents or the direction of
the diagram.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import dist
from typing import NamedTuple

from ._aligned import aligned
from ._layers import Layers

Point = tuple[float, float]

GAP = 28.0  # between layers whose arrows are straight
STEEPNESS = 0.15  # extra length of a gap, per unit that an arrow in it moves across
LONGEST_GAP = 130.0
BESIDE = 24.0  # between boxes
BETWEEN_LINES = 16.0
BETWEEN_ENDS = 14.0  # of arrows at one box
NOTHING = 0.01


class Edge(NamedTuple):
    """An edge between two boxes. `leaves` and `enters`: its end points relative to the boxes' centres, if they matter."""

    source: int
    target: int
    leaves: float | None = None
    enters: float | None = None


class Step(NamedTuple):
    """The next point of a line: reached by a straight segment, or by a curve with two control points."""

    end: Point
    controls: tuple[Point, Point] | None = None


class Route(NamedTuple):
    """The route of an arrow."""

    start: Point
    steps: list[Step]

    @property
    def end(self) -> Point:
        return self.steps[-1].end


class Layout:
    """Positions of the boxes.

    Args:
        sizes: the sizes of the boxes, (across, along), in an order in which most arrows go forwards. Backward arrows are led
            around the boxes.
        edges: the arrows.
        first: boxes to place before all others.
        last: boxes to place after all others.
        margin: the smallest margin around all boxes.
    """

    def __init__(
        self,
        sizes: Sequence[Point],
        edges: Sequence[Edge],
        first: Sequence[int] = (),
        last: Sequence[int] = (),
        margin: float = 0,
    ) -> None:
        self._edges, self._layers = list(edges), Layers(len(sizes), edges, first, last)
        self._sizes = [*sizes, *[(0.0, 0.0)] * (len(self._layers.ranks) - len(sizes))]
        self._boxes, self._margin, self._has_ends = len(sizes), margin, (bool(first), bool(last))
        across = aligned(self._layers, self._room)
        least = min(place - self._sizes[node][0] / 2 for node, place in enumerate(across))
        self._across = [place - least + margin for place in across]
        self._offsets = self._ends()
        length = self._stack()
        breadth = max(place + self._sizes[node][0] / 2 for node, place in enumerate(self._across)) + margin
        self.size: Point = (breadth, length)
        self.centers: list[Point] = [(self._across[node], self._middle(node)) for node in range(self._boxes)]
        self.routes = [self._route(number) for number in range(len(self._edges))]

    def _room(self, node: int, beside: int) -> float:
        """The smallest distance between the centres of two neighbours."""
        space = BETWEEN_LINES if max(self._sizes[node][0], self._sizes[beside][0]) == 0 else BESIDE
        return (self._sizes[node][0] + self._sizes[beside][0]) / 2 + space

    # Where arrows begin and end.

    def _ends(self) -> dict[tuple[int, bool], float]:
        """The offsets from the boxes' centres at which each arrow leaves and enters, towards the side that the arrow goes to."""
        found: dict[tuple[int, bool], float] = {}
        sides: dict[tuple[int, bool, int], list[tuple[float, int]]] = {}
        counts = Counter((end, enters) for edge in self._edges for end, enters in ((edge.source, False), (edge.target, True)))
        for number, edge in enumerate(self._edges):
            path = self._layers.paths[number]
            for node, other, enters in ((edge.source, path[1], False), (edge.target, path[-2], True)):
                given = edge.enters if enters else edge.leaves
                fixed = edge.leaves if enters else edge.enters
                far = self._across[other] + (fixed or 0.0 if len(path) == 2 else 0.0) - self._across[node]
                if given is not None or abs(far) < 1 or counts[node, enters] == 1:
                    found[number, enters] = given or 0.0
                else:
                    sides.setdefault((node, enters, 1 if far > 0 else -1), []).append((abs(far), number))
        for (node, enters, side), ends in sides.items():
            step = min(BETWEEN_ENDS, (self._sizes[node][0] / 2 - 6) / (len(ends) + 0.5)) if self._sizes[node][0] else 0.0
            for place, (_, number) in enumerate(sorted(ends)):
                found[number, enters] = side * step * (place + 1)
        return found

    # Along the arrows.

    def _stack(self) -> float:
        """Places the layers one after another and returns the total length."""
        spans = self._spans()
        count = len(self._layers.rows)
        thick = [max(self._sizes[node][1] for node in row) for row in self._layers.rows]
        gaps = [min(LONGEST_GAP, max(GAP, GAP + STEEPNESS * span)) if span else GAP for span in spans]
        turns = self._layers.turns
        gaps[0] = max(self._margin, gaps[0] if turns[0] else 0)
        gaps[count] = max(self._margin, gaps[count] if turns[count] else 0)
        starts_with_ends, stops_with_ends = self._has_ends
        if starts_with_ends:  # a frame's border, where lines come in
            gaps[0], gaps[1] = 0.0, max(self._margin, gaps[1])
        if stops_with_ends:
            gaps[count], gaps[count - 1] = 0.0, max(self._margin, gaps[count - 1])
        self._tops, place = [], 0.0
        for gap, size in zip(gaps, thick, strict=False):
            self._tops.append(place + gap)
            place += gap + size
        self._thick, self._gaps = thick, gaps
        return place + gaps[count]

    def _spans(self) -> list[float]:
        """The distance that lines move across, before each layer and after the last."""
        spans = [0.0] * (len(self._layers.rows) + 1)
        for number, path in enumerate(self._layers.paths):
            across = [self._across[node] for node in path]
            across[0] += self._offsets[number, False]
            across[-1] += self._offsets[number, True]
            for place_in_path, (node, following) in enumerate(pairwise(path)):
                ranks = self._layers.ranks[node], self._layers.ranks[following]
                place = max(ranks) if ranks[0] != ranks[1] else ranks[0] + (place_in_path == 0)
                spans[place] = max(spans[place], abs(across[place_in_path] - across[place_in_path + 1]))
        return spans

    def _middle(self, node: int) -> float:
        rank = self._layers.ranks[node]
        return self._tops[rank] + self._thick[rank] / 2

    # Ways.

    def _route(self, number: int) -> Route:
        edge, path = self._edges[number], self._layers.paths[number]
        begin = (
            self._across[edge.source] + self._offsets[number, False],
            self._middle(edge.source) + self._sizes[edge.source][1] / 2,
        )
        finish = (
            self._across[edge.target] + self._offsets[number, True],
            self._middle(edge.target) - self._sizes[edge.target][1] / 2,
        )
        steps: list[Step] = []
        here = self._go(steps, begin, (begin[0], self._bottom(edge.source)))
        if self._layers.ranks[edge.source] >= self._layers.ranks[edge.target]:
            here = self._back(steps, here, path, (finish[0], self._top(edge.target)))
        else:
            for node in path[1:-1]:
                here = self._curve(steps, here, (self._across[node], self._top(node)))
                here = self._go(steps, here, (here[0], self._bottom(node)))
        top = finish[0], self._top(edge.target)
        if abs(here[1] - top[1]) > NOTHING:  # the backward route already ends there
            self._curve(steps, here, top)
        self._go(steps, top, finish)
        return Route(begin, steps)

    def _back(self, steps: list[Step], here: Point, path: Sequence[int], there: Point) -> Point:
        """The backward route around the layers between: out of the box, back beside the layers, and into the target."""
        here = self._turn(steps, here, (self._across[path[1]], here[1]), self._gaps[self._layers.ranks[path[0]] + 1])
        for node in path[1:-1]:
            if node != path[1]:
                here = self._curve(steps, here, (self._across[node], self._bottom(node)))
            here = self._go(steps, here, (here[0], self._top(node)))
        return self._turn(steps, here, there, -self._gaps[self._layers.ranks[path[-1]]])

    def _top(self, node: int) -> float:
        return self._tops[self._layers.ranks[node]]

    def _bottom(self, node: int) -> float:
        return self._tops[self._layers.ranks[node]] + self._thick[self._layers.ranks[node]]

    @staticmethod
    def _go(steps: list[Step], here: Point, there: Point) -> Point:
        if dist(here, there) > NOTHING:
            steps.append(Step(there))
        return there

    @staticmethod
    def _curve(steps: list[Step], here: Point, there: Point) -> Point:
        """A curve within a gap between layers, so that it crosses no box."""
        middle = (here[1] + there[1]) / 2
        straight = abs(here[0] - there[0]) < NOTHING
        steps.append(Step(there, None if straight else ((here[0], middle), (there[0], middle))))
        return there

    @staticmethod
    def _turn(steps: list[Step], here: Point, there: Point, deep: float) -> Point:
        """A half turn of a line within a gap."""
        steps.append(Step(there, ((here[0], here[1] + deep), (there[0], there[1] + deep))))
        return there
