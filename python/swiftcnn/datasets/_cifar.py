"""Reads CIFAR's binary files, and its images from an archive of JPEG files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._base.regular_files import open_plain
from ._archives import contents
from ._files import Bytes, Split

SIDE = 32
PIXELS = 3 * SIDE * SIDE


class Binary(NamedTuple):
    """The layout of the records of one of the two data sets."""

    folder: str
    training: tuple[str, ...]
    test: str
    label: int  # the index of the label's byte in a record
    labels: int  # the number of label bytes in a record
    classes: int

    def read_archive(self, path: Path) -> tuple[Split, Split]:
        wanted = {f"{self.folder}/{name}" for name in (*self.training, self.test)}
        files = {name.rsplit("/", 1)[-1]: content for name, content in contents(path) if name in wanted}
        return self._splits(files, path)

    def read_folder(self, path: Path) -> tuple[Split, Split]:
        names = [name for name in (*self.training, self.test) if (path / name).is_file()]
        return self._splits({name: _content(path / name) for name in names}, path)

    def _splits(self, files: Mapping[str, bytes], path: Path) -> tuple[Split, Split]:
        missing = [name for name in (*self.training, self.test) if name not in files]
        if missing:
            raise ValueError(f"{path} lacks {', '.join(missing)}")
        parts = [self._records(files[name], path, name) for name in self.training]
        training = np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])
        return training, self._records(files[self.test], path, self.test)

    def _records(self, content: bytes, path: Path, name: str) -> Split:
        size = self.labels + PIXELS
        if not content or len(content) % size:
            raise ValueError(f"{name} of {path} has {len(content)} bytes, expected records of {size}")
        records = np.frombuffer(content, np.uint8).reshape(-1, size)
        labels = records[:, self.label : self.label + 1].copy()
        if labels.max() >= self.classes:
            raise ValueError(f"{name} of {path} has a label {labels.max()}, expected 0 to {self.classes - 1}")
        images = records[:, self.labels :].reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1)
        return np.array(images, order="C"), labels  # a writable copy


def _content(path: Path) -> bytes:
    with open_plain(str(path)) as file:
        return file.read()


def read_jpegs(path: Path) -> tuple[Split, Split]:
    """An archive of `cifar10/{train,test}/<class>/<number>.jpg`. The classes alternate, so that any part contains all of them."""
    files: dict[str, list[tuple[str, str, bytes]]] = {"train": [], "test": []}
    for name, content in contents(path):
        part, kind, number = (["", "", "", *name.split("/")])[-3:]
        if part in files and number.endswith(".jpg"):
            files[part].append((number, kind, content))
    return _decoded(files["train"], path), _decoded(files["test"], path)


def _decoded(files: list[tuple[str, str, bytes]], path: Path) -> Split:
    from ..preprocessing.image import load_img

    classes = sorted({kind for _, kind, _ in files})
    if not files:
        raise ValueError(f"{path} holds no images as train/<class>/<number>.jpg and test/<class>/<number>.jpg")
    images: Bytes = np.empty((len(files), SIDE, SIDE, 3), np.uint8)
    labels: Bytes = np.empty((len(files), 1), np.uint8)
    for index, (number, kind, content) in enumerate(sorted(files, key=lambda file: file[:2])):
        picture = np.asarray(load_img(io.BytesIO(content)))
        if picture.shape != images.shape[1:]:
            raise ValueError(f"{kind}/{number} of {path} has the shape {picture.shape}, expected {images.shape[1:]}")
        images[index], labels[index] = picture, classes.index(kind)
    return images, labels
