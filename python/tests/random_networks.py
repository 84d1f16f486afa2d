"""Small networks drawn at random: layers, sizes and batches that nobody thought of. Prints a digest of what each one learns."""

import json
import random
import sys
import zlib

import numpy as np
from swiftcnn import Input, Sequential, layers, utils

FILTERS = (5, 12, 16, 25, 32, 50, 64, 70, 75, 96, 130)
MOST_PARAMETERS = 1_000_000


def convolution(rng):
    filters, activation = rng.choice(FILTERS), rng.choice(["relu", "relu", "tanh", None])
    kind = rng.random()
    if kind < 0.15:
        return layers.Conv2D(filters, 3, padding="same", dilation_rate=2, activation=activation)
    if kind < 0.25:
        return layers.Conv2DTranspose(filters, rng.choice([2, 3, 5]), rng.choice([1, 2]), "same", activation=activation)
    if kind < 0.35:
        return layers.SeparableConv2D(filters, 3, padding="same", activation=activation)
    strides = rng.choice([1, 1, 1, 2, 4])
    return layers.Conv2D(filters, rng.choice([1, 3, 3, 5, 7]), strides, "same", activation=activation)


def block(rng):
    """A convolution and what may come behind it."""
    yield convolution(rng)
    for share, make in (
        (0.2, layers.ReLU),
        (0.4, lambda: layers.MaxPooling2D(rng.choice([2, 3]), 2, padding="same")),
        (0.3, layers.BatchNormalization),
        (0.3, lambda: layers.Dropout(0.3)),
        (0.2, lambda: layers.GroupNormalization(1)),
        (0.1, lambda: layers.GroupNormalization(-1, axis=rng.choice([1, 2, 3]))),
        (0.1, layers.UnitNormalization),
        (0.1, lambda: layers.AlphaDropout(0.2)),
        (0.1, lambda: rng.choice([layers.AdaptiveMaxPooling2D, layers.AdaptiveAveragePooling2D])(rng.randint(2, 9))),
        (0.1, lambda: layers.CenterCrop(rng.randint(2, 12), rng.randint(2, 12))),
    ):
        if rng.random() < share:
            yield make()


def network(rng):
    shape = (rng.randint(9, 30), rng.randint(9, 30), rng.choice([1, 3, 4, 17]))
    blocks = [layer for _ in range(rng.randint(1, 3)) for layer in block(rng)]
    head = [layers.Flatten(), layers.Dense(rng.choice([7, 70, 130]), activation="relu"), layers.Dense(10, activation="softmax")]
    model = Sequential([Input(shape), *blocks, *head])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def digest(seed):
    """Of the predictions, and of the weights after two steps; None for a network that is too large."""
    utils.set_random_seed(seed)
    rng, data = random.Random(seed), np.random.default_rng(seed)
    model = network(rng)
    if model.count_params() > MOST_PARAMETERS:
        return None
    samples = rng.choice([1, 2, 3, 5, 9, 33])
    x, y = data.random((samples, *model.input_shape[1:]), np.float32), data.integers(0, 10, samples)
    arrays = [model.predict(x, verbose=0)]
    for _ in range(2):
        model.train_on_batch(x, y)
    return zlib.crc32(b"".join(array.tobytes() for array in arrays + model.get_weights()))


if __name__ == "__main__":
    print(json.dumps({seed: digest(int(seed)) for seed in sys.argv[1:]}))
