"""Learning rates that follow the number of steps, to be handed to any optimizer as `learning_rate`.

The arithmetic is the engine's; these are its descriptions. `schedule(step)` tells the rate after so many steps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from .. import _native
from .._base.checks import boolean, integer, of_class, real, real_list, refuse_unknown
from .._base.configurable import Configurable, resolve


class LearningRateSchedule(Configurable):
    """Base of the schedules, and of your own: a subclass with a `__call__(step)` that returns the rate of the next step.

    Your own is asked before every step, with the number of steps before it, a plain integer. A model file does not hold it, only
    the last rate: compile again after loading.

    Args:
        name: of no effect; accepted because Keras has it.

    Example:
        >>> class Warmup(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.001 * min(1, (step + 1) / 100)
    """

    _kind = "learning_rate"
    _abstract = "give it a __call__(step) that returns the rate of the next step"

    def __init__(self, name: str | None = None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)

    @property
    def _is_own(self) -> bool:
        return type(self).__call__ is not LearningRateSchedule.__call__

    def _rate(self, step: int) -> float:
        return real(f"what {type(self).__name__} returned for step {step}", self(step))

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        return _native.learning_rate_at(json.dumps(self.describe()), integer("step", step))

    def describe(self) -> dict[str, Any]:
        """The schedule as the compile configuration writes it."""
        return {"class": self._class_name(), "config": self._settings()}


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate · decay_rate ^ (step / decay_steps).

    Args:
        initial_learning_rate: the rate of the first step.
        decay_steps: after so many steps the rate has been multiplied with `decay_rate` once.
        decay_rate: see above.
        staircase: True changes the rate every `decay_steps` steps only.
    """

    _fields = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        self.initial_learning_rate = real("initial_learning_rate", initial_learning_rate)
        self.decay_steps = real("decay_steps", decay_steps)
        self.decay_rate = real("decay_rate", decay_rate)
        self.staircase = boolean("staircase", staircase)
        super().__init__(name, **unknown)


class InverseTimeDecay(ExponentialDecay):
    """initial_learning_rate / (1 + decay_rate · step / decay_steps).

    Args:
        initial_learning_rate: the rate of the first step.
        decay_steps: see above.
        decay_rate: see above.
        staircase: True changes the rate every `decay_steps` steps only.
    """


class PolynomialDecay(LearningRateSchedule):
    """From `initial_learning_rate` to `end_learning_rate` as (1 - step / decay_steps) ^ power.

    Args:
        initial_learning_rate: the rate of the first step.
        decay_steps: steps until the end.
        end_learning_rate: the rate that stays from then on.
        power: 1 is a line.
        cycle: True goes up again when the end is reached, for a decay that is `decay_steps` longer.
    """

    _fields = ("initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        self.initial_learning_rate = real("initial_learning_rate", initial_learning_rate)
        self.decay_steps = real("decay_steps", decay_steps)
        self.end_learning_rate = real("end_learning_rate", end_learning_rate)
        self.power = real("power", power)
        self.cycle = boolean("cycle", cycle)
        super().__init__(name, **unknown)


class CosineDecay(LearningRateSchedule):
    """Half a cosine down to alpha · initial_learning_rate (Loshchilov and Hutter, 2017), maybe after a warm-up.

    Args:
        initial_learning_rate: the rate of the first step.
        decay_steps: steps of the cosine.
        alpha: the share of the rate that is left in the end.
        warmup_target: None, or the rate that a line leads to from `initial_learning_rate`; the cosine starts there.
        warmup_steps: steps of that line.
    """

    _fields = ("initial_learning_rate", "decay_steps", "alpha", "warmup_target", "warmup_steps")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str | None = None,
        warmup_target: float | None = None,
        warmup_steps: float = 0,
        **unknown: Any,
    ) -> None:
        self.initial_learning_rate = real("initial_learning_rate", initial_learning_rate)
        self.decay_steps = real("decay_steps", decay_steps)
        self.alpha = real("alpha", alpha)
        self.warmup_target = None if warmup_target is None else real("warmup_target", warmup_target)
        self.warmup_steps = real("warmup_steps", warmup_steps)
        super().__init__(name, **unknown)


class CosineDecayRestarts(LearningRateSchedule):
    """Cosines that start anew (Loshchilov and Hutter, 2017).

    Args:
        initial_learning_rate: the rate of the first step.
        first_decay_steps: steps of the first cosine.
        t_mul: each cosine is so many times as long as the one before, at least 1.
        m_mul: and starts so many times as high.
        alpha: the share of the rate that is left at the end of each.
    """

    _fields = ("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha")

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        self.initial_learning_rate = real("initial_learning_rate", initial_learning_rate)
        self.first_decay_steps = real("first_decay_steps", first_decay_steps)
        self.t_mul = real("t_mul", t_mul)
        self.m_mul = real("m_mul", m_mul)
        self.alpha = real("alpha", alpha)
        super().__init__(name, **unknown)


class PiecewiseConstantDecay(LearningRateSchedule):
    """values[i] up to and including step boundaries[i], and the last value from then on.

    Args:
        boundaries: step numbers, rising.
        values: rates, one more than there are boundaries.
    """

    _fields = ("boundaries", "values")

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str | None = None, **unknown: Any) -> None:
        self.boundaries = real_list("boundaries", boundaries)
        self.values = real_list("values", values)
        super().__init__(name, **unknown)


def _numbers(what: str, value: Any) -> list[float]:
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes)):
        raise TypeError(f"{what} must be a list of numbers, received {value!r} (a {type(value).__name__})")
    return [real(f"each of {what}", item) for item in value]


_KNOWN: dict[str, type[LearningRateSchedule]] = {
    kind.__name__: kind
    for kind in (
        ExponentialDecay,
        InverseTimeDecay,
        PolynomialDecay,
        CosineDecay,
        CosineDecayRestarts,
        PiecewiseConstantDecay,
    )
}


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """A schedule as plain values, which `deserialize` takes."""
    schedule = of_class("learning_rate_schedule", learning_rate_schedule, LearningRateSchedule)
    return {"class_name": schedule._class_name(), "config": schedule.get_config()}


def deserialize(config: Any) -> LearningRateSchedule:
    """The schedule that `serialize` told of."""
    return get(config)


def get(schedule: Any) -> LearningRateSchedule:
    """The schedule that an object or a dict of `class_name` and `config` means."""
    return resolve("schedule", schedule, LearningRateSchedule, _KNOWN)
