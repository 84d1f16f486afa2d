"""Reads images and labels from an .npz file or from IDX files, without trust in their headers."""

from __future__ import annotations

import gzip
import math
import struct
import zipfile
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._base.regular_files import open_plain, shown
from ._damage import DAMAGE, raise_if_of_the_system

Bytes = NDArray[np.uint8]
Split = tuple[Bytes, Bytes]

IDX_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
NPZ_ENTRIES = ("x_train", "y_train", "x_test", "y_test")
SIDE = 28
CLASSES = 10
UNSIGNED_BYTES = 0x08
LARGEST_ENTRY = 2**30  # twenty times MNIST's largest file; a larger declared size is invalid
CHUNK = 2**20  # bytes per read, so that a wrong header costs no memory and Ctrl-C works


class Images(NamedTuple):
    """Images (n, 28, 28) and labels (n,), for training and for testing."""

    train: Split
    test: Split


def read_npz(path: Path) -> Images:
    """The four arrays of a file in the format of Keras's `mnist.npz`. Raises ValueError for other files."""
    try:
        with open_plain(str(path)) as file, zipfile.ZipFile(file) as archive:
            x_train, y_train, x_test, y_test = (_read_entry(archive, name) for name in NPZ_ENTRIES)
    except DAMAGE as error:
        raise_if_of_the_system(error)
        raise ValueError(f"{shown(path)} is not an .npz file with {', '.join(NPZ_ENTRIES)}: {_told(error)}") from None
    return _checked(Images((x_train, y_train), (x_test, y_test)), path)


def find_idx(folder: Path) -> list[Path] | None:
    """The four IDX files in this order, gzipped or not, if all exist."""
    found = [_first_existing(folder / name, folder / f"{name}.gz") for name in IDX_FILES]
    return None if None in found else [path for path in found if path is not None]


def read_idx_folder(paths: list[Path]) -> Images:
    x_train, y_train, x_test, y_test = (read_idx(path) for path in paths)
    return _checked(Images((x_train, y_train), (x_test, y_test)), paths[0].parent)


def read_idx(path: Path) -> Bytes:
    """One IDX file of unsigned bytes. Raises ValueError if header and content disagree."""
    try:
        with open_plain(str(path)) as file:
            return _read_idx(gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file)
    except DAMAGE as error:
        raise_if_of_the_system(error)
        raise ValueError(f"{shown(path)} is not an IDX file of bytes: {_told(error)}") from None


def _read_idx(file: IO[bytes] | gzip.GzipFile) -> Bytes:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise ValueError(f"it begins with {magic.hex(' ') or 'nothing'}, expected 00 00")
    if magic[2] != UNSIGNED_BYTES or not 1 <= magic[3] <= 3:
        raise ValueError(f"element type {magic[2]:#04x} with {magic[3]} axes, expected 0x08 with 1 to 3")
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise ValueError("it ends in its header")
    shape = struct.unpack(f">{magic[3]}I", sizes)
    if math.prod(shape) > LARGEST_ENTRY:
        raise ValueError(f"the header speaks of {shape}, more than {LARGEST_ENTRY} bytes")
    return _array("the header", file, shape, np.dtype(np.uint8))


def _array(header: str, file: IO[bytes] | gzip.GzipFile, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The rest of a file as a writable array."""
    expected, content = math.prod(shape) * dtype.itemsize, bytearray()
    while len(content) <= expected and (chunk := file.read(min(CHUNK, expected + 1 - len(content)))):
        content += chunk  # one byte more, to detect data beyond the declared size
    if len(content) != expected:
        there = "more" if len(content) > expected else len(content)
        raise ValueError(f"{header} speaks of {shape}, {expected} bytes, but there are {there}")
    return np.frombuffer(content, dtype).reshape(shape)


def _read_entry(archive: zipfile.ZipFile, name: str) -> Bytes:
    entry = archive.getinfo(f"{name}.npy")
    with archive.open(entry) as file:
        shape, fortran_order, dtype = _npy_header(file)
        if dtype.kind not in "ui" or fortran_order:
            raise ValueError(f"{name} has dtype {dtype}, expected integers in C order")
        expected = math.prod(shape) * dtype.itemsize
        if expected > LARGEST_ENTRY or entry.file_size > LARGEST_ENTRY:
            raise ValueError(f"the header of {name} speaks of {shape}, more than {LARGEST_ENTRY} bytes")
        array = _array(f"the header of {name}", file, shape, dtype)
    if dtype.itemsize > 1 and array.size and (array.min() < 0 or array.max() > 255):
        raise ValueError(f"{name} holds values outside 0...255")
    return array.astype(np.uint8, copy=False)


def _npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)


def _checked(images: Images, path: Path) -> Images:
    for kind, (x, y) in zip(("training", "test"), images, strict=True):
        if x.shape[1:] != (SIDE, SIDE) or y.shape != x.shape[:1] or not len(x):
            raise ValueError(
                f"{path} has {kind} images of shape {x.shape} and labels of shape {y.shape}, expected (n, 28, 28) and (n,)"
            )
        if y.max() >= CLASSES:
            raise ValueError(f"{path} has a {kind} label {y.max()}, expected 0 to {CLASSES - 1}")
    return images


def _told(error: Exception) -> str:
    return str(error.args[0] if error.args else type(error).__name__)  # for a KeyError, since its text would be in quotes


def _first_existing(*paths: Path) -> Path | None:
    return next((path for path in paths if path.is_file()), None)
