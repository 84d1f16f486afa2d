"""Base classes of the layers. The generated modules `_..._classes.py` contain the layers' settings."""

from __future__ import annotations

from typing import Any

from .._base.engine_work import OF_CONVOLUTIONS, OF_IMAGE_LAYERS
from .._graph.layer import Layer


class ConvolutionLayer(Layer):
    """Base class of the convolutions."""

    _engine_computes = OF_CONVOLUTIONS


class ImageLayer(Layer):
    """Base class of the layers that change images."""

    _engine_computes = OF_IMAGE_LAYERS


class AugmentationLayer(ImageLayer):
    """Base class of the layers that change each image by its own random amounts in training, and return images unchanged
    otherwise.

    The random amounts are a function of (seed, layer, training step, image), so they do not depend on the number of threads.
    Gradients pass through these layers; that matters only after a layer with weights.
    """


class MergingLayer(Layer):
    """Base class of the layers that combine several inputs, which are passed in a list."""

    _joins = True


class DenseBase(Layer):
    """Base class of `Dense`.

    Args:
        input_dim: for a model's first layer, the number of inputs: the same as `input_shape=(input_dim,)`.
    """

    def __init__(self, *, input_dim: int | None = None, **options: Any) -> None:
        if input_dim is not None:
            options["input_shape"] = (input_dim,)
        super().__init__(**options)
