"""What `compile` chooses, and what follows from it."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

from .. import losses, metrics, optimizers
from .._base.checks import real
from .._base.running import fits
from .._base.user_warnings import warn_user
from . import by_output
from .compiled import Compiled, Head

if TYPE_CHECKING:
    from .trained_model import TrainedModel


NOT_COMPILED = "the model is not compiled: call model.compile(optimizer=..., loss=..., metrics=[...]) first"
STOP_FIRST = "is being fitted: stop it first (model.stop_training = True)"


def compile_model(
    model: TrainedModel, optimizer: Any, loss: Any, plain_metrics: Any, loss_weights: Any, weighted_metrics: Any
) -> None:
    """`Model.compile`."""
    if model in fits:
        raise RuntimeError(f"compile: model {model.name!r} {STOP_FIRST}")
    outputs = getattr(model, "output_names", [])
    found = by_output.one_each("loss", loss, outputs)
    if all(each is None for each in found):
        raise ValueError("compile needs a loss, for example loss='sparse_categorical_crossentropy' for integer labels")
    weights = by_output.one_each("loss_weights", loss_weights, outputs)
    plain = by_output.several_each("metrics", plain_metrics, outputs)
    weighted = by_output.several_each("weighted_metrics", weighted_metrics, outputs)
    heads = [
        Head(
            None if each is None else losses.get(each),
            1.0 if weight is None else real("loss_weights", weight),
            _as_metrics(*some),
        )
        for each, weight, *some in zip(found, weights, plain, weighted, strict=True)
    ]
    chosen = Compiled(optimizers.get(optimizer), heads)
    if len(heads) == 1 and heads[0].loss is not None:
        _warn_of_probabilities(model, heads[0].loss)
    choose(model, chosen)


def choose(model: TrainedModel, chosen: Compiled) -> None:
    """Compiles the model so, and its engine."""
    model._build_if_possible()
    if model._engine is not None:
        model._engine.compile(chosen.to_json())
    remember(model, chosen)


def remember(model: TrainedModel, chosen: Compiled) -> None:
    """Takes over a choice that the model's engine knows."""
    if model._compiled is not None:
        model._compiled.optimizer._models.discard(model)
    model._compiled = chosen
    chosen.optimizer._models.add(model)


def choice_of(model: TrainedModel) -> Compiled:
    """What `compile` chose."""
    if model._compiled is None:
        raise ValueError(NOT_COMPILED)
    return model._compiled


def has_own_schedule(model: TrainedModel) -> bool:
    """Whether `follow_schedule` has anything to do."""
    return choice_of(model).optimizer._own_schedule is not None


def follow_schedule(model: TrainedModel) -> None:
    """Tells the engine the rate of the next step, where it follows a schedule that only Python knows."""
    schedule = choice_of(model).optimizer._own_schedule
    if schedule is not None:
        model._set_learning_rate(schedule._rate(model._iterations()))


# The numbers of `evaluate`.


def told_names(model: TrainedModel, compiled: Compiled) -> list[str]:
    """The names of the numbers that the engine tells, in its order."""
    return compiled.names(model.output_names if len(compiled.heads) > 1 else [])


def reported_names(model: TrainedModel, compiled: Compiled) -> list[str]:
    """The names of what `evaluate` returns, in its order."""
    names = told_names(model, compiled)
    return [names[place] for place in _reported_places(names, compiled)]


def reported(model: TrainedModel, values: list[float], return_dict: bool, compiled: Compiled) -> Any:
    """The numbers as `compiled` orders them, which may have been another choice when the engine began."""
    names = told_names(model, compiled)
    places = _reported_places(names, compiled)
    values = [values[place] for place in places]  # the metrics' tallies follow in `values`
    if return_dict:
        return dict(zip((names[place] for place in places), values, strict=True))
    return values if len(values) > 1 else values[0]


def _reported_places(names: list[str], compiled: Compiled) -> list[int]:
    """The engine's numbers in the order in which `evaluate` returns them: of several outputs, Keras sorts the metrics."""
    first = len(names) - len(compiled.metrics)
    rest = range(first, len(names))
    return [*range(first), *(rest if len(compiled.heads) == 1 else sorted(rest, key=names.__getitem__))]


# What is chosen.


def _warn_of_probabilities(model: TrainedModel, loss: losses.Loss) -> None:
    activation = _last_activation(model)
    of_logits = losses.SparseCategoricalCrossentropy | losses.CategoricalCrossentropy | losses.BinaryCrossentropy
    if not isinstance(loss, of_logits) or not loss.from_logits:
        return
    if activation in ("softmax", "sigmoid"):
        warn_user(
            f"{type(loss).__name__} has from_logits=True, but the model ends in {activation}, which makes probabilities: "
            f"it is computed from what {activation} receives, so one of the two has no effect"
        )


def _last_activation(model: TrainedModel) -> str | None:
    """The name of what the last layer, if there is one, applies to its outputs; None for a linear one."""
    layers = model._layers_in_order()
    if layers and layers[-1]._class_name() == "Softmax":
        return "softmax"
    activation = getattr(layers[-1], "activation", None) if layers else None
    return activation if isinstance(activation, str) else None


def _as_metrics(plain: list[Any], weighted: list[Any]) -> list[metrics.Metric]:
    """The metrics, under names that are all different, as Keras numbers them."""
    found = [metrics.for_training(each) for each in plain]
    names = [metric.name for metric in found]
    found += [metrics.weighted(metrics.for_training(each), names) for each in weighted]
    chosen: list[metrics.Metric] = []
    taken = {"loss"}
    for metric in found:
        numbered = (f"{metric.name}_{number}" for number in count(1))
        name = next(name for name in chain([metric.name], numbered) if name not in taken)
        taken.add(name)
        chosen.append(metric if name == metric.name else metrics.renamed(metric, name))
    return chosen
