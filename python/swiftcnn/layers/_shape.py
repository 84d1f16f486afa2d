"""Layers that move values or change the shape, and compute nothing."""

from __future__ import annotations

from .._layer import Layer


class Flatten(Layer):
    """Lays the axes of a sample end to end. Shapes: (N, ...) to (N, product of ...)."""
