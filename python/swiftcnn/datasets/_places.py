"""Searches for an archive or a folder: at a path, at SWIFTCNN_DATA, in Keras's cache, on the net."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from .._base.regular_files import path_text
from . import _download
from ._load import Path_, cache_folder

T = TypeVar("T")


class Download(NamedTuple):
    """A file on the net, and the hashes of its known editions: SHA-256, or MD5 where no other was published."""

    url: str
    hashes: tuple[str, ...]

    @property
    def file(self) -> str:
        return self.url.rsplit("/", 1)[-1]


class Place(NamedTuple, Generic[T]):
    """A data set that was read, and its source."""

    value: T
    source: str


def find(title: str, path: Path_ | None, readers: Mapping[str, Callable[[Path], T]], download: Download) -> Place[T]:
    """Reads the first of the files and folders in `readers` that exists.

    Raises FileNotFoundError with all places that were searched; ValueError with the reason if the data are damaged.
    """
    if path is not None:
        found = _within(Path(path_text("path", path)), readers)
        if found is None:
            raise FileNotFoundError(f"{path} neither is nor holds {_listed(readers)}")
        return found
    tried = []
    named = os.environ.get("SWIFTCNN_DATA")
    for place, name in ((named, f"SWIFTCNN_DATA={named}" if named else "SWIFTCNN_DATA is not set"), (cache_folder(), None)):
        found = _within(Path(place), readers) if place else None
        if found is not None:
            return found
        tried.append(name if not place else f"{name or place}: neither {_listed(readers)} there")
    target = cache_folder() / download.file
    try:
        _download.fetch(download.url, download.hashes, target)
    except OSError as error:
        tried.append(f"download from {download.url}: {error}")
        lines = "".join(f"\n  - {each}" for each in tried)
        raise FileNotFoundError(
            f"{title} was not found. Tried:{lines}\nPut {' or '.join(readers)} in a folder and name it: load_data('folder') or "
            "SWIFTCNN_DATA=folder."
        ) from None
    return Place(readers[download.file](target), str(target))


def _within(path: Path, readers: Mapping[str, Callable[[Path], T]]) -> Place[T] | None:
    for name, read in readers.items():
        for candidate in (path, path / name):
            if candidate.name == name and (candidate.is_file() or candidate.is_dir()):
                return Place(read(candidate), str(candidate))
    return None


def _listed(readers: Mapping[str, object]) -> str:
    return " nor ".join(readers) if len(readers) > 1 else "".join(readers)
