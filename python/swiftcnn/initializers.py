"""How the weights of a layer begin. The numbers are the engine's; these are its descriptions.

A layer also takes a function of `(shape, dtype)` that returns them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from ._base.checks import optional_integer, real, refuse_unknown, text
from ._base.configurable import Configurable, named, resolve
from ._base.drawn_weights import drawn
from ._base.overrides import is_built_in


class Initializer(Configurable):
    """Base of the initializers, and of your own: a subclass with a `__call__(shape, dtype=None)` that returns the weights.

    Your own is asked once for each weight, when the model gets its weights; `clone_model` and `from_config` ask it again. A file
    holds the weights, but not your own initializer: a clone of a model that was loaded begins with the layer's default one.

    Example:
        >>> class Tenth(HeNormal):
        ...     def __call__(self, shape, dtype=None):
        ...         return super().__call__(shape, dtype) / 10
        >>> layer = Conv2D(32, 3, kernel_initializer=Tenth())
    """

    _kind = "initializer"
    _abstract = "give it a __call__(shape, dtype=None) that returns the weights, or use one of swiftcnn.initializers"
    _name = ""

    def __init__(self, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        return {"name": kind._name, **settings}

    @property
    def _is_own(self) -> bool:
        return type(self).__call__ is not Initializer.__call__

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> NDArray[Any]:
        """The initial values of a weight of this shape, as the engine draws them; equal for equal calls, as in Keras.

        Args:
            shape: (inputs, outputs) of a dense layer's kernel, (height, width, inputs, outputs) of a convolution's.
            dtype: of the array; None is float32.
        """
        return drawn(self._description(), shape, self._seed_of_calls, dtype)

    def _description(self) -> str | dict[str, Any]:
        """As the architecture writes it: a name, or a name with settings."""
        settings = self._settings()
        return {"name": self._name, **settings} if settings else self._name

    @cached_property
    def _seed_of_calls(self) -> int:
        import random

        return random.getrandbits(63)


class Zeros(Initializer):
    """All zeros."""

    _name = "zeros"


class Ones(Initializer):
    """All ones."""

    _name = "ones"


class Constant(Initializer):
    """One value for all.

    Args:
        value: the number.
    """

    _name = "constant"
    _fields = ("value",)

    def __init__(self, value: float = 0.0, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.value = real("value", value)


class Identity(Initializer):
    """A matrix with `gain` on its diagonal and zeros elsewhere.

    Args:
        gain: the number on the diagonal.
    """

    _name = "identity"
    _fields = ("gain",)

    def __init__(self, gain: float = 1.0, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.gain = real("gain", gain)


class _Random(Initializer):
    """Base of those that draw random numbers.

    Args:
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    def __init__(self, seed: int | None = None, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.seed = optional_integer("seed", seed)

    @classmethod
    def _setting_names(cls) -> tuple[str, ...]:
        return (*cls._fields, "seed")

    def _settings(self) -> dict[str, Any]:
        return {**super()._settings(), **({} if self.seed is None else {"seed": self.seed})}

    def _own_settings(self) -> dict[str, Any]:
        return _Random.get_config(self)


class RandomNormal(_Random):
    """Normal numbers.

    Args:
        mean: their mean.
        stddev: their standard deviation.
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    _name = "random_normal"
    _fields = ("mean", "stddev")

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None, **unknown: Any) -> None:
        super().__init__(seed, **unknown)
        self.mean, self.stddev = real("mean", mean), real("stddev", stddev)


class TruncatedNormal(RandomNormal):
    """Normal numbers, none of them further from the mean than two deviations.

    Args:
        mean: their mean.
        stddev: the standard deviation before the cut.
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    _name = "truncated_normal"


class RandomUniform(_Random):
    """Uniform numbers.

    Args:
        minval, maxval: their bounds.
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    _name = "random_uniform"
    _fields = ("minval", "maxval")

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None, **unknown: Any) -> None:
        super().__init__(seed, **unknown)
        self.minval, self.maxval = real("minval", minval), real("maxval", maxval)


class VarianceScaling(_Random):
    """Random numbers around 0 of the variance `scale` / fan.

    Args:
        scale: greater than 0.
        mode: the fan: "fan_in", "fan_out" or "fan_avg", their mean.
        distribution: "uniform", "truncated_normal" (or "normal") or "untruncated_normal".
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    _name = "variance_scaling"
    _fields = ("scale", "mode", "distribution")

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(seed, **unknown)
        self.scale, self.mode = real("scale", scale), text("mode", mode).lower()
        chosen = text("distribution", distribution).lower()
        self.distribution = "truncated_normal" if chosen == "normal" else chosen


class Orthogonal(_Random):
    """A matrix whose rows or columns, whichever are fewer, stand at right angles (Saxe et al., 2013).

    A kernel counts as a matrix from its inputs to its last axis.

    Args:
        gain: the length of these rows or columns.
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    _name = "orthogonal"
    _fields = ("gain",)

    def __init__(self, gain: float = 1.0, seed: int | None = None, **unknown: Any) -> None:
        super().__init__(seed, **unknown)
        self.gain = real("gain", gain)


class GlorotUniform(_Random):
    """Uniform on ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""

    _name = "glorot_uniform"


class GlorotNormal(_Random):
    """Truncated normal of variance 2 / (fan_in + fan_out) (Glorot and Bengio, 2010)."""

    _name = "glorot_normal"


class HeUniform(_Random):
    """Uniform on ±√(6 / fan_in) (He et al., 2015)."""

    _name = "he_uniform"


class HeNormal(_Random):
    """Truncated normal of variance 2 / fan_in (He et al., 2015)."""

    _name = "he_normal"


class LecunUniform(_Random):
    """Uniform on ±√(3 / fan_in) (LeCun et al., 1998)."""

    _name = "lecun_uniform"


class LecunNormal(_Random):
    """Truncated normal of variance 1 / fan_in (LeCun et al., 1998; Klambauer et al., 2017)."""

    _name = "lecun_normal"


zeros, ones, constant, identity = Zeros, Ones, Constant, Identity
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling, orthogonal = VarianceScaling, Orthogonal
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform, lecun_normal, lecun_uniform = HeNormal, HeUniform, LecunNormal, LecunUniform

_CLASSES = (
    Zeros,
    Ones,
    Constant,
    Identity,
    RandomNormal,
    TruncatedNormal,
    RandomUniform,
    VarianceScaling,
    Orthogonal,
    GlorotUniform,
    GlorotNormal,
    HeUniform,
    HeNormal,
    LecunUniform,
    LecunNormal,
)
_KNOWN: dict[str, type[Initializer]] = {
    **{kind._name: kind for kind in _CLASSES},
    "zero": Zeros,
    "one": Ones,
    "normal": RandomNormal,
    "uniform": RandomUniform,
}


def get(identifier: Any) -> Any:
    """The initializer that a name, a class, an object, or a dict of `class_name` and `config` means; a function stays itself."""
    if isinstance(identifier, type):
        identifier = identifier()
    if callable(identifier) and not is_built_in(type(identifier)):
        return identifier
    if isinstance(identifier, Mapping) and "name" in identifier:
        settings = {key: value for key, value in identifier.items() if key != "name"}
        return resolve("initializer", {"class_name": identifier["name"], "config": settings}, Initializer, _KNOWN)
    return resolve("initializer", identifier, Initializer, _KNOWN)


def describe(what: str, value: Any) -> Any:
    """What a layer keeps of its `kernel_initializer=`: a name, a name with settings, or a user's own as it is.

    None is "glorot_uniform", as in Keras.
    """
    found = named(what, get, "glorot_uniform" if value is None else value)
    return found._description() if isinstance(found, Initializer) and not found._is_own else found
