"""The files that Keras wrote, for the tests that read them."""

from pathlib import Path

import numpy as np
from swiftcnn import Sequential, models

FOLDER = Path(__file__).parent / "golden" / "keras_files"
FILES = ["line.keras", "line.h5", "functional.keras", "functional.h5", "nested.keras", "nested.h5", "frozen.keras", "keras2.h5"]
VALUES = np.load(FOLDER / "values.npz")
KERAS_2 = np.load(FOLDER / "by_keras2.npy")
TOLERANCE = 1e-5  # what the project promises; float32 sums in another order differ by 1e-7


def predictions(name):
    return VALUES[name.partition(".")[0]]


def changed_line(units=3, **convolution):
    """The line of the fixture with another head, or another first layer."""
    config = models.load_model(FOLDER / "line.keras").get_config()
    config["layers"][-1]["config"]["units"] = units
    config["layers"][0]["config"].update(convolution)
    return Sequential.from_config(config)
