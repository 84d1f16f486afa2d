"""`AUTOTUNE` by TensorFlow's name: `dataset.prefetch(data.AUTOTUNE)`."""

from __future__ import annotations

from .preprocessing import AUTOTUNE

__all__ = ["AUTOTUNE"]
