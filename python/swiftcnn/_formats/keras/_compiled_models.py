"""What `compile` chose, as Keras writes it and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ... import losses, metrics, optimizers
from ..._base.bounded_json import brief
from ..._base.keras_configs import class_name, configuration, function_name, is_described
from ..._base.user_warnings import warn_user
from ..._training.compiled import Compiled
from ...optimizers import schedules
from ._values import serialized

BY_KERAS_2 = "Custom>"  # 2.11 to 2.15 write it before the names of their own optimizers


def read(model: Any, described: Any) -> None:
    """Compiles the model as the file says. What this library lacks is named in a warning, and the model left as it is."""
    if described in (None, {}):  # which Keras writes of a model that is not compiled
        return
    try:
        if not isinstance(described, Mapping):
            raise ValueError(f"its compile configuration is {brief(described)}")
        count = max(1, len(getattr(model, "output_names", [])))  # a model without layers has none
        chosen = _optimizer(described), _losses(described.get("loss"), count)
        weights = _loss_weights(described.get("loss_weights"), count)
        plain, weighted = (_metrics(described.get(kind), count) for kind in ("metrics", "weighted_metrics"))
        model.compile(*chosen, metrics=plain, weighted_metrics=weighted, loss_weights=weights)
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


def _losses(chosen: Any, outputs: int) -> Any:
    """The loss of an only output, which Keras may write as a list, or by the output's name; of several in the form in which
    they were given."""
    found = _flat(chosen)
    if outputs > 1:
        return _each(losses.get, chosen)
    if len(found) != 1:
        raise ValueError(f"the file names {len(found) or 'no'} losses for the model's only output")
    return losses.get(found[0])


def _loss_weights(chosen: Any, outputs: int) -> Any:
    found = _flat(chosen)
    return chosen if outputs > 1 or not found else found[0]


def _each(make: Callable[[Any], Any], chosen: Any) -> Any:
    """What `make` makes of all objects and names in lists and dicts of outputs."""
    if isinstance(chosen, Mapping) and not is_described(chosen):
        return {name: _each(make, each) for name, each in chosen.items()}
    if isinstance(chosen, list):
        return [_each(make, each) for each in chosen]
    return None if chosen is None else make(chosen)


def _flat(chosen: Any) -> list[Any]:
    """All objects and names in lists and dicts of outputs."""
    if isinstance(chosen, Mapping) and not is_described(chosen):
        chosen = list(chosen.values())
    if isinstance(chosen, list):
        return [each for item in chosen for each in _flat(item)]
    return [] if chosen is None else [chosen]


def _metrics(chosen: Any, outputs: int) -> Any:
    """Those of the metrics that this library has; the others are left out with a warning."""
    if outputs == 1:
        return [found for each in _flat(chosen) if (found := _metric_of(each)) is not None]
    if isinstance(chosen, list) and len(chosen) != outputs:  # which Keras 2 took for all outputs
        chosen = [list(chosen) for _ in range(outputs)]
    return _each(_metric_of, chosen) or None


def _metric_of(described: Any) -> metrics.Metric | None:
    try:
        return metrics.for_training(_metric_from(described))
    except (ValueError, TypeError) as error:
        warn_user(f"a metric of the model is left out, because {error}")
        return None


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
    heads, names = chosen.heads, model._form_of_outputs.names
    weights = [head.weight for head in heads]
    plain, weighted = (
        [[_metric(metric) for metric in head.metrics if metric._weighted is kind] for head in heads] for kind in (False, True)
    )

    def by_output(each: list[Any]) -> Any:
        """As Keras wants it: of an only output the thing itself, of a dict of outputs under the outputs' names."""
        if len(heads) == 1:
            return each[0]
        return each if names is None else {name: one for name, one in zip(names, each, strict=True) if one is not None}

    return {
        "optimizer": serialized("keras.optimizers", chosen.optimizer._class_name(), optimizer),
        "loss": by_output([_loss(head.loss) for head in heads]),
        "loss_weights": None if set(weights) == {1} else by_output(weights) if len(heads) > 1 else weights[0],
        "metrics": by_output(plain),
        "weighted_metrics": by_output(weighted) if any(weighted) else None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def _loss(loss: losses.Loss | None) -> Any:
    return None if loss is None else serialized("keras.losses", loss._class_name(), loss._settings())


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
