"""Plots of the loss and the metrics over the epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._base.arrays import as_array
from .._base.checks import printable, text
from ._figures import grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


def plot_history(history: Any, names: Sequence[str] | None = None) -> Figure:
    """Plots a curve for the loss and each metric, together with the curve of validation.

    Args:
        history: the `History` that `fit` returned, or its `.history`.
        names: the values to draw, such as `["loss", "accuracy"]`; None for all.
    """
    values = getattr(history, "history", history)
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"history must be what fit returned after at least one epoch, received {history!r:.60}")
    values = {text("a name in history", name): _curve(name, curve) for name, curve in values.items()}
    chosen = [name for name in values if not name.startswith("val_")] if names is None else list(names)
    for name in chosen:
        if name not in values:
            raise ValueError(f"history has no value {name!r}; there are: {printable(', '.join(values))}")
    figure, places = grid(len(chosen), 3, 4)
    for axes, name in zip(places, chosen, strict=True):
        for label, key in (("training", name), ("validation", f"val_{name}")):
            if key in values:
                axes.plot(range(1, len(values[key]) + 1), values[key], marker=".", label=label)
        axes.set(title=printable(name), xlabel="epoch")
        axes.legend()
    return figure


def _curve(name: str, curve: Any) -> NDArray[Any]:
    """Draws one value for each epoch; values that are not finite leave a gap."""
    values = as_array(f"history[{name!r}]", curve)
    if values.ndim != 1:
        raise ValueError(f"history[{name!r}] must be a list of numbers, received {curve!r:.60}")
    return values
