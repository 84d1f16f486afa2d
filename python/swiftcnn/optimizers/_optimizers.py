"""How a step changes the weights. The arithmetic is the engine's; these are its descriptions."""

from __future__ import annotations

import json
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _native
from .._base.checks import boolean, fixed, optional_integer, real, refuse_unknown, text
from .._base.configurable import Configurable
from .._base.engine_work import OF_OPTIMIZERS
from .._base.tensor_like import Rate
from . import schedules
from ._old_names import Decaying, rate_by_old_names, warn_of_lr
from .schedules import LearningRateSchedule

if TYPE_CHECKING:
    from .._base.models import Stepped

Chosen = float | LearningRateSchedule | Mapping[str, Any]


class Optimizer(Configurable):
    """Base of the optimizers.

    `learning_rate` may be read at any time, and set, also from a callback during `fit`; the next step uses it.

    Args:
        learning_rate: step size, or one of `swiftcnn.optimizers.schedules`.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
        clipnorm: every weight's gradient is cut to this norm.
        clipvalue: every element of the gradients is cut to -clipvalue ... clipvalue.
        global_clipnorm: all gradients together are cut to this norm.
        use_ema: True keeps a running mean of the weights, which takes their place at the end of `fit`.
        ema_momentum: share of that mean that a step keeps.
        ema_overwrite_frequency: the mean takes the weights' place every so many steps too; None for never.
        loss_scale_factor, gradient_accumulation_steps: None, or 1.
        name: for a reader; nothing depends on it.
    """

    _kind = "optimizer"
    _late_change = "{name} of an optimizer takes effect when a model is compiled with it: call model.compile again"
    _engine_computes = OF_OPTIMIZERS
    _abstract = "use one of swiftcnn.optimizers, such as SGD"
    _rule: tuple[str, ...] = ()
    _common = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum", "ema_overwrite_frequency")

    def __init__(
        self,
        learning_rate: Chosen,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        learning_rate = rate_by_old_names(learning_rate, unknown)
        if unknown:
            refuse_unknown(type(self), unknown)
        fixed("loss_scale_factor", loss_scale_factor, (None, 1), "models compute in float32, which needs no scaling")
        fixed("gradient_accumulation_steps", gradient_accumulation_steps, (None, 1), "each batch is a step: use larger batches")
        self._models: weakref.WeakSet[Stepped] = weakref.WeakSet()
        self._learning_rate = _checked_rate(learning_rate)
        self.weight_decay = _optional_real("weight_decay", weight_decay)
        self.clipnorm = _optional_real("clipnorm", clipnorm)
        self.clipvalue = _optional_real("clipvalue", clipvalue)
        self.global_clipnorm = _optional_real("global_clipnorm", global_clipnorm)
        self.use_ema = boolean("use_ema", use_ema)
        self.ema_momentum = real("ema_momentum", ema_momentum)
        self.ema_overwrite_frequency = optional_integer("ema_overwrite_frequency", ema_overwrite_frequency)
        self.name = type(self).__name__.lower() if name is None else text("name", name)

    @property
    def learning_rate(self) -> float:
        """The step size; that of the next step if it follows a schedule."""
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
        """Keras 2's name of `learning_rate`."""
        warn_of_lr()
        return self.learning_rate

    @lr.setter
    def lr(self, value: float) -> None:
        warn_of_lr()
        self.learning_rate = value

    def _is_used(self) -> bool:
        return len(self._models) > 0

    def __getstate__(self) -> dict[str, Any]:
        """A copy belongs to none of the models."""
        return {**vars(self), "_models": ()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _models=weakref.WeakSet())

    def _engine_config(self) -> dict[str, Any]:
        """The settings for the engine, which is told the rates of a user's own schedule step by step."""
        own = self._own_schedule
        return self._settings() | ({} if own is None else {"learning_rate": own._rate(0)})

    @property
    def _own_schedule(self) -> LearningRateSchedule | None:
        rate = self._learning_rate
        return rate if isinstance(rate, LearningRateSchedule) and rate._is_own else None

    @property
    def iterations(self) -> int:
        """Steps taken so far."""
        return max((model._iterations() for model in self._models), default=0)

    def finalize_variable_values(self, var_list: Any = None) -> None:
        """Puts the running mean of the weights (`use_ema`) in their place; `fit` does this by itself.

        Args:
            var_list: of no effect; all weights are meant.
        """
        for model in self._models:
            model._adopt_weight_average()

    @classmethod
    def _setting_names(cls) -> tuple[str, ...]:
        return cls._rule + cls._common

    def _own_settings(self) -> dict[str, Any]:
        return self._settings()

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        rate = self._own_schedule
        if rate is None:
            return super()._to_check(kind, settings)
        first = rate.rate if isinstance(rate, Decaying) else 0  # a user's is not asked before there are steps to take
        return super()._to_check(kind, {**settings, "learning_rate": first})

    def _settings(self) -> dict[str, Any]:
        rate: Any = self._learning_rate
        if isinstance(rate, LearningRateSchedule) and not rate._is_own:
            rate = rate.describe()
        config = {"learning_rate": rate}
        return config | {field: getattr(self, field) for field in self._rule + self._common}


def _checked_rate(value: Any) -> float | LearningRateSchedule:
    if isinstance(value, (LearningRateSchedule, Mapping)):
        return schedules.get(value)
    return real("learning_rate", value)


def _optional_real(what: str, value: Any) -> float | None:
    return None if value is None else real(what, value)


class SGD(Optimizer):
    """Stochastic gradient descent, w -= learning_rate · g, with momentum if asked (Sutskever et al., 2013).

    Args:
        learning_rate: step size, or a schedule.
        momentum: share of the last step that is repeated, in [0, 1].
        nesterov: True looks ahead along the momentum.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
        common: the other settings of `Optimizer`: clipping and the running mean of the weights.
    """

    _rule = ("momentum", "nesterov")

    def __init__(
        self,
        learning_rate: Chosen = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        **common: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **common)
        self.momentum = real("momentum", momentum)
        self.nesterov = boolean("nesterov", nesterov)


class RMSprop(Optimizer):
    """Steps divided by a running root mean square of the gradient (Tieleman and Hinton, 2012).

    Args:
        learning_rate: step size, or a schedule.
        rho: share of the running mean that is kept.
        momentum: share of the last step that is repeated.
        epsilon: keeps the division away from 0.
        centered: True divides by the standard deviation instead.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
        common: the other settings of `Optimizer`: clipping and the running mean of the weights.
    """

    _rule = ("rho", "momentum", "epsilon", "centered")

    def __init__(
        self,
        learning_rate: Chosen = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        **common: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **common)
        self.rho = real("rho", rho)
        self.momentum = real("momentum", momentum)
        self.epsilon = real("epsilon", epsilon)
        self.centered = boolean("centered", centered)


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015), in the form of its section 2 where epsilon is added after the root ("epsilon hat").

    Args:
        learning_rate: step size, or a schedule.
        beta_1: share of the running mean of the gradient that is kept.
        beta_2: share of the running mean of its square that is kept.
        epsilon: keeps the division away from 0.
        amsgrad: False; that variant is not computed.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
        common: the other settings of `Optimizer`: clipping and the running mean of the weights.
    """

    _rule = ("beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Chosen = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        *,
        weight_decay: float | None = None,
        **common: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **common)
        fixed("amsgrad", amsgrad, (False,), "that variant of Adam is not computed here: omit it")
        self.beta_1 = real("beta_1", beta_1)
        self.beta_2 = real("beta_2", beta_2)
        self.epsilon = real("epsilon", epsilon)


class AdamW(Adam):
    """Adam with weight decay that bypasses the moments (Loshchilov and Hutter, 2019).

    Args:
        learning_rate: step size, or a schedule.
        weight_decay: share of every weight that a step removes, times the learning rate.
        beta_1: share of the running mean of the gradient that is kept.
        beta_2: share of the running mean of its square that is kept.
        epsilon: keeps the division away from 0.
        common: the other settings of `Optimizer`: clipping and the running mean of the weights.
    """

    def __init__(
        self,
        learning_rate: Chosen = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **common: Any,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay=weight_decay, **common)
