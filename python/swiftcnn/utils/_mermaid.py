"""A model as a Mermaid flowchart: text that GitHub, GitLab and notebooks render as a diagram."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from .._base.checks import boolean, one_of, printable
from .._models.model import Model
from ._parts import DIRECTIONS, End, Parts, parts_of

INDENT = "    "
# Characters that would end a label or have a special meaning in it.
ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "&": "#amp;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\\": "#92;"})


def model_to_mermaid(
    model: Model,
    show_shapes: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
) -> str:
    """Returns a Mermaid flowchart of a model, with a box for every layer.

    Args:
        model: a model with known shapes.
        show_shapes: whether to write the input and output shapes of each layer.
        show_layer_names: whether to write the names of layers besides their classes.
        rankdir: "TB" draws from top to bottom, "LR" from left to right; "BT" and "RL" are the reverse.
        expand_nested: whether to draw the layers of nested models too.

    Example:
        >>> print(model_to_mermaid(Sequential([Input((4,)), Dense(3), Dense(2)])))
        flowchart TB
            n0["dense (Dense)"]
            n1["dense_1 (Dense)"]
            n0 --> n1
    """
    parts = parts_of(model, boolean("expand_nested", expand_nested))
    one_of("rankdir", rankdir, DIRECTIONS)
    chart = _Chart(rankdir, boolean("show_layer_names", show_layer_names), boolean("show_shapes", show_shapes))
    nodes = list(chart.nodes(parts, INDENT))
    edges = dict.fromkeys(chart.edges(parts))  # each once
    return "\n".join([f"flowchart {rankdir}", *nodes, *(f"{INDENT}{source} --> {target}" for source, target in edges)]) + "\n"


class _Chart:
    """Writes the chart; boxes are named in the order of writing: `n0`, `n1`, ..."""

    def __init__(self, rankdir: str, names: bool, shapes: bool) -> None:
        self._rankdir, self._names, self._shapes = rankdir, names, shapes
        self._numbers = count()
        self._known: dict[tuple[int, int], str] = {}  # the name of a box, by its model's parts and its index in them

    def nodes(self, parts: Parts, indent: str) -> Iterator[str]:
        for place, part in enumerate(parts.items):
            name = self._known[id(parts), place] = f"n{next(self._numbers)}"
            if part.inside is None:
                label = "<br/>".join(line.translate(ENTITIES) for line in part.lines(self._names, self._shapes))
                yield f'{indent}{name}["{label}"]'
                continue
            yield f'{indent}subgraph {name}["{printable(part.row.name).translate(ENTITIES)}"]'
            yield f"{indent}{INDENT}direction {self._rankdir}"
            yield from self.nodes(part.inside, indent + INDENT)
            yield f"{indent}end"

    def edges(self, parts: Parts) -> Iterator[tuple[str, str]]:
        for source, target in parts.edges:
            yield self._box(parts, source, leaves=True), self._box(parts, target, leaves=False)
        for part in parts.items:
            if part.inside is not None:
                yield from self.edges(part.inside)

    def _box(self, parts: Parts, end: End, leaves: bool) -> str:
        """The box that an arrow leaves or enters; if the layers of a nested model are shown, one of their boxes."""
        while (inside := parts.items[end.item].inside) is not None:
            end, parts = (inside.outputs if leaves else inside.inputs)[end.number], inside
        return self._known[id(parts), end.item]
