"""Runs a script of tutorials/: `run_tutorial.py swiftcnn|keras SCRIPT`, in the folder where its images are.

For swiftcnn the script's import lines are changed, and nothing else. For Keras nothing is changed; its data sets come from the
folder that SWIFTCNN_DATA names, since a part of them is enough.
"""

import os
import re
import sys
from pathlib import Path

import numpy as np


def with_our_imports(text):
    """In import lines `tensorflow` becomes `swiftcnn`, or else `keras` does; no other line is touched."""
    lines = []
    for line in text.splitlines():
        if re.match(r"(from|import) (tensorflow|keras)\b", line):
            line = re.sub(r"\btensorflow\b" if "tensorflow" in line else r"\bkeras\b", "swiftcnn", line, count=1)
        lines.append(line)
    return "\n".join(lines)


def give_keras_our_data():
    """Keras's own loaders insist on the hash of the whole data set."""
    import keras
    import tensorflow
    from keras.src.datasets import mnist

    mnist.get_file = lambda *_, **__: Path(os.environ["SWIFTCNN_DATA"]) / "mnist.npz"
    for module in (keras, tensorflow.keras):
        module.datasets.cifar10.load_data = cifar10


def cifar10():
    folder = Path(os.environ["SWIFTCNN_DATA"]) / "cifar-10-batches-bin"
    training = b"".join((folder / f"data_batch_{number}.bin").read_bytes() for number in range(1, 6))
    return records(training), records((folder / "test_batch.bin").read_bytes())


def records(content):
    rows = np.frombuffer(content, np.uint8).reshape(-1, 1 + 32 * 32 * 3)
    return rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), rows[:, :1]


def main(library, script):
    text = Path(script).read_text(encoding="utf-8")
    if library == "keras":
        give_keras_our_data()
    else:
        text = with_our_imports(text)
    exec(compile(text, script, "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main(*sys.argv[1:])
