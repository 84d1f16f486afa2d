"""What `compile` chose, as Keras writes it and back."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from .. import losses, metrics, optimizers
from .._compiled import Compiled
from ..optimizers import schedules
from ._values import class_name, configuration, serialized, settings


def read(model: Any, described: Any) -> None:
    """Compiles the model as the file says. What this library lacks is named in a warning, and the model left as it is."""
    if not isinstance(described, Mapping):
        return
    try:
        optimizer = _object("optimizer", described.get("optimizer") or described.get("optimizer_config"), optimizers.get)
        loss = _object("loss", described.get("loss"), losses.get)
        plain, weighted = (
            [metrics.for_training(_object("metric", each, metrics.get)) for each in _flat(described.get(kind))]
            for kind in ("metrics", "weighted_metrics")
        )
    except (ValueError, TypeError, KeyError) as error:
        warnings.warn(f"the model is not compiled, because {error}: compile it yourself", UserWarning, stacklevel=2)
        return
    if loss is not None:
        model.compile(optimizer, loss, metrics=plain, weighted_metrics=weighted)


def _flat(chosen: Any) -> list[Any]:
    """Keras also writes a list for each output."""
    if isinstance(chosen, list):
        return [each for item in chosen for each in _flat(item)]
    return [] if chosen is None else [chosen]


def _object(what: str, described: Any, get: Any) -> Any:
    if described is None or isinstance(described, str):
        return described if described is None else get(described)
    name = class_name(described, f"the {what}").removeprefix("Custom>")  # Keras 2.11 to 2.15 write it of their own, too
    if name == "function":  # "accuracy" and other names of Keras's functions
        return get(str(described.get("config")))
    if name == "MeanMetricWrapper":  # Keras 2's, around one of its functions
        config = configuration(described, f"the {what}")
        found = get(str(config.get("fn")))
        found.name = str(config.get("name", found.name))
        return found
    kind = type(get(name))
    return kind(**settings(kind, configuration(described, f"the {what}"), f"the {what} {name!r}"))


def written(model: Any) -> dict[str, Any] | None:
    """The compile configuration, or None for a model that is not compiled."""
    chosen: Compiled | None = model._compiled
    if chosen is None:
        return None
    optimizer = {**chosen.optimizer._settings(), "learning_rate": _rate(chosen.optimizer)}
    return {
        "optimizer": serialized("keras.optimizers", chosen.optimizer._class_name(), optimizer),
        "loss": serialized("keras.losses", chosen.loss._class_name(), chosen.loss._settings()),
        "loss_weights": None,
        "metrics": [_metric(metric) for metric in chosen.metrics if not metric._weighted],
        "weighted_metrics": [_metric(metric) for metric in chosen.metrics if metric._weighted] or None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def _rate(optimizer: optimizers.Optimizer) -> Any:
    """A number, or one of the schedules that Keras has too; of a user's own there is only the rate that it has come to."""
    rate = optimizer._learning_rate
    if isinstance(rate, schedules.LearningRateSchedule) and not rate._is_own:
        return serialized("keras.optimizers.schedules", rate._class_name(), rate._settings())
    return optimizer.learning_rate


def _metric(metric: metrics.Metric) -> Any:
    """Keras finds the kind of accuracy from the shapes, too, if it is given by name."""
    if metrics.describe(metric)["class"] == "accuracy":
        return metric.name if metric.name in ("accuracy", "acc") else "accuracy"
    return serialized("keras.metrics", metric._class_name(), metric._settings())
