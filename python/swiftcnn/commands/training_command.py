"""What `python -m swiftcnn.mnist`, `cifar10`, `imagenette` and `transfer` share: train a network, tell, keep."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import Input, Model, Sequential, build_info, set_num_threads
from ..layers import Layer
from ..utils import set_random_seed

SHOWN_PREDICTIONS = 5

Images = NDArray[np.float32]


class Part(NamedTuple):
    """Images and labels, or in place of the images what makes batches of both; and how many there are."""

    x: Any
    y: Any
    samples: int


class Data(NamedTuple):
    """What there is to learn. `shown` are a few images of the test data and their labels; `classes` are names by number."""

    train: Part
    test: Part
    shown: tuple[Images, Sequence[int]]
    classes: Sequence[str]
    source: str


class Command(NamedTuple):
    """One command.

    Args:
        module: what follows `python -m`.
        title: the data set.
        data_help: what `--data` may name.
        input_shape: of an image.
        models: {name: what makes the layers}; the first is the default.
        epochs, batch_size: defaults.
        load: finds the data that the options ask for.
        add_options: adds those that only this command has.
        whole: the model to save, made of the one that was trained.
    """

    module: str
    title: str
    data_help: str
    input_shape: tuple[int, ...]
    models: Mapping[str, Callable[[], list[Layer]]]
    epochs: int
    batch_size: int
    load: Callable[[argparse.Namespace], Data]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda _: None
    whole: Callable[[Sequential], Model] = lambda trained: trained

    def run(self, arguments: Sequence[str] | None = None) -> None:
        """Does what the command line says."""
        parser = self._parser()
        options = parser.parse_args(arguments)
        refuse_what_fails_later(parser, options)
        if options.threads is not None:
            set_num_threads(options.threads)
        set_random_seed(options.seed)
        try:
            data = self.load(options)
        except (OSError, ImportError) as error:  # the data or the weights are not there, or the library that reads them
            parser.exit(1, f"{parser.prog}: error: {error}\n")
        print(f"Data: {data.source}, {data.train.samples:,} images to train on, {data.test.samples:,} to test on")
        model = Sequential([Input(self.input_shape), *self.models[options.model]()])
        model.summary()
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        result = {"model": options.model} | _train(model, data, options)
        print(f"Test loss: {result['test_loss']:.4f}\nTest accuracy: {result['test_accuracy']:.4f}")
        _show_predictions(model, data)
        keep(self.whole(model), result, options)

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(
            prog=f"python -m {self.module}", description=f"Trains a network of the tutorials on {self.title}."
        )
        first = next(iter(self.models))
        parser.add_argument(
            "--epochs", type=_positive, default=self.epochs, help=f"times through the data (default {self.epochs})"
        )
        parser.add_argument(
            "--batch-size", type=_positive, default=self.batch_size, help=f"images per step (default {self.batch_size})"
        )
        parser.add_argument("--model", choices=self.models, default=first, help=f"which network (default {first})")
        parser.add_argument("--data", metavar="PATH", help=self.data_help)
        self.add_options(parser)
        add_common_options(parser)
        return parser


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """What every command takes."""
    parser.add_argument("--seed", type=int, default=1, help="same seed, same result (default 1)")
    parser.add_argument("--threads", type=_positive, help="threads to use (default: all cores)")
    parser.add_argument("--save", metavar="FILE", help="write the trained model here (safetensors)")
    parser.add_argument("--plot", metavar="FILE", help="draw loss and accuracy here (.png, .svg or .pdf; needs matplotlib)")
    parser.add_argument("--json", metavar="FILE", help="write the results here")


def refuse_what_fails_later(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Nobody should wait for the training to learn that its result cannot be written."""
    for option in ("save", "plot", "json"):
        target = getattr(options, option)
        if target and not Path(target).absolute().parent.is_dir():
            parser.error(f"--{option}: the folder of {target} does not exist")
    if options.plot and find_spec("matplotlib") is None:
        parser.error("--plot needs matplotlib: pip install 'swiftcnn[plot]'")


def keep(model: Model, result: Mapping[str, Any], options: argparse.Namespace) -> None:
    """Writes what `--save`, `--plot` and `--json` ask for."""
    if options.save:
        model.save(options.save)
    if options.plot:
        _plot(result["history"], options.plot)
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def scaled(pixels: NDArray[np.uint8]) -> Images:
    """0...255 to 0...1, without a second copy of the floats."""
    floats: Images = np.multiply(pixels, np.float32(1 / 255), dtype=np.float32)
    return floats


def of_arrays(training: tuple[Images, Any], test: tuple[Images, Any], classes: Sequence[str], source: str) -> Data:
    """Data that are arrays: images and labels."""
    shown = test[0][:SHOWN_PREDICTIONS], [int(label) for label in np.ravel(test[1][:SHOWN_PREDICTIONS])]
    return Data(Part(*training, len(training[0])), Part(*test, len(test[0])), shown, classes, source)


def _train(model: Sequential, data: Data, options: argparse.Namespace) -> dict[str, Any]:
    begin = time.perf_counter()
    history = model.fit(data.train.x, data.train.y, options.batch_size, options.epochs)
    seconds = time.perf_counter() - begin
    loss, accuracy = model.evaluate(data.test.x, data.test.y, options.batch_size, verbose=0)
    return {
        "parameters": model.count_params(),
        "history": history.history,
        "test_loss": loss,
        "test_accuracy": accuracy,
        "seconds": seconds,
        "images_per_second": data.train.samples * options.epochs / seconds,
        "data": data.source,
        "build_info": build_info(),
    }


def _show_predictions(model: Sequential, data: Data) -> None:
    print("Predictions beside their labels:")
    images, labels = data.shown
    for output, label in zip(model.predict(images, verbose=0), labels, strict=True):
        print(f"  {data.classes[output.argmax()]} ({output.max():.1%} sure), label {data.classes[label]}")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _plot(history: Mapping[str, Sequence[float]], path: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    axes: Any = figure.subplots(1, len(history))
    for axis, (name, values) in zip(axes, history.items(), strict=True):
        epochs = range(1, len(values) + 1)
        axis.plot(epochs, values, marker="o")
        axis.set(title=name, xlabel="epoch", xticks=epochs)
    figure.savefig(path)
