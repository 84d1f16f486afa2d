"""Valid files of every format, each made once in a process, the same ones in each."""

import functools
import gzip
import io
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from swiftcnn import Input, Sequential, layers, optimizers, utils

GOLDEN = Path(__file__).resolve().parent.parent / "python" / "tests" / "golden" / "keras_files"
MODELS = (
    *("own.safetensors", "own.keras", "own.h5", "own.json", "deep.safetensors", "deep.keras", "deep.h5", "deep.json"),
    *(
        "line.keras",
        "line.h5",
        "functional.keras",
        "functional.h5",
        "nested.keras",
        "nested.h5",
        "keras2.h5",
        "by_keras2.h5",
        "frozen.keras",
        "graph.keras",
        "graph.h5",
    ),
)
WEIGHTS = ("own.weights.safetensors", "own.weights.h5", "own.old.h5", "line.weights.h5", "by_keras2.weights.h5")
IMAGES = (
    "png",
    "jpeg",
    "gif",
    "bmp",
    "palette.png",
    "gray.png",
    "deep.png",
    "alpha.png",
    "cmyk.jpeg",
    "interlaced.png",
    "frames.gif",
    "webp",
    "tiff",
)
DATASETS = ("mnist.npz", "idx", "idx.gz", "cifar10.npz")


@functools.cache
def content(name):
    """The bytes of a model's or of weights' file."""
    if (GOLDEN / name).is_file():
        return (GOLDEN / name).read_bytes()
    model = small() if name.startswith("own") else deep()
    if name.endswith(".json"):
        return model.to_json().encode()
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / name
        (model.save_weights if ".weights" in name or ".old" in name else model.save)(path)
        return path.read_bytes()
    finally:
        shutil.rmtree(folder)


def small():
    """A compiled model that has learned, of nearly every kind of layer that has weights."""
    utils.set_random_seed(1)
    line = [layers.Conv2D(2, 3, activation="relu", kernel_regularizer="l2"), layers.BatchNormalization(), layers.Dropout(0.2)]
    model = Sequential([Input((6, 6, 1)), *line, layers.MaxPooling2D(), layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.ones((4, 6, 6, 1), "f4"), np.arange(4) % 3, verbose=0)
    return model


def deep():
    utils.set_random_seed(2)
    inner = Sequential(
        [Input((4, 4, 2)), layers.DepthwiseConv2D(2, padding="same"), layers.PReLU(shared_axes=[1, 2])], name="inner"
    )
    line = [
        inner,
        layers.Conv2DTranspose(2, 2, 2),
        layers.SeparableConv2D(2, 3),
        layers.LayerNormalization(),
        layers.GroupNormalization(1),
        layers.Normalization(),
        layers.GlobalMaxPooling2D(),
    ]
    model = Sequential([Input((4, 4, 2)), layers.RandomFlip(), *line, layers.Dense(1, kernel_constraint="max_norm")])
    rate = optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(optimizers.SGD(rate, momentum=0.9, nesterov=True), "mse", metrics=["mae", "AUC"])
    model.train_on_batch(np.ones((2, 4, 4, 2), "f4"), np.ones((2, 1)))
    return model


@functools.cache
def image(name):
    """The bytes of an image of 7 x 5 pixels, or some."""
    from PIL import Image

    kind = name.rpartition(".")[2]
    modes = {"palette": "P", "gray": "L", "deep": "I;16", "alpha": "RGBA", "cmyk": "CMYK"}
    mode = modes.get(name.partition(".")[0], "RGB")
    pixels = np.random.default_rng(3).integers(0, 256, (5, 7, 3), np.uint8)
    picture = Image.fromarray(pixels)
    picture = Image.fromarray(pixels[..., 0].astype(np.uint16) * 256) if mode == "I;16" else picture.convert(mode)
    more = {"save_all": True, "append_images": [picture.rotate(180)]} if name == "frames.gif" else {}
    stream = io.BytesIO()
    picture.save(stream, kind, **more)
    return stream.getvalue()


def digits():
    draw = np.random.default_rng(4)
    return {
        "x_train": draw.integers(0, 256, (6, 28, 28), np.uint8),
        "y_train": draw.integers(0, 10, 6, np.uint8),
        "x_test": draw.integers(0, 256, (3, 28, 28), np.uint8),
        "y_test": draw.integers(0, 10, 3, np.uint8),
    }


def npz_parts():
    """{name: bytes} of the members of an .npz file."""
    parts = {}
    for name, array in digits().items():
        stream = io.BytesIO()
        np.save(stream, array)
        parts[f"{name}.npy"] = stream.getvalue()
    return parts


def idx_parts(compressed):
    """{name: bytes} of the four IDX files."""
    names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    parts = {}
    for name, array in zip(names, digits().values(), strict=True):
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        data = bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()
        parts[name + ".gz" * compressed] = gzip.compress(data, mtime=0) if compressed else data
    return parts


def write(path, data):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return os.path.abspath(path)
