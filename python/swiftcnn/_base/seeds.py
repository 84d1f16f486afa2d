"""Chooses the seed of each new model."""

from __future__ import annotations

import os

GOLDEN_RATIO = 0x9E3779B97F4A7C15  # 2^64 / φ, odd: multiples of it are all different and far apart (Knuth, TAOCP 6.4)
_MASK = 2**64 - 1

_base: int | None = None
_models_built = 0


def set_base(seed: int) -> None:
    """From now on the k-th model, counted from 0, gets the seed (seed + k · GOLDEN_RATIO) mod 2^64."""
    global _base, _models_built
    _base, _models_built = seed, 0


def next_model_seed() -> int:
    global _models_built
    if _base is None:
        return int.from_bytes(os.urandom(8), "little")
    seed = (_base + _models_built * GOLDEN_RATIO) & _MASK
    _models_built += 1
    return seed
