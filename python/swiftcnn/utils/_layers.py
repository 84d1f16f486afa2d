"""The layers of a diagram, and the order of the nodes in each layer."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

SWEEPS = 12


class Arrow(Protocol):
    """An edge, from the node `source` to the node `target`."""

    @property
    def source(self) -> int: ...
    @property
    def target(self) -> int: ...


class Layers:
    """Nodes in rows. Arrows go from row to row; a longer arrow has a point in each row between.

    `ranks`: the row of each node and then of each point; the points follow the `count` nodes. `rows`: the nodes of each row in
    order. `paths`: the nodes and points of each edge, from source to target. `above` and `below`: the neighbours of each node in
    the rows before and after its own. `turns`: the rows before which backward arrows turn, and the position after the last row.
    """

    def __init__(self, count: int, edges: Sequence[Arrow], first: Sequence[int], last: Sequence[int]) -> None:
        self.count = count
        self.ranks = _ranks(count, [(edge.source, edge.target) for edge in edges if edge.source < edge.target], first, last)
        self.ties: list[tuple[int, int]] = []  # from row to row
        self.going_back: set[int] = set()
        self.paths = [self._path(edge) for edge in edges]
        depth = max(self.ranks) + 1
        self.turns = [False] * (depth + 1)
        for edge in edges:
            if edge.source >= edge.target:
                self.turns[self.ranks[edge.source] + 1] = self.turns[self.ranks[edge.target]] = True
        self.above: list[list[int]] = [[] for _ in self.ranks]
        self.below: list[list[int]] = [[] for _ in self.ranks]
        for upper, lower in dict.fromkeys(self.ties):
            self.above[lower].append(upper)
            self.below[upper].append(lower)
        self.rows = self._sorted([[node for node, rank in enumerate(self.ranks) if rank == row] for row in range(depth)])
        self._untangle()

    def is_point(self, node: int) -> bool:
        return node >= self.count

    def _path(self, edge: Arrow) -> list[int]:
        start, stop = self.ranks[edge.source], self.ranks[edge.target]
        goes_back = edge.source >= edge.target
        ranks = range(start, stop - 1, -1) if goes_back else range(start + 1, stop)
        points = list(range(len(self.ranks), len(self.ranks) + len(ranks)))
        self.ranks.extend(ranks)
        path = [edge.source, *points, edge.target]
        if goes_back:
            self.going_back.update(points)
            self.ties += [(lower, upper) for upper, lower in pairwise(points)]
        else:
            self.ties += pairwise(path)
        return path

    def _sorted(self, rows: list[list[int]]) -> list[list[int]]:
        """Puts backward arrows at the end."""
        return [sorted(row, key=lambda node: node in self.going_back) for row in rows]

    def _untangle(self) -> None:
        """Sorts rows by their neighbours' positions, alternately downwards and upwards; keeps the order with fewest crossings."""
        best, fewest = self.rows, self._crossings(self.rows)
        rows = [list(row) for row in self.rows]
        for sweep in range(SWEEPS):
            if not fewest:
                break
            self._sweep(rows, self.above if sweep % 2 == 0 else self.below, sweep % 2 == 0, sweep % 4 > 1)
            crossings = self._crossings(rows)
            if crossings < fewest:
                best, fewest = [list(row) for row in rows], crossings
        self.rows = best

    def _sweep(self, rows: list[list[int]], ties: Sequence[Sequence[int]], downwards: bool, swap_equal: bool) -> None:
        places = {node: place for row in rows for place, node in enumerate(row)}
        for number in range(len(rows)) if downwards else reversed(range(len(rows))):
            row = rows[number][::-1] if swap_equal else rows[number]
            wanted = {
                node: sum(places[each] for each in ties[node]) / len(ties[node]) if ties[node] else float(places[node])
                for node in row
            }
            rows[number] = sorted(row, key=lambda node: (node in self.going_back, wanted[node]))
            places.update((node, place) for place, node in enumerate(rows[number]))

    def _crossings(self, rows: Iterable[Sequence[int]]) -> int:
        places = {node: place for row in rows for place, node in enumerate(row)}
        total = 0
        for row in rows:
            seen: list[int] = []
            for node in row:
                ends = sorted(places[each] for each in self.below[node])
                total += sum(len(seen) - bisect_right(seen, end) for end in ends)
                for end in ends:
                    insort(seen, end)
        return total


def _ranks(count: int, edges: Sequence[tuple[int, int]], first: Sequence[int], last: Sequence[int]) -> list[int]:
    """The rows by the longest path from a source; a source that is needed later is placed directly before its first target."""
    before: list[list[int]] = [[] for _ in range(count)]
    behind: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        before[target].append(source)
        behind[source].append(target)
    ranks: list[int] = []
    for node in range(count):
        least = 1 if first and node not in first else 0
        ranks.append(max([least, *(ranks[source] + 1 for source in before[node])]))
    for node in reversed(range(count)):
        if not before[node] and behind[node] and node not in first:
            ranks[node] = min(ranks[target] for target in behind[node]) - 1
    for node in last:
        ranks[node] = max(rank for other, rank in enumerate(ranks) if other not in last) + 1
    return ranks
