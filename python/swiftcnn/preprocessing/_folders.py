"""Lists the images in class folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._base.checks import boolean
from .._base.regular_files import path_text, shown
from .._base.user_warnings import warn_user

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]


class Listing(NamedTuple):
    """Image files of class folders, class by class, each class in alphabetical order."""

    class_names: list[str]
    files: list[str]  # relative to the folder that was listed
    labels: NDArray[np.int32]


def existing_folder(directory: Path) -> str:
    path = path_text("directory", directory)
    if not os.path.isdir(path):
        raise FileNotFoundError(f"{shown(path)} is not a folder; it should hold one folder of images for each class")
    return path


def list_classes(
    directory: str,
    endings: tuple[str, ...],
    class_names: Iterable[str] | None,
    follow_links: bool,
    fraction: tuple[float, float] = (0.0, 1.0),
) -> Listing:
    """The images in the subfolders of `directory`, one subfolder for each class.

    Args:
        class_names: the subfolders to use, in the order of the class numbers; None uses all, in alphabetical order.
        fraction: the part of each class to use.
    """
    names = _class_names(directory, class_names)
    files: list[str] = []
    labels: list[int] = []
    empty = []
    for label, name in enumerate(names):
        found = list_images(directory, name, endings, follow_links)
        if not found:
            empty.append(name)
        part = found[int(fraction[0] * len(found)) : int(fraction[1] * len(found))]
        files += part
        labels += [label] * len(part)
    if not files:
        raise ValueError(_no_images(directory, endings, names))
    if empty:
        warn_user(f"these class folders of {shown(directory)} hold no images: {_few(empty)}")
    return Listing(names, files, np.array(labels, np.int32))


def list_images(directory: str, below: str, endings: tuple[str, ...], follow_links: bool) -> list[str]:
    """The image files anywhere below `directory/below`, relative to `directory`, in alphabetical order of folders and names.

    A FIFO, a socket or a device with an image's name is omitted, with a warning, because reading it could block forever.
    """
    found: list[tuple[str, str]] = []
    strange: list[tuple[str, str]] = []
    for folder, entries in _folders(os.path.join(directory, below), boolean("follow_links", follow_links)):
        place = os.path.relpath(folder, directory)
        for entry in entries:
            if entry.name.lower().endswith(endings) and not _is_folder(entry):
                (found if _may_be_read(entry) else strange).append((place, entry.name))
    if strange:
        names = [os.path.join(directory, *each) for each in strange]
        warn_user(f"left out, since FIFOs, sockets and devices are not read: {_few(names)}")
    return [os.path.normpath(os.path.join(*each)) for each in sorted(found)]


def _folders(top: str, follow_links: bool) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """A folder and all folders below it, each once, with their contents."""
    seen: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:  # a link to a folder that was visited before
            continue
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name, reverse=True)
        waiting += [entry.path for entry in inside if _is_folder(entry) and (follow_links or not entry.is_symlink())]
        yield folder, inside


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _may_be_read(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file or does not exist: the code that reads a broken link reports the error."""
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:
        return True


def no_images(directory: str, endings: tuple[str, ...]) -> str:
    return f"{shown(directory)} holds no images; images are files that end in {', '.join(endings)}"


def _class_names(directory: str, chosen: Iterable[str | bytes] | None) -> list[str]:
    with os.scandir(directory) as entries:
        there = sorted(entry.name for entry in entries if _is_folder(entry) and not entry.name.startswith("."))
    if chosen is None:
        return there
    if isinstance(chosen, (str, bytes)) or not isinstance(chosen, Iterable):
        raise TypeError(f"class names must be a list such as ['cat', 'dog'], received {chosen!r}")
    names = [os.fsdecode(name) if isinstance(name, bytes) else str(name) for name in chosen]
    missing = [name for name in names if name not in there]
    if missing or len(set(names)) < len(names):
        fault = f"has no folder {missing[0]!r}" if missing else f"cannot have two classes of one name: {names}"
        raise ValueError(f"{shown(directory)} {fault}; its folders are: {_few(there)}")
    return names or there


def _no_images(directory: str, endings: tuple[str, ...], names: list[str]) -> str:
    if names:
        return f"{no_images(directory, endings)}. Its class folders are: {_few(names)}"
    return f"{shown(directory)} holds no folders; it should hold one folder of images for each class"


def _few(names: list[Any]) -> str:
    return ", ".join(shown(name) for name in names[:10]) + (", ..." if len(names) > 10 else "")
