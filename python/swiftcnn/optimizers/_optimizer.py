"""The base class of the optimizers. These classes hold the settings; the engine updates the weights."""

from __future__ import annotations

import json
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _native
from .._base.checks import real, refuse_unknown, text
from .._base.configurable import Configurable
from .._base.engine_work import OF_OPTIMIZERS
from .._base.tensor_like import Rate
from . import schedules
from ._old_names import Decaying, rate_by_old_names, warn_of_lr
from ._schedule import LearningRateSchedule

if TYPE_CHECKING:
    from .._base.models import Stepped

Chosen = float | LearningRateSchedule | Mapping[str, Any]


class Optimizer(Configurable):
    """Base class of the optimizers.

    `learning_rate` may be read and set at any time, also from a callback during `fit`. The next step uses the new rate.

    Args:
        learning_rate: step size, or one of `swiftcnn.optimizers.schedules`.
        name: a label for readers; it has no effect.
    """

    _kind = "optimizer"
    _late_change = "{name} of an optimizer takes effect when a model is compiled with it: call model.compile again"
    _engine_computes = OF_OPTIMIZERS
    _abstract = "use one of swiftcnn.optimizers, such as SGD"

    def __init__(self, learning_rate: Chosen, name: str | None = None, **unknown: Any) -> None:
        learning_rate = rate_by_old_names(learning_rate, unknown)
        if unknown:
            refuse_unknown(type(self), unknown)
        self._models: weakref.WeakSet[Stepped] = weakref.WeakSet()
        self._learning_rate = _checked_rate(learning_rate)
        self.name = type(self).__name__.lower() if name is None else text("name", name)

    @property
    def learning_rate(self) -> float:
        """The step size; with a schedule, that of the next step."""
        rate = self._learning_rate
        if isinstance(rate, Decaying):
            rate = rate.rate
        return Rate.of(rate._rate(self.iterations) if isinstance(rate, LearningRateSchedule) else rate, self._set_rate)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._set_rate(value)

    def _set_rate(self, value: float) -> None:
        if isinstance(self._learning_rate, LearningRateSchedule) and not isinstance(self._learning_rate, Decaying):
            raise TypeError(
                f"the learning rate follows {self._learning_rate!r} and cannot be set: compile with a number to set it later"
            )
        rate = real("learning_rate", value)
        _native.check_settings("learning_rate", json.dumps(rate))
        if isinstance(self._learning_rate, Decaying):
            self._learning_rate.rate = rate
            return
        for model in self._models:
            model._set_learning_rate(rate)
        self._learning_rate = rate

    @property
    def lr(self) -> float:
        """Keras 2's name for `learning_rate`."""
        warn_of_lr()
        return self.learning_rate

    @lr.setter
    def lr(self, value: float) -> None:
        warn_of_lr()
        self.learning_rate = value

    def _is_used(self) -> bool:
        return len(self._models) > 0

    def __getstate__(self) -> dict[str, Any]:
        """A copy belongs to no model."""
        return {**vars(self), "_models": ()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _models=weakref.WeakSet())

    def _engine_config(self) -> dict[str, Any]:
        """The settings for the engine. The rates of a user's own schedule are passed to it step by step."""
        own = self._own_schedule
        return self._settings() | ({} if own is None else {"learning_rate": own._rate(0)})

    @property
    def _own_schedule(self) -> LearningRateSchedule | None:
        rate = self._learning_rate
        return rate if isinstance(rate, LearningRateSchedule) and rate._is_own else None

    @property
    def iterations(self) -> int:
        """The number of steps taken so far."""
        return max((model._iterations() for model in self._models), default=0)

    def finalize_variable_values(self, var_list: Any = None) -> None:
        """Replaces the weights by their running mean (`use_ema`). `fit` does this by itself.

        Args:
            var_list: has no effect; all weights are replaced.
        """
        for model in self._models:
            model._adopt_weight_average()

    def _own_settings(self) -> dict[str, Any]:
        return self._settings()

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        rate = self._own_schedule
        if rate is None:
            return super()._to_check(kind, settings)
        first = rate.rate if isinstance(rate, Decaying) else 0  # a user's schedule is not called before training
        return super()._to_check(kind, {**settings, "learning_rate": first})

    def _settings(self) -> dict[str, Any]:
        rate: Any = self._learning_rate
        if isinstance(rate, LearningRateSchedule) and not rate._is_own:
            rate = rate.describe()
        return {"learning_rate": rate, **super()._settings()}


def _checked_rate(value: Any) -> float | LearningRateSchedule:
    if isinstance(value, (LearningRateSchedule, Mapping)):
        return schedules.get(value)
    return real("learning_rate", value)
