"""CIFAR-100: 60,000 colour images of 32 x 32 pixels in a hundred classes in twenty groups (Krizhevsky, 2009)."""

from __future__ import annotations

from typing import Literal, overload

from .._base.checks import boolean, one_of
from ._cifar import Binary
from ._files import Split
from ._load import Path_
from ._places import Download, find

COARSE = Binary("cifar-100-binary", ("train.bin",), "test.bin", label=0, labels=2, classes=20)
FINE = COARSE._replace(label=1, classes=100)
DOWNLOAD = Download(
    "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
    ("58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",),
)


@overload
def load_data(
    label_mode: str = "fine", path: Path_ | None = None, *, return_source: Literal[False] = False
) -> tuple[Split, Split]: ...
@overload
def load_data(
    label_mode: str = "fine", path: Path_ | None = None, *, return_source: Literal[True]
) -> tuple[tuple[Split, Split], str]: ...
def load_data(
    label_mode: str = "fine", path: Path_ | None = None, *, return_source: bool = False
) -> tuple[Split, Split] | tuple[tuple[Split, Split], str]:
    """Returns `(x_train, y_train), (x_test, y_test)`: images (n, 32, 32, 3) and labels (n, 1), both uint8.

    Args:
        label_mode: "fine" for the hundred classes, "coarse" for the twenty groups.
        path: `cifar-100-binary.tar.gz`, its folder `cifar-100-binary`, or a folder that contains one of
            them. The other places are those of `cifar10`.
        return_source: True returns `(data, source)`, where source is a phrase that describes where the data came from.
    """
    one_of("label_mode", label_mode, ("fine", "coarse"))
    binary = FINE if label_mode == "fine" else COARSE
    readers = {DOWNLOAD.file: binary.read_archive, binary.folder: binary.read_folder}
    data, source = find("CIFAR-100", path, readers, DOWNLOAD)
    return (data, source) if boolean("return_source", return_source) else data
