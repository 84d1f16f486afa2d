"""CIFAR-10: 60,000 colour images of 32 x 32 pixels in ten classes (Krizhevsky, 2009)."""

from __future__ import annotations

from typing import Literal, overload

from .._base.checks import boolean
from ._cifar import Binary, read_jpegs
from ._files import Split
from ._load import Path_
from ._places import Download, find

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BINARY = Binary(
    "cifar-10-batches-bin",
    tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    "test_batch.bin",
    label=0,
    labels=1,
    classes=10,
)
DOWNLOAD = Download(
    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    ("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",),
)


@overload
def load_data(path: Path_ | None = None, *, return_source: Literal[False] = False) -> tuple[Split, Split]: ...
@overload
def load_data(path: Path_ | None = None, *, return_source: Literal[True]) -> tuple[tuple[Split, Split], str]: ...
def load_data(path: Path_ | None = None, *, return_source: bool = False) -> tuple[Split, Split] | tuple[tuple[Split, Split], str]:
    """Returns `(x_train, y_train), (x_test, y_test)`: images (n, 32, 32, 3) and labels (n, 1), both uint8.

    It searches in this order: at `path`; at the environment variable SWIFTCNN_DATA; in Keras's cache (`~/.keras/datasets`,
    or `$KERAS_HOME/datasets`); on the net. A download is stored in that cache.

    Args:
        path: `cifar-10-binary.tar.gz`, its folder `cifar-10-batches-bin`, `cifar10-jpeg.tar.xz` (JPEG files, which need Pillow),
            or a folder that contains one of them.
        return_source: True returns `(data, source)`, where source is a phrase that describes where the data came from.
    """
    readers = {DOWNLOAD.file: BINARY.read_archive, BINARY.folder: BINARY.read_folder, "cifar10-jpeg.tar.xz": read_jpegs}
    data, source = find("CIFAR-10", path, readers, DOWNLOAD)
    return (data, source) if boolean("return_source", return_source) else data
