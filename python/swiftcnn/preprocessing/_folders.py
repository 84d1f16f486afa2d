"""Which images lie in which class folders."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._files import shown

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]


class Listing(NamedTuple):
    """Image files of class folders, class by class, each class in alphabetical order."""

    class_names: list[str]
    files: list[str]  # relative to the folder that was listed
    labels: NDArray[np.int32]


def existing_folder(directory: Path) -> str:
    path = os.fsdecode(directory)
    if not os.path.isdir(path):
        raise FileNotFoundError(f"{shown(path)} is not a folder; it should hold one folder of images for each class")
    return path


def list_classes(
    directory: str,
    endings: tuple[str, ...],
    class_names: Sequence[str] | None,
    follow_links: bool,
    fraction: tuple[float, float] = (0.0, 1.0),
) -> Listing:
    """The images of the folders in `directory`, one folder a class.

    Args:
        class_names: the folders to take, in the order of their numbers; all, in alphabetical order, if None.
        fraction: which part of each class to take.
    """
    names = _class_names(directory, class_names)
    files: list[str] = []
    labels: list[int] = []
    empty = []
    for label, name in enumerate(names):
        found = list(list_images(directory, name, endings, follow_links))
        if not found:
            empty.append(name)
        part = found[int(fraction[0] * len(found)) : int(fraction[1] * len(found))]
        files += part
        labels += [label] * len(part)
    if not files:
        raise ValueError(_no_images(directory, endings, names))
    if empty:
        warnings.warn(
            f"these class folders of {shown(directory)} hold no images: {', '.join(shown(name) for name in empty)}",
            UserWarning,
            stacklevel=4,
        )
    return Listing(names, files, np.array(labels, np.int32))


def list_images(directory: str, below: str, endings: tuple[str, ...], follow_links: bool) -> Iterator[str]:
    """The image files anywhere below `directory/below`, relative to `directory`, in alphabetical order."""
    seen: set[tuple[int, int]] = set()
    walk = []
    for folder, subfolders, files in os.walk(os.path.join(directory, below), followlinks=follow_links):
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:  # a link that leads back: its images have been found
            subfolders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        walk.append((folder, files))
    for folder, files in sorted(walk):
        for file in sorted(files):
            if file.lower().endswith(endings):
                yield os.path.relpath(os.path.join(folder, file), directory)


def no_images(directory: str, endings: tuple[str, ...]) -> str:
    return f"{shown(directory)} holds no images; images are files that end in {', '.join(endings)}"


def _class_names(directory: str, chosen: Sequence[str] | None) -> list[str]:
    there = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir() and not entry.name.startswith("."))
    if not chosen:
        return there
    if isinstance(chosen, (str, bytes)):
        raise TypeError(f"class names must be a list such as ['cat', 'dog'], received {chosen!r}")
    names = [str(name) for name in chosen]
    missing = [name for name in names if name not in there]
    if missing or len(set(names)) < len(names):
        fault = f"has no folder {missing[0]!r}" if missing else f"cannot have two classes of one name: {names}"
        raise ValueError(f"{shown(directory)} {fault}; its folders are: {_few(there)}")
    return names


def _no_images(directory: str, endings: tuple[str, ...], names: list[str]) -> str:
    if names:
        return f"{no_images(directory, endings)}. Its class folders are: {_few(names)}"
    return f"{shown(directory)} holds no folders; it should hold one folder of images for each class"


def _few(names: list[Any]) -> str:
    return ", ".join(shown(name) for name in names[:10]) + (", ..." if len(names) > 10 else "")
