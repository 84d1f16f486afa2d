"""What `compile` chooses, and what follows from it."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

from .. import losses, metrics, optimizers
from .._base.checks import real
from .._base.engine_work import OF_MODELS
from .._base.overrides import EngineComputed
from .._base.running import fits
from .._base.user_warnings import warn_user
from . import by_output
from .compiled import Compiled, Head

if TYPE_CHECKING:
    from .._native import Model


NOT_COMPILED = "the model is not compiled: call model.compile(optimizer=..., loss=..., metrics=[...]) first"
STOP_FIRST = "is being fitted: stop it first (model.stop_training = True)"


class Compilable(EngineComputed):
    """The part of a model that knows its optimizer, its loss and its metrics."""

    _engine_computes = OF_MODELS
    name: str

    def __init__(self) -> None:
        self._compiled: Compiled | None = None

    # What the subclass knows.

    @property
    def _engine(self) -> Model | None:
        raise NotImplementedError

    def _build_if_possible(self) -> None:
        raise NotImplementedError

    def _last_activation(self) -> str | None:
        raise NotImplementedError

    @property
    def output_names(self) -> list[str]:
        raise NotImplementedError

    def _claim(self) -> None:
        """Before the weights are trained."""
        raise NotImplementedError

    # Compile.

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        *,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Chooses how the model learns; resets the optimizer's state.

        A model that is being fitted, in this thread (by a callback) or another, refuses it with a RuntimeError.

        Args:
            optimizer: a name ("adam", "sgd", "rmsprop", "adamw", "nadam", ...) or an object of `swiftcnn.optimizers`.
            loss: a name such as "sparse_categorical_crossentropy" or an object of `swiftcnn.losses`. For several outputs one
                for all, a list with one for each, or `{output: loss}`, where outputs have the names of their layers; None for an
                output that does not enter the loss.
            metrics: list of names such as "accuracy" or objects of `swiftcnn.metrics`; for several outputs a list with an entry
                for each, or `{output: metrics}`. A typed name is kept in the history; of metrics of the same name the second is
                called `name_1`.
            loss_weights: what the losses are multiplied with in the total, in a list or by output; None is 1.
            weighted_metrics: the same as metrics, but samples count as much as `sample_weight` and `class_weight` say.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: of no effect: they tell how Keras is to compute.
        """
        if self in fits:
            raise RuntimeError(f"compile: model {self.name!r} {STOP_FIRST}")
        outputs = getattr(self, "output_names", [])
        found = by_output.one_each("loss", loss, outputs)
        if all(each is None for each in found):
            raise ValueError("compile needs a loss, for example loss='sparse_categorical_crossentropy' for integer labels")
        weights = by_output.one_each("loss_weights", loss_weights, outputs)
        plain = by_output.several_each("metrics", metrics, outputs)
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
            self._warn_of_probabilities(heads[0].loss)
        self._choose(chosen)

    @property
    def compiled(self) -> bool:
        return self._compiled is not None

    @property
    def optimizer(self) -> optimizers.Optimizer:
        """What `compile` was given; `model.optimizer.learning_rate` may be read and set. There is none before."""
        if self._compiled is None:
            raise AttributeError(NOT_COMPILED)
        return self._compiled.optimizer

    @property
    def loss(self) -> Any:
        """What `compile` was given: a loss, or a list with one for each output; None before."""
        if self._compiled is None:
            return None
        found = [head.loss for head in self._compiled.heads]
        return found[0] if len(found) == 1 else found

    @property
    def metrics(self) -> list[metrics.Metric]:
        """What `compile` was given, weighted metrics last; none before."""
        return [] if self._compiled is None else list(self._compiled.metrics)

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns, in its order."""
        if self._compiled is None:
            return []
        return self._reported_names(self._compiled)

    def _reported_names(self, compiled: Compiled) -> list[str]:
        names = self._told_names(compiled)
        return [names[place] for place in self._reported_places(compiled)]

    def _told_names(self, compiled: Compiled | None = None) -> list[str]:
        """The names of the numbers that the engine tells, in its order."""
        compiled = compiled or self._choice()
        return compiled.names(self.output_names if len(compiled.heads) > 1 else [])

    def _reported_places(self, compiled: Compiled) -> list[int]:
        """The engine's numbers in the order in which `evaluate` returns them: of several outputs, Keras sorts the metrics."""
        names = self._told_names(compiled)
        first = len(names) - len(compiled.metrics)
        rest = range(first, len(names))
        return [*range(first), *(rest if len(compiled.heads) == 1 else sorted(rest, key=names.__getitem__))]

    def reset_metrics(self) -> None:
        """There is nothing to forget: what `train_on_batch` and `test_on_batch` return is of that batch alone, as in Keras.

        For loops that were written for it.
        """
        self._choice()

    # Inside.

    def _choice(self) -> Compiled:
        if self._compiled is None:
            raise ValueError(NOT_COMPILED)
        return self._compiled

    def _warn_of_probabilities(self, loss: losses.Loss) -> None:
        activation = self._last_activation()
        of_logits = losses.SparseCategoricalCrossentropy | losses.CategoricalCrossentropy | losses.BinaryCrossentropy
        if not isinstance(loss, of_logits) or not loss.from_logits:
            return
        if activation in ("softmax", "sigmoid"):
            warn_user(
                f"{type(loss).__name__} is told from_logits=True, but the model ends in {activation}, which makes probabilities: "
                f"it is computed from what {activation} receives, as if one of the two were left away"
            )

    def _choose(self, chosen: Compiled) -> None:
        self._build_if_possible()
        if self._engine is not None:
            self._engine.compile(chosen.to_json())
        self._remember(chosen)

    def _remember(self, chosen: Compiled) -> None:
        if self._compiled is not None:
            self._compiled.optimizer._models.discard(self)  # type: ignore[arg-type]
        self._compiled = chosen
        chosen.optimizer._models.add(self)  # type: ignore[arg-type]

    def _has_own_schedule(self) -> bool:
        """Whether `_follow_schedule` has anything to do."""
        return self._choice().optimizer._own_schedule is not None

    def _follow_schedule(self) -> None:
        """Tells the engine the rate of the next step, where it follows a schedule that only Python knows."""
        schedule = self._choice().optimizer._own_schedule
        if schedule is not None:
            self._set_learning_rate(schedule._rate(self._iterations()))

    def _set_learning_rate(self, rate: float) -> None:
        if self._engine is not None:
            self._engine.learning_rate = rate

    def _iterations(self) -> int:
        return 0 if self._engine is None else self._engine.iterations

    def _adopt_weight_average(self) -> None:
        if self._engine is not None:
            self._engine.adopt_weight_average()

    def _reported(self, values: list[float], return_dict: bool, compiled: Compiled) -> Any:
        """The numbers as `compiled` orders them, which may have been another choice when the engine began."""
        values = [values[place] for place in self._reported_places(compiled)]  # the metrics' tallies follow in `values`
        if return_dict:
            return dict(zip(self._reported_names(compiled), values, strict=True))
        return values if len(values) > 1 else values[0]


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
