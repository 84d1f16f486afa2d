"""VGG16, the network with sixteen layers that have weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._models.model import Model
from ._imagenet import decode_predictions, preprocess_input
from ._vgg import BASE_URL, Architecture, Weights, build

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

ARCHITECTURE = Architecture(
    "vgg16",
    (2, 2, 3, 3, 3),
    Weights(f"{BASE_URL}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5", "64373286793e3c8b2b4e3219cbf3544b"),
    Weights(f"{BASE_URL}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "6d6bbae143d832006294945121d1f1fc"),
)


def VGG16(  # noqa: N802 (Keras's name)
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Sequence[int | None] | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: str | None = "softmax",
    name: str | None = None,
) -> Model:
    """Builds the network as a model from images to classes, or to features without its top.

    Args:
        include_top: False omits the dense layers at the end.
        weights: "imagenet" for weights that were trained on ImageNet, from Keras's cache or the net; None for new random weights;
            or a file of weights, such as Keras's own (`pip install 'swiftcnn[keras]'`).
        input_tensor: an `Input` or another model's output to use as the network's input.
        input_shape: (height, width, channels) of an image. None means (224, 224, 3), or (None, None, 3) without the top: images
            of any size that is the same within a batch.
        pooling: without the top, "avg" or "max" returns one number per channel; None returns an image of features.
        classes: the number of classes.
        classifier_activation: "softmax", or None for the scores before it.
        name: the model's name; `vgg16` if None.

    Example:
        >>> base = VGG16(include_top=False, input_shape=(224, 224, 3))
        >>> features = base.predict(preprocess_input(images))

    Reference: Simonyan and Zisserman, 2014.
    """
    return build(ARCHITECTURE, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
