"""How the weights of a layer begin. Each is a name for the engine, and may carry a seed of its own."""

from __future__ import annotations

from typing import Any

from ._checks import optional_integer
from ._described import Described


class Initializer(Described):
    """Base of the initializers.

    Args:
        seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed.
    """

    _name = ""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = optional_integer(f"seed of {type(self).__name__}", seed)

    def get_config(self) -> dict[str, Any]:
        return {} if self.seed is None else {"seed": self.seed}


class Zeros(Initializer):
    """All zeros."""

    _name = "zeros"

    def __init__(self) -> None:
        super().__init__()


class Ones(Initializer):
    """All ones."""

    _name = "ones"

    def __init__(self) -> None:
        super().__init__()


class GlorotUniform(Initializer):
    """Uniform on ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""

    _name = "glorot_uniform"


class GlorotNormal(Initializer):
    """Truncated normal of variance 2 / (fan_in + fan_out) (Glorot and Bengio, 2010)."""

    _name = "glorot_normal"


class HeUniform(Initializer):
    """Uniform on ±√(6 / fan_in) (He et al., 2015)."""

    _name = "he_uniform"


class HeNormal(Initializer):
    """Truncated normal of variance 2 / fan_in (He et al., 2015)."""

    _name = "he_normal"


class LecunUniform(Initializer):
    """Uniform on ±√(3 / fan_in) (LeCun et al., 1998)."""

    _name = "lecun_uniform"


class LecunNormal(Initializer):
    """Truncated normal of variance 1 / fan_in (LeCun et al., 1998; Klambauer et al., 2017)."""

    _name = "lecun_normal"


def describe(what: str, value: Any) -> str | dict[str, Any]:
    """What a layer's `kernel_initializer=` may be, as the architecture writes it: a name, or a name with a seed."""
    if isinstance(value, type) and issubclass(value, Initializer):
        value = value()
    if isinstance(value, Initializer):
        return value._name if value.seed is None else {"name": value._name, **value.get_config()}
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, dict):
        return dict(value)
    raise TypeError(f"{what} must be a name such as 'he_normal' or an initializer object, received {value!r}")
