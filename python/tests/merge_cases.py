"""Layers that join tensors: which, with which settings, and the shapes that they are given, without the batch.

The shapes that broadcast are all the kinds that Keras 3.15 accepts: sizes of 1 in any place of any input, and inputs of fewer
axes, which it gives new ones right behind the batch.
"""

import dataclasses
from typing import Any

Shape = tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class MergeCase:
    kind: str
    shapes: tuple[Shape, ...]
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        settings = [f"{key}={value}" for key, value in self.settings.items()]
        shapes = ["x".join(map(str, shape)) for shape in self.shapes]
        return "_".join([self.kind, *settings, *shapes]).replace(" ", "").replace("/", "_")

    def layer(self, module: Any) -> Any:
        return getattr(module.layers, self.kind)(**self.settings)


ELEMENTWISE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
TWO: tuple[tuple[Shape, Shape], ...] = (
    ((7, 5, 3), (7, 5, 3)),
    ((6,), (6,)),
    ((8, 8, 4), (1, 1, 4)),
    ((1, 1, 4), (8, 8, 4)),
    ((8, 8, 4), (8, 8, 1)),
    ((8, 8, 4), (8, 1, 4)),
    ((5, 7, 3), (1, 7, 3)),
    ((5, 7, 3), (1, 7, 1)),
    ((5, 1, 3), (1, 7, 3)),
    ((5, 7, 3), (1, 1, 1)),
    ((7, 1), (1, 5)),
    ((5,), (1,)),
    ((5, 7, 3), (3,)),
    ((3,), (5, 7, 3)),
    ((5, 7, 3), (7, 3)),
    ((5, 7, 3), (7, 1)),
    ((7, 1), (5,)),
)
THREE: tuple[tuple[Shape, Shape, Shape], ...] = (
    ((7, 5, 3), (7, 5, 3), (7, 5, 3)),
    ((7, 1, 1), (1, 5, 1), (1, 1, 3)),
    ((1, 1, 3), (7, 5, 3), (7, 5, 1)),
    ((3,), (5, 3), (7, 5, 3)),
)
CONCATENATED: tuple[tuple[int, tuple[Shape, ...]], ...] = (
    (-1, ((5, 7, 3), (5, 7, 2))),
    (3, ((5, 7, 3), (5, 7, 1), (5, 7, 4))),
    (-2, ((5, 7, 3), (5, 2, 3))),
    (2, ((5, 1, 3), (5, 7, 3), (5, 4, 3))),
    (-3, ((5, 7, 3), (2, 7, 3))),
    (1, ((1, 7, 3), (5, 7, 3), (3, 7, 3))),
    (-1, ((5,), (3,))),
    (1, ((4,), (1,), (7,))),
    (-1, ((5, 3), (5, 4))),
    (1, ((5, 3), (2, 3))),
    (-2, ((5, 3), (2, 3))),
    (-1, ((1, 1, 17), (1, 1, 5))),
)
DOTTED: tuple[tuple[int | tuple[int, int], tuple[Shape, Shape]], ...] = (
    (1, ((7,), (7,))),
    (-1, ((7,), (7,))),
    (1, ((5, 3), (5, 4))),
    (2, ((5, 3), (4, 3))),
    (-1, ((5, 3), (4, 3))),
    ((2, 1), ((5, 3), (3, 4))),
    ((-1, -2), ((5, 3), (3, 4))),
    ((1, 2), ((5, 3), (4, 5))),
    ((1, 1), ((5,), (5, 3))),
    (-1, ((3, 5), (5,))),
    ((-1, -1), ((1, 5), (5,))),
    ((3, 1), ((4, 3, 5), (5, 2))),
    ((3, 1), ((4, 3, 5), (5, 2, 3))),
    ((1, 3), ((5, 4, 3), (2, 3, 5))),
    ((2, 2), ((2, 3, 5), (4, 3, 5))),
    ((1, -1), ((4, 3, 5), (2, 4))),
    (3, ((2, 3, 5), (4, 3, 5))),
    (-1, ((4, 3, 5), (5,))),
)


def merge_cases() -> list[MergeCase]:
    elementwise = [
        MergeCase(kind, shapes) for kind in ELEMENTWISE for shapes in (*TWO, *THREE) if kind != "Subtract" or len(shapes) == 2
    ]
    concatenated = [MergeCase("Concatenate", shapes, {"axis": axis}) for axis, shapes in CONCATENATED]
    dotted = [MergeCase("Dot", shapes, {"axes": axes, "normalize": flag}) for axes, shapes in DOTTED for flag in (False, True)]
    return elementwise + concatenated + dotted


MERGES = {case.name: case for case in merge_cases()}
