"""The seed by TensorFlow's name."""

from __future__ import annotations

from ._base import seeds as _seeds
from ._base.checks import integer

__all__ = ["set_seed"]


def set_seed(seed: int) -> None:
    """Makes the models that are built from now on repeatable: their initial weights, and the random numbers of `fit`.

    Python's `random` and `numpy.random` have seeds of their own; `utils.set_random_seed` sets all three.

    Args:
        seed: 0 ... 2^64 - 1.
    """
    number = integer("seed", seed)
    if not 0 <= number < 2**64:
        raise ValueError(f"seed must be 0 to 18446744073709551615, received {number}")
    _seeds.set_base(number)
