"""The networks that are measured, as plain values that every library's builder reads, and weights that all of them get.

They are the tutorials' own; a test holds their parameter counts. Images are height x width x channels.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Conv:
    filters: int
    kernel: int = 3
    stride: int = 1
    padding: str = "valid"
    activation: str | None = "relu"


@dataclass(frozen=True)
class MaxPool:
    """2 x 2."""


@dataclass(frozen=True)
class BatchNorm:
    """Keras's: momentum 0.99, epsilon 0.001."""


@dataclass(frozen=True)
class Relu:
    pass


@dataclass(frozen=True)
class Dropout:
    rate: float


@dataclass(frozen=True)
class GlobalAveragePool:
    pass


@dataclass(frozen=True)
class Flatten:
    """In the order height, width, channel."""


@dataclass(frozen=True)
class Dense:
    units: int
    activation: str = "relu"


@dataclass(frozen=True)
class Residual:
    """Two convolutions beside a shortcut; where the size changes, a convolution of 1 x 1 on it (He et al. 2015)."""

    filters: int
    stride: int = 1

    @property
    def body(self):
        first = Conv(self.filters, 3, self.stride, "same", None)
        return (first, BatchNorm(), Relu(), Conv(self.filters, 3, 1, "same", None), BatchNorm())

    def shortcut(self, shape):
        is_fitting = self.stride == 1 and shape[2] == self.filters
        return () if is_fitting else (Conv(self.filters, 1, self.stride, "same", None),)


@dataclass(frozen=True)
class Network:
    input_shape: tuple[int, ...]
    layers: tuple[Any, ...]


def shapes(network):
    """(layer, input shape, output shape) in order."""
    yield from shapes_of(network.layers, network.input_shape)


def shapes_of(layers, shape):
    for layer in layers:
        output = output_shape(layer, shape)
        yield layer, shape, output
        shape = output


def output_shape(layer, shape):
    match layer:
        case Conv(filters, kernel, stride, "valid"):
            return (*((size - kernel) // stride + 1 for size in shape[:2]), filters)
        case Conv(filters, _, stride, "same"):
            return (*(-(-size // stride) for size in shape[:2]), filters)
        case MaxPool():
            return (shape[0] // 2, shape[1] // 2, shape[2])
        case Flatten():
            return (math.prod(shape),)
        case Dense(units):
            return (units,)
        case GlobalAveragePool():
            return shape[2:]
        case Residual(filters, stride):
            return (*(-(-size // stride) for size in shape[:2]), filters)
    return shape


def same_padding(size, layer):
    """Zeros before and after an axis of `size` elements; where their number is odd, more after, as in Keras."""
    total = max((-(-size // layer.stride) - 1) * layer.stride + layer.kernel - size, 0) if layer.padding == "same" else 0
    return total // 2, total - total // 2


def weight_shapes(layer, shape):
    """Shapes of a layer's weights in Keras's order; a batch normalisation's are scale, offset, mean, variance.

    A block's are those of its body, then of its shortcut.
    """
    match layer:
        case Residual():
            return [weight for part, size, _ in parts(layer, shape) for weight in weight_shapes(part, size)]
        case Conv(filters, kernel):
            return [(kernel, kernel, shape[2], filters), (filters,)]
        case BatchNorm():
            return [(shape[2],)] * 4
        case Dense(units):
            return [(shape[0], units), (units,)]
    return []


def parts(block, shape):
    """(layer, input shape, output shape) of what a block is made of."""
    yield from shapes_of(block.body, shape)
    yield from shapes_of(block.shortcut(shape), shape)


def parameter_count(network):
    return sum(math.prod(weight) for layer, shape, _ in shapes(network) for weight in weight_shapes(layer, shape))


def weights(network):
    """One list of arrays for each layer: He's uniform distribution, the same numbers in every process."""
    generator = np.random.default_rng(1)
    return [layer_weights(layer, shape, generator) for layer, shape, _ in shapes(network)]


def layer_weights(layer, shape, generator):
    if isinstance(layer, Residual):
        return [array for part, size, _ in parts(layer, shape) for array in layer_weights(part, size, generator)]
    if isinstance(layer, BatchNorm):
        return [np.full(size, value, np.float32) for size, value in zip(weight_shapes(layer, shape), (1, 0, 0, 1), strict=True)]
    arrays = []
    for size in weight_shapes(layer, shape):
        limit = math.sqrt(6 / math.prod(size[:-1])) if len(size) > 1 else 0.05
        arrays.append(generator.uniform(-limit, limit, size).astype(np.float32))
    return arrays


def vgg16():
    layers = []
    for convolutions, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        layers += [Conv(filters, padding="same")] * convolutions + [MaxPool()]
    return Network((224, 224, 3), tuple(layers))


def resnet20():
    """Keras's example for CIFAR-10, "ResNet20 v1"."""
    blocks = [Residual(filters, 2 if filters > 16 and i == 0 else 1) for filters in (16, 32, 64) for i in range(3)]
    start = (Conv(16, padding="same", activation=None), BatchNorm(), Relu())
    return Network(CIFAR10, (*start, *blocks, GlobalAveragePool(), PROBABILITIES))


MNIST, CIFAR10, IMAGENETTE = (28, 28, 1), (32, 32, 3), (224, 224, 3)
PROBABILITIES = Dense(10, "softmax")

NETWORKS = {
    "mnist dropout cnn": Network(
        MNIST,
        (
            *(Conv(32), MaxPool(), Dropout(0.25), Conv(64), MaxPool(), Dropout(0.25)),
            *(Flatten(), Dense(128), Dropout(0.5), PROBABILITIES),
        ),
    ),
    "mnist cnn": Network(MNIST, (Conv(32), MaxPool(), Conv(64), MaxPool(), Flatten(), Dense(128), PROBABILITIES)),
    "keras's mnist example": Network(MNIST, (Conv(32), MaxPool(), Conv(64), MaxPool(), Flatten(), Dropout(0.5), PROBABILITIES)),
    "mlp": Network((784,), (Dense(100), PROBABILITIES)),
    "mnist two-conv cnn": Network(MNIST, (Conv(32), MaxPool(), Conv(64), Flatten(), Dense(64), PROBABILITIES)),
    "mnist one-conv cnn": Network(MNIST, (Conv(25), Flatten(), Dense(100), PROBABILITIES)),
    "cifar-10 cnn": Network(
        CIFAR10,
        (
            *(Conv(50, padding="same"), Conv(75, padding="same"), MaxPool(), Dropout(0.25)),
            *(Conv(125, padding="same"), MaxPool(), Dropout(0.25), Flatten()),
            *(Dense(500), Dropout(0.4), Dense(250), Dropout(0.3), PROBABILITIES),
        ),
    ),
    "imagenette cnn": Network(
        IMAGENETTE,
        (
            *(Conv(25, 5, padding="same"), MaxPool()),
            *(Conv(50, 5, stride=2, padding="same"), MaxPool(), BatchNorm()),
            *(Conv(70, 3, stride=2, padding="same"), MaxPool(), BatchNorm(), Flatten()),
            *(Dense(100), Dense(100), Dropout(0.25), PROBABILITIES),
        ),
    ),
    "vgg16 features": vgg16(),
    "resnet-20": resnet20(),
}
