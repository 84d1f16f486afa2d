"""`python -m swiftcnn.mnist`: trains one of the tutorials' networks on MNIST and shows what it learned."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import Input, Sequential, build_info, set_num_threads
from .callbacks import History
from .datasets import mnist
from .layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D
from .utils import set_random_seed

SHOWN_PREDICTIONS = 5

Images = NDArray[np.float32]
Labels = NDArray[np.uint8]


class Data(NamedTuple):
    x_train: Images
    y_train: Labels
    x_test: Images
    y_test: Labels
    source: str


def dropout() -> list[Layer]:
    """Two convolutions with dropout: 225,034 parameters."""
    return [
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Conv2D(64, 3, activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Flatten(),
        Dense(128, activation="relu"),
        Dropout(0.5),
        Dense(10, activation="softmax"),
    ]


def two_conv() -> list[Layer]:
    """Two convolutions without dropout: 515,146 parameters."""
    return [
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(),
        Conv2D(64, 3, activation="relu"),
        Flatten(),
        Dense(64, activation="relu"),
        Dense(10, activation="softmax"),
    ]


def one_conv() -> list[Layer]:
    """One convolution whose whole output goes to a dense layer: 1,691,360 parameters."""
    return [
        Conv2D(25, 3, activation="relu"),
        MaxPooling2D(1),
        Flatten(),
        Dense(100, activation="relu"),
        Dense(10, activation="softmax"),
    ]


def mlp() -> list[Layer]:
    """One hidden layer and no convolution: 79,510 parameters."""
    return [Flatten(), Dense(100, activation="relu"), Dense(10, activation="softmax")]


MODELS = {"dropout": dropout, "two-conv": two_conv, "mlp": mlp, "one-conv": one_conv}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = _parser()
    options = parser.parse_args(arguments)
    _refuse_what_fails_later(parser, options)
    if options.threads is not None:
        set_num_threads(options.threads)
    set_random_seed(options.seed)
    data = _load(options.data)
    print(f"Data: {data.source}, {len(data.x_train):,} images to train on, {len(data.x_test):,} to test on")
    model = Sequential([Input((28, 28, 1)), *MODELS[options.model]()])
    model.summary()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    begin = time.perf_counter()
    history = model.fit(data.x_train, data.y_train, batch_size=options.batch_size, epochs=options.epochs)
    seconds = time.perf_counter() - begin
    loss, accuracy = model.evaluate(data.x_test, data.y_test, batch_size=options.batch_size, verbose=0)
    print(f"Test loss: {loss:.4f}\nTest accuracy: {accuracy:.4f}")
    _show_predictions(model, data)
    if options.save:
        model.save(options.save)
    if options.plot:
        _plot(history, options.plot)
    if options.json:
        result = {
            "model": options.model,
            "parameters": model.count_params(),
            "history": history.history,
            "test_loss": loss,
            "test_accuracy": accuracy,
            "seconds": seconds,
            "images_per_second": len(data.x_train) * options.epochs / seconds,
            "data": data.source,
            "build_info": build_info(),
        }
        Path(options.json).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m swiftcnn.mnist", description="Trains a network of the tutorials on MNIST.")
    parser.add_argument("--epochs", type=_positive, default=5, help="times through the data (default 5)")
    parser.add_argument("--batch-size", type=_positive, default=128, help="images per step (default 128)")
    parser.add_argument("--model", choices=MODELS, default="dropout", help="which network (default dropout)")
    parser.add_argument("--data", metavar="PATH", help="mnist.npz, or a folder with it or with the IDX files")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same result (default 1)")
    parser.add_argument("--threads", type=_positive, help="threads to use (default: all cores)")
    parser.add_argument("--save", metavar="FILE", help="write the trained model here (safetensors)")
    parser.add_argument("--plot", metavar="FILE", help="draw loss and accuracy here (.png, .svg or .pdf; needs matplotlib)")
    parser.add_argument("--json", metavar="FILE", help="write the results here")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _refuse_what_fails_later(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Nobody should wait for the training to learn that its result cannot be written."""
    for option in ("save", "plot", "json"):
        target = getattr(options, option)
        if target and not Path(target).absolute().parent.is_dir():
            parser.error(f"--{option}: the folder of {target} does not exist")
    if options.plot and find_spec("matplotlib") is None:
        parser.error("--plot needs matplotlib: pip install 'swiftcnn[plot]'")


def _load(path: str | None) -> Data:
    ((x_train, y_train), (x_test, y_test)), source = mnist.load_data(path, return_source=True)
    return Data(_scaled(x_train), y_train, _scaled(x_test), y_test, source)


def _scaled(pixels: NDArray[np.uint8]) -> Images:
    """0...255 to 0...1, without a second copy of the floats."""
    scaled: Images = np.multiply(pixels, np.float32(1 / 255), dtype=np.float32)
    return scaled[..., np.newaxis]


def _show_predictions(model: Sequential, data: Data) -> None:
    print("Predictions beside their labels:")
    for output, label in zip(model.predict(data.x_test[:SHOWN_PREDICTIONS], verbose=0), data.y_test, strict=False):
        print(f"  {output.argmax()} ({output.max():.1%} sure), label {label}")


def _plot(history: History, path: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    epochs = [epoch + 1 for epoch in history.epoch]
    axes: Any = figure.subplots(1, len(history.history))
    for axis, (name, values) in zip(axes, history.history.items(), strict=True):
        axis.plot(epochs, values, marker="o")
        axis.set(title=name, xlabel="epoch", xticks=epochs)
    figure.savefig(path)


if __name__ == "__main__":
    main()
