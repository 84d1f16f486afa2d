"""Positions of nodes across the arrows: fast and simple horizontal coordinate assignment (Brandes and Köpf, 2001).

Edges over several layers are straight, nodes are centred on their neighbours, and all keep the minimum distance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from ._layers import Layers

Room = Callable[[int, int], float]
Ties = Sequence[Sequence[int]]


def aligned(layers: Layers, room: Room) -> list[float]:
    """The centre of each node: the mean of the middle two of four solutions, each of which is aligned to one corner."""
    conflicts = _conflicts(layers)
    solutions = []
    for upwards in (False, True):
        rows = layers.rows[::-1] if upwards else layers.rows
        ties = layers.below if upwards else layers.above
        for mirrored in (False, True):
            turned = [row[::-1] for row in rows] if mirrored else rows
            places = _compact(turned, _blocks(turned, ties, conflicts), room)
            solutions.append([-place for place in places] if mirrored else places)
    narrowest = min(solutions, key=lambda places: max(places) - min(places))
    for number, places in enumerate(solutions):
        edge = max if number % 2 else min
        shift = edge(narrowest) - edge(places)
        solutions[number] = [place + shift for place in places]
    return [sum(sorted(found)[1:3]) / 2 for found in zip(*solutions, strict=True)]


def _conflicts(layers: Layers) -> set[tuple[int, int]]:
    """Edges that cross the inner part of an edge over several layers. They bend, so that the long edge stays straight."""
    found = set()
    place = {node: number for row in layers.rows for number, node in enumerate(row)}
    for row in layers.rows[1:]:
        inner = [(place[above], number) for number, node in enumerate(row) if (above := _inner(layers, node)) is not None]
        for number, node in enumerate(row):
            for above in layers.above[node]:
                if layers.is_point(node) and layers.is_point(above):
                    continue
                if any((start - place[above]) * (end - number) < 0 for start, end in inner):
                    found.add((above, node))
    return found


def _inner(layers: Layers, node: int) -> int | None:
    """The point above this one on the same edge."""
    if not layers.is_point(node) or not layers.above[node]:
        return None
    above = layers.above[node][0]
    return above if layers.is_point(above) else None


def _blocks(rows: Sequence[Sequence[int]], ties: Ties, conflicts: set[tuple[int, int]]) -> list[int]:
    """The first node of each node's block. The nodes of a block are aligned, each with its middle neighbour."""
    place = {node: number for row in rows for number, node in enumerate(row)}
    roots = list(range(len(place)))
    for row in rows:
        reached = -1
        for node in row:
            neighbours = sorted(ties[node], key=place.__getitem__)
            middle = (len(neighbours) - 1) / 2
            for each in dict.fromkeys((int(middle), int(middle + 0.5))) if neighbours else ():
                above = neighbours[each]
                if place[above] <= reached or (above, node) in conflicts or (node, above) in conflicts:
                    continue
                roots[node], reached = roots[above], place[above]
                break
    return roots


def _compact(rows: Sequence[Sequence[int]], roots: Sequence[int], room: Room) -> list[float]:
    """Places blocks as far in front as their neighbours allow, then moves them closer to those behind them where possible."""
    gaps: dict[int, dict[int, float]] = {root: {} for root in roots}  # to the blocks behind
    waits = dict.fromkeys(roots, 0)
    for row in rows:
        for node, following in pairwise(row):
            one, other = roots[node], roots[following]
            if other not in gaps[one]:
                waits[other] += 1
            gaps[one][other] = max(gaps[one].get(other, 0.0), room(node, following))
    ready = [root for root, count in waits.items() if not count]
    places = dict.fromkeys(roots, 0.0)
    for root in ready:  # which grows
        for other, gap in gaps[root].items():
            places[other] = max(places[other], places[root] + gap)
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    for root in reversed(ready):
        if gaps[root]:
            places[root] = max(places[root], min(places[other] - gap for other, gap in gaps[root].items()))
    return [places[root] for root in roots]
