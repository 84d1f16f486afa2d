"""Trains one network in many ways and shows that all give the same weights: `make bits`.

    python tools/same_bits.py [--swift path/to/swiftcnn-mnist]

Each way runs in its own process. The network has dropout and is trained on shuffled batches with Adam. The digest is that of all
final weights. `train_on_batch` uses the batches in the order of the calls, so it has its own table. The instruction set without
fused multiply-add ("baseline") rounds differently and is omitted.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import swiftcnn
from swiftcnn import Input, Sequential, models, utils
from swiftcnn.commands.mnist import dropout

SEED, SAMPLES, BATCH, EPOCHS = 7, 100, 32, 2


class Way(NamedTuple):
    how: str
    threads: int
    isa: str


def data(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    with np.load(folder / "mnist.npz") as arrays:
        return arrays["x_train"][..., None] / np.float32(255), arrays["y_train"]


def write_data(folder: Path) -> None:
    generator = np.random.default_rng(0)
    images = [generator.integers(0, 256, (n, 28, 28)).astype(np.uint8) for n in (SAMPLES, 10)]
    labels = [(np.arange(n) * 7 % 10).astype(np.uint8) for n in (SAMPLES, 10)]
    np.savez(folder / "mnist.npz", x_train=images[0], y_train=labels[0], x_test=images[1], y_test=labels[1])


# The ways to train; each runs in its own process.


def fresh() -> Sequential:
    utils.set_random_seed(SEED)
    model = Sequential([Input((28, 28, 1)), *dropout()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(how: str, folder: Path) -> Sequential:
    x, y = data(folder)
    model = fresh()
    if how == "train_on_batch":
        for first in list(range(0, SAMPLES, BATCH)) * EPOCHS:
            model.train_on_batch(x[first : first + BATCH], y[first : first + BATCH])
    elif how == "fit, saved, loaded, fit":
        model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
        model.save(folder / "half.safetensors")
        model = models.load_model(folder / "half.safetensors")
        model.fit(x, y, batch_size=BATCH, epochs=EPOCHS - 1, verbose=0)
    else:
        model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=how == "fit", verbose=0)
    return model


def digest(model: Sequential) -> str:
    return hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest()[:16]


def run(way: Way, folder: Path, swift: Path | None) -> str:
    """The digest that a separate process computes."""
    environment = {**os.environ, "SWIFTCNN_NUM_THREADS": str(way.threads), "SWIFTCNN_ISA": way.isa}
    if way.how == "Swift's fit":
        saved = folder / "swift.safetensors"
        options = ["--data", folder, "--batch-size", BATCH, "--epochs", EPOCHS, "--seed", SEED, "--save", saved]
        subprocess.run([str(each) for each in (swift, *options)], env=environment, check=True, stdout=subprocess.DEVNULL)
        return digest(models.load_model(saved))
    command = [sys.executable, __file__, "--train", way.how, "--data", str(folder)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


# The tables.


def ways(swift: Path | None) -> list[list[Way]]:
    sets = [isa for isa in reversed(swiftcnn.build_info()["isas"]) if isa != "baseline"]
    if not sets:
        raise SystemExit("this processor has no fused multiply-add, on which the promise of equal bits rests")
    shuffled = [Way("fit", threads, isa) for isa in sets for threads in (1, 2, 3, 8)]
    shuffled += [Way("fit, saved, loaded, fit", 2, isa) for isa in sets]
    shuffled += [Way("Swift's fit", 2, isa) for isa in sets if swift]
    return [shuffled, [Way(how, 2, isa) for isa in sets for how in ("fit in order", "train_on_batch")]]


def show(table: list[Way], folder: Path, swift: Path | None) -> bool:
    print(f"{'way to train':<26}{'threads':>8}  {'instructions':<14}digest of the weights")
    digests = set()
    for way in table:
        digests.add(found := run(way, folder, swift))
        print(f"{way.how:<26}{way.threads:>8}  {way.isa:<14}{found}", flush=True)
    print(f"{'the same bits' if len(digests) == 1 else f'{len(digests)} DIFFERENT RESULTS'}\n")
    return len(digests) == 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Shows that all ways to train end in the same weights.")
    parser.add_argument("--swift", type=Path, help="the Swift program swiftcnn-mnist, to be compared too")
    parser.add_argument("--train", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.train:
        print(digest(train(given.train, given.data)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write_data(Path(folder))
        results = [show(table, Path(folder), given.swift) for table in ways(given.swift)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
