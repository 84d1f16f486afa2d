"""What training reports beside the loss. The counting is the engine's; these are its descriptions."""

from __future__ import annotations

from typing import Any, ClassVar

from ._checks import real, refuse_unknown, text
from ._described import Described, resolve


class Metric(Described):
    """Base of the metrics.

    Args:
        name: what the progress line and the history call it.
    """

    _fields: ClassVar[tuple[str, ...]] = ("name",)
    _default_name = ""
    _more_is_better = True

    def __init__(self, name: str | None = None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)
        self.name = self._default_name if name is None else text("name", name)


class CategoricalAccuracy(Metric):
    """Share of samples whose largest output is where the one-hot label is."""

    _default_name = "categorical_accuracy"


class SparseCategoricalAccuracy(Metric):
    """Share of samples whose largest output is at the integer label."""

    _default_name = "sparse_categorical_accuracy"


class BinaryAccuracy(Metric):
    """Share of outputs on the right side of the threshold.

    Args:
        name: what the progress line and the history call it.
        threshold: outputs above it count as 1.
    """

    _fields = ("name", "threshold")
    _default_name = "binary_accuracy"

    def __init__(self, name: str | None = None, *, threshold: float = 0.5, **unknown: Any) -> None:
        super().__init__(name, **unknown)
        self.threshold = real("threshold", threshold)


class _AnyAccuracy(Metric):
    """`metrics=["accuracy"]`: the engine picks the kind that fits the loss and the shapes."""

    _default_name = "accuracy"


_KNOWN: dict[str, type[Metric]] = {
    "accuracy": _AnyAccuracy,
    "acc": _AnyAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "binary_accuracy": BinaryAccuracy,
}


def get(metric: Any) -> Metric:
    """The metric that a name, a class or an object means; a name that was typed stays the metric's name."""
    found = resolve("metric", metric, Metric, _KNOWN)
    if isinstance(metric, str):
        found.name = metric
    return found


def describe(metric: Metric) -> dict[str, Any]:
    """The metric as the compile configuration writes it."""
    config = metric.get_config()
    name = config.pop("name")
    kind = "accuracy" if isinstance(metric, _AnyAccuracy) else type(metric).__name__
    return {"class": kind, "name": name, **({"config": config} if config else {})}


def revive(description: dict[str, Any]) -> Metric:
    """The opposite of `describe`."""
    metric = get(description["class"])
    return type(metric)(name=description["name"], **description.get("config", {}))
