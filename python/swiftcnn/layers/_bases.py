"""What classes of layers have beside their settings, which the generated modules `_..._classes.py` hold."""

from __future__ import annotations

from typing import Any

from .._base.engine_work import OF_CONVOLUTIONS, OF_IMAGE_LAYERS
from .._graph.layer import Layer


class ConvolutionLayer(Layer):
    """Base of the convolutions."""

    _engine_computes = OF_CONVOLUTIONS


class ImageLayer(Layer):
    """Base of the layers that change images."""

    _engine_computes = OF_IMAGE_LAYERS


class AugmentationLayer(ImageLayer):
    """Base of the layers that change images at random in training, each image by amounts of its own, and return them otherwise.

    What is drawn is a function of (seed, layer, training step, image), the same at any number of threads. Gradients pass through
    these layers, which matters only where a layer with weights comes before.
    """


class MergingLayer(Layer):
    """Base of the layers that join several inputs, which they take in a list."""

    _joins = True


class DenseBase(Layer):
    """Base of `Dense`.

    Args:
        input_dim: on a model's first layer, its number of inputs: `input_shape=(input_dim,)`.
    """

    def __init__(self, *, input_dim: int | None = None, **options: Any) -> None:
        if input_dim is not None:
            options["input_shape"] = (input_dim,)
        super().__init__(**options)
