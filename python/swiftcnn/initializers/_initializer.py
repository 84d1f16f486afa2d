"""The base classes of the initializers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from .._base.checks import optional_integer, refuse_unknown
from .._base.configurable import Configurable
from .._base.drawn_weights import drawn


class Initializer(Configurable):
    """Base class of the initializers, and of your own: a subclass with a `__call__(shape, dtype=None)` that returns the weights.

    Your initializer is called once for each weight, when the model creates its weights; `clone_model` and `from_config` call it
    again. A file contains the weights, but not your initializer, so a clone of a loaded model uses the layer's default
    initializer.

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
        """The initial values of a weight of this shape, drawn by the engine. Equal calls return equal values, as in Keras.

        Args:
            shape: (inputs, outputs) of a dense layer's kernel, (height, width, inputs, outputs) of a convolution's.
            dtype: the dtype of the array; None is float32.
        """
        return drawn(self._description(), shape, self._seed_of_calls, dtype)

    def _description(self) -> str | dict[str, Any]:
        """The initializer in the format of the architecture: a name, or a name with settings."""
        settings = self._settings()
        return {"name": self._name, **settings} if settings else self._name

    @cached_property
    def _seed_of_calls(self) -> int:
        import random

        return random.getrandbits(63)


class RandomInitializer(Initializer):
    """Base class of the initializers that draw random numbers.

    Args:
        seed: an integer gives this initializer its own random stream; None derives one from the model's seed.
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
        return RandomInitializer.get_config(self)
