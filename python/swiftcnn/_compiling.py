"""What `compile` chooses, and what follows from it."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from . import losses, metrics, optimizers
from ._checks import fixed
from ._compiled import Compiled
from ._engine_work import OF_MODELS
from ._overrides import EngineComputed
from ._warnings import warn_user

if TYPE_CHECKING:
    from ._native import Model


class Compilable(EngineComputed):
    """The part of a model that knows its optimizer, its loss and its metrics."""

    _engine_computes = OF_MODELS

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

    def _changing(self) -> AbstractContextManager[None]:
        """Around all that changes weights."""
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

        Args:
            optimizer: a name ("adam", "sgd", "rmsprop", "adamw", "nadam", ...) or an object of `swiftcnn.optimizers`.
            loss: a name such as "sparse_categorical_crossentropy" or an object of `swiftcnn.losses`.
            metrics: list of names such as "accuracy" or objects of `swiftcnn.metrics`; a typed name is kept in the history.
            loss_weights: None, as a model has one output.
            weighted_metrics: the same as metrics, but samples count as much as `sample_weight` and `class_weight` say.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: of no effect: they tell how Keras is to compute.
        """
        fixed("loss_weights", loss_weights, (None,), "a model has one output, and so one loss: leave it away")
        if loss is None:
            raise ValueError("compile needs a loss, for example loss='sparse_categorical_crossentropy' for integer labels")
        chosen = Compiled(optimizers.get(optimizer), losses.get(loss), _as_metrics(metrics, weighted_metrics))
        self._warn_of_probabilities(chosen.loss)
        self._build_if_possible()
        if self._engine is not None:
            self._engine.compile(chosen.to_json())
        self._remember(chosen)

    @property
    def compiled(self) -> bool:
        return self._compiled is not None

    @property
    def optimizer(self) -> optimizers.Optimizer:
        """What `compile` was given; `model.optimizer.learning_rate` may be read and set."""
        return self._choice().optimizer

    @property
    def loss(self) -> losses.Loss:
        return self._choice().loss

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns, in its order."""
        return ["loss", *(metric.name for metric in self._compiled.metrics)] if self._compiled else []

    def reset_metrics(self) -> None:
        """There is nothing to forget: what `train_on_batch` and `test_on_batch` return is of that batch alone, as in Keras.

        For loops that were written for it.
        """
        self._choice()

    # Inside.

    def _choice(self) -> Compiled:
        if self._compiled is None:
            raise ValueError("the model is not compiled: call model.compile(optimizer=..., loss=..., metrics=[...]) first")
        return self._compiled

    def _warn_of_probabilities(self, loss: losses.Loss) -> None:
        activation = self._last_activation()
        if not isinstance(loss, losses.SparseCategoricalCrossentropy) or not loss.from_logits:
            return
        if activation in ("softmax", "sigmoid"):
            warn_user(
                f"{type(loss).__name__} is told from_logits=True, but the model ends in {activation}, which makes probabilities: "
                f"it is computed from what {activation} receives, as if one of the two were left away"
            )

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
        return 0 if self._engine is None else int(json.loads(self._engine.describe())["iterations"])

    def _tally_counts(self) -> list[int]:
        """How many sums the engine keeps for each metric."""
        return [] if self._engine is None else [int(count) for count in json.loads(self._engine.describe())["metrics_tallies"]]

    def _adopt_weight_average(self) -> None:
        if self._engine is not None:
            with self._changing():
                self._engine.adopt_weight_average()

    def _reported(self, values: list[float], return_dict: bool) -> Any:
        values = values[: len(self.metrics_names)]  # the metrics' tallies follow
        if return_dict:
            return dict(zip(self.metrics_names, values, strict=True))
        return values if len(values) > 1 else values[0]


def _as_metrics(plain: Any, weighted: Any) -> list[metrics.Metric]:
    chosen = [metrics.for_training(each) for each in _as_list(plain)]
    names = [metric.name for metric in chosen]
    return chosen + [metrics.weighted(metrics.for_training(each), names) for each in _as_list(weighted)]


def _as_list(chosen: Any) -> list[Any]:
    return [] if chosen is None else list(chosen) if isinstance(chosen, (list, tuple)) else [chosen]
