"""What `compile` chose, as Keras writes it and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import losses, metrics, optimizers
from .._compiled import Compiled
from .._json import brief
from .._keras_configs import class_name, configuration, function_name, is_described
from .._warnings import warn_user
from ..optimizers import schedules
from ._values import serialized

BY_KERAS_2 = "Custom>"  # 2.11 to 2.15 write it before the names of their own optimizers


def read(model: Any, described: Any) -> None:
    """Compiles the model as the file says. What this library lacks is named in a warning, and the model left as it is."""
    if described in (None, {}):  # which Keras writes of a model that is not compiled
        return
    try:
        if not isinstance(described, Mapping):
            raise ValueError(f"its compile configuration is {brief(described)}")
        chosen = _optimizer(described), losses.get(_only_loss(described))
        plain, weighted = (_metrics(described.get(kind)) for kind in ("metrics", "weighted_metrics"))
        model.compile(*chosen, metrics=plain, weighted_metrics=weighted)
    except (ValueError, TypeError) as error:
        warn_user(f"the model is not compiled, because {error}: compile it yourself")


def _optimizer(described: Mapping[str, Any]) -> optimizers.Optimizer:
    """Keras leaves it out of a `.keras` file when the model was saved as `.h5` before, and then opens it with RMSprop."""
    chosen: Any = described.get("optimizer") or described.get("optimizer_config") or "rmsprop"
    if is_described(chosen) and isinstance(chosen["class_name"], str):
        registered = chosen.get("registered_name")
        chosen = {
            **chosen,
            "class_name": chosen["class_name"].removeprefix(BY_KERAS_2),
            "registered_name": registered.removeprefix(BY_KERAS_2) if isinstance(registered, str) else registered,
        }
    return optimizers.get(chosen)


def _only_loss(described: Mapping[str, Any]) -> Any:
    """The loss of the output, which Keras may write as a list, or by the output's name."""
    found, weights = _flat(described.get("loss")), _flat(described.get("loss_weights"))
    if any(weight != 1 for weight in weights):
        raise ValueError(f"the file says loss_weights={brief(described['loss_weights'])}, and models have one loss here")
    if len(found) != 1:
        raise ValueError(f"the file names {len(found) or 'no'} losses, and models have one output here")
    return found[0]


def _flat(chosen: Any) -> list[Any]:
    """All objects and names in lists and dicts of outputs."""
    if isinstance(chosen, Mapping) and not is_described(chosen):
        chosen = list(chosen.values())
    if isinstance(chosen, list):
        return [each for item in chosen for each in _flat(item)]
    return [] if chosen is None else [chosen]


def _metrics(chosen: Any) -> list[metrics.Metric]:
    """Those of the metrics that this library has; the others are left out with a warning."""
    found = []
    for each in _flat(chosen):
        try:
            found.append(metrics.for_training(_metric_from(each)))
        except (ValueError, TypeError) as error:
            warn_user(f"a metric of the model is left out, because {error}")
    return found


def _metric_from(described: Any) -> Any:
    if not is_described(described) or class_name(described, "the metric") != "MeanMetricWrapper":
        return described
    config = configuration(described, "the metric")  # around one of Keras's functions
    found = metrics.get(function_name(config.get("fn"), "the metric"))
    found.name = str(config.get("name", found.name))
    return found


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
    if isinstance(rate, schedules.LearningRateSchedule):
        warn_user(f"a file of Keras does not hold the schedule {type(rate).__name__}, only the rate that it has come to")
    return optimizer.learning_rate


def _metric(metric: metrics.Metric) -> Any:
    """Keras finds the kind of accuracy from the shapes, too, if it is given by name."""
    if metrics.describe(metric)["class"] == "accuracy":
        return metric.name if metric.name in ("accuracy", "acc") else "accuracy"
    return serialized("keras.metrics", metric._class_name(), metric._settings())
