"""VGG (Simonyan and Zisserman, 2014): blocks of 3 x 3 convolutions, each followed by a pooling that halves the size."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from .._base.checks import Shape, boolean, integer, one_of
from .._base.checks import input_shape as checked_shape
from .._graph.symbolic_tensor import SymbolicTensor, as_symbol, input_symbol
from .._models.model import Model
from ..layers import Conv2D, Dense, Flatten, GlobalAveragePooling2D, GlobalMaxPooling2D, Input, MaxPooling2D
from ._imagenet import CLASSES
from ._weights import fetched

BASE_URL = "https://storage.googleapis.com/tensorflow/keras-applications"
SMALLEST = 32
SIDE = 224
WIDTHS = (64, 128, 256, 512, 512)
HIDDEN = 4096


class Weights(NamedTuple):
    """A file of trained weights."""

    url: str
    md5: str


class Architecture(NamedTuple):
    """One of the networks: the number of convolutions in each block, and the files of weights with and without the classifier."""

    name: str
    convolutions: tuple[int, ...]
    with_top: Weights
    without_top: Weights


def build(
    architecture: Architecture,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Sequence[int | None] | None,
    pooling: str | None,
    classes: int,
    classifier_activation: str | None,
    name: str | None,
) -> Model:
    """Builds the network for `VGG16` and `VGG19`."""
    trained = _checked(include_top, weights, classes, classifier_activation)
    one_of("pooling", pooling, (None, "avg", "max"))
    if input_tensor is None:
        start = input_symbol(Input(_shape(input_shape, include_top, trained)))
    else:
        start = _start(input_tensor, include_top)
    end = features(start, architecture.convolutions)
    if include_top:
        end = classifier(end, classes, classifier_activation)
    elif pooling == "avg":
        end = GlobalAveragePooling2D()(end)
    elif pooling == "max":
        end = GlobalMaxPooling2D()(end)
    model = Model(start if input_tensor is None else _beginning(start), end, name=architecture.name if name is None else name)
    if trained:
        weights = fetched(*(architecture.with_top if include_top else architecture.without_top))
    if weights is not None:
        model.load_weights(weights)
    return model


def features(line: SymbolicTensor, convolutions: Sequence[int], widths: Sequence[int] = WIDTHS) -> SymbolicTensor:
    """The blocks of convolutions."""
    for block, (count, width) in enumerate(zip(convolutions, widths, strict=True), start=1):
        for number in range(1, count + 1):
            line = Conv2D(width, 3, padding="same", activation="relu", name=f"block{block}_conv{number}")(line)
        line = MaxPooling2D(2, 2, name=f"block{block}_pool")(line)
    return line


def classifier(line: SymbolicTensor, classes: int, activation: str | None, hidden: int = HIDDEN) -> SymbolicTensor:
    """The dense layers on top."""
    line = Flatten(name="flatten")(line)
    for name in ("fc1", "fc2"):
        line = Dense(hidden, activation="relu", name=name)(line)
    end: SymbolicTensor = Dense(classes, activation=activation, name="predictions")(line)
    return end


def _checked(include_top: bool, weights: Any, classes: int, activation: str | None) -> bool:
    """Whether the weights are ImageNet's. Raises an error for arguments that do not fit these weights."""
    boolean("include_top", include_top)
    integer("classes", classes)
    if weights is not None and not isinstance(weights, (str, os.PathLike)):
        raise TypeError(f"weights must be 'imagenet', None or the path of a file, received {weights!r:.80}")
    if weights not in ("imagenet", None) and not os.path.exists(weights):
        raise FileNotFoundError(f"weights must be 'imagenet', None or a file, and {os.fspath(weights)} does not exist")
    if weights == "imagenet" and include_top and (classes != CLASSES or activation not in ("softmax", None)):
        raise ValueError(
            f"the weights of ImageNet are for {CLASSES} classes and softmax, received classes={classes}, classifier_activation="
            f"{activation!r}: pass weights=None, or include_top=False and a classifier of your own"
        )
    return weights == "imagenet"


def _shape(asked: Sequence[int | None] | None, include_top: bool, trained: bool) -> Shape:
    """The shape of an image. The classifier's weights fit only one size; without the classifier any size is allowed."""
    whole = (SIDE, SIDE, 3) if include_top else (None, None, 3)
    shape = whole if asked is None else checked_shape("input_shape", asked)
    if include_top and None in shape:
        raise ValueError(
            f"the classifier takes images of one size, received input_shape={shape}: give numbers for None, or include_top=False"
        )
    if len(shape) != 3 or min((size for size in shape[:2] if size is not None), default=SMALLEST) < SMALLEST:
        raise ValueError(f"input_shape must be (height, width, channels) with sides of {SMALLEST} or more, received {shape}")
    if trained and include_top and shape != (SIDE, SIDE, 3):
        raise ValueError(f"the classifier of ImageNet takes images of {(SIDE, SIDE, 3)}, received input_shape={shape}")
    if trained and shape[2] != 3:
        raise ValueError(f"the weights of ImageNet are for three channels, received input_shape={shape}")
    return shape


def _beginning(symbol: SymbolicTensor) -> SymbolicTensor:
    """The `Input` from which a symbolic tensor is computed. The network begins with it, as in Keras."""
    while symbol.node.inputs:
        symbol = symbol.node.inputs[0]
    return symbol


def _start(input_tensor: Any, include_top: bool) -> SymbolicTensor:
    start = as_symbol("input_tensor", input_tensor)
    _shape(start.sample_shape, include_top, trained=False)
    return start
