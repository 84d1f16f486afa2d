"""Draws a diagram of a model with a box for every layer, as in Keras, but without Graphviz."""

from __future__ import annotations

import sys
from math import sqrt
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._base.checks import boolean, one_of, real
from .._base.optional_imports import needed
from .._base.regular_files import path_text, refuse_strange_target
from .._models.model import Model
from ._boxes import PADDING, Frame, Shown, Way
from ._parts import DIRECTIONS, parts_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_PIXELS = 60_000  # pixels along a side; matplotlib draws up to 65536
LARGEST = 25_000_000  # pixels of a picture; more need many seconds and hundreds of megabytes


class Drawing:
    """A model's diagram, with the methods of `pydot.Dot` that scripts call."""

    def __init__(self, frame: Frame, dpi: float) -> None:
        self.frame, self.figure = frame, _figure(frame, dpi)

    def create(self, prog: Any = None, format: str = "png") -> bytes:
        """The diagram as the bytes of a file. `prog` has no effect, since matplotlib draws the diagram."""
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
    """The diagram that `plot_model` writes, for `SVG(model_to_dot(model).create(format="svg"))` in a notebook.

    Args: those of `plot_model`; `subgraph` and `splines` have no effect.
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
    """Writes a diagram of a model with a box for every layer. It needs `pip install 'swiftcnn[plot]'`, but no Graphviz.

    Args:
        model: a model with known shapes.
        to_file: the file to write; its extension chooses the format: png, svg, pdf, jpg.
        show_shapes: whether to write the input and output shapes of each layer.
        show_dtype: whether to write the dtype, which is float32.
        show_layer_names: whether to write the names of layers besides their classes.
        rankdir: "TB" draws from top to bottom, "LR" from left to right; "BT" and "RL" are the reverse.
        expand_nested: whether to draw the layers of nested models too.
        dpi: pixels per inch; reduced if the image would have more than 25 million pixels.
        show_layer_activations: whether to write the activations.
        show_trainable: whether to write which layers are trainable.
        splines: has no effect; accepted for compatibility with Keras.

    Returns:
        In a notebook the image, which the notebook displays; elsewhere None.
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
    """A figure of the diagram's size. It is not a pyplot figure, because pyplot would display it by itself."""
    width, height = (size + 2 * PADDING for size in frame.size)
    dpi = min(dpi, MOST_PIXELS * 72 / max(width, height), 72 * sqrt(LARGEST / (width * height)))
    figure: Figure = needed("matplotlib.figure", "plot", "plot_model").Figure(figsize=(width / 72, height / 72), dpi=dpi)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    frame.draw(axes, (PADDING, PADDING))
    return figure
