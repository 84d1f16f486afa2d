"""A file from the net, in Keras's cache, where other scripts look for it too."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from .._checks import boolean, text
from ..datasets._archives import unpack
from ..datasets._download import ALGORITHMS, fetch
from ..datasets._load import cache_folder

MOST_GROWTH = 100  # of an archive when it is unpacked; images hardly grow


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Downloads a file, unless the cache has it, and unpacks it if asked to.

    Args:
        fname: the file's name in the cache; the URL's if None. Of an archive that is unpacked, a name without a dot is the
            folder's; of `name.tar` the folder is `name_extracted`.
        origin: the URL.
        untar: the same as `extract`.
        md5_hash: the same as `file_hash`.
        file_hash: SHA-256 or MD5, in hexadecimal; without it the file is believed to be the right one.
        cache_subdir: a folder in the cache, or anywhere if it is absolute.
        hash_algorithm: "auto", "sha256" or "md5"; the hash's length tells it anyway.
        extract: unpacks a tar file, compressed or not, or a zip file. Nothing in it can lead out of its folder.
        archive_format: "auto", "tar" or "zip"; the file tells it anyway.
        cache_dir: the cache; `KERAS_HOME` or ~/.keras if None.
        force_download: whether to download what the cache has.

    Returns:
        The path of the file, or of the folder with what was in it.

    Raises:
        OSError: it cannot be had, or is not the file that the hash tells of.
        ValueError: the archive is damaged, or holds what leads elsewhere.
    """
    if origin is None:
        raise ValueError("get_file needs origin, the URL of the file")
    name = _name(fname, text("origin", origin))
    folder = (cache_folder().parent if cache_dir is None else Path(cache_dir).expanduser()) / cache_subdir
    unpacks = boolean("extract", extract) or boolean("untar", untar)
    archive, unpacked = _places(name, fname is not None)
    target = folder / (archive if unpacks else name)
    hashes = _hashes(file_hash if md5_hash is None else md5_hash)
    is_new = fetch(origin, hashes, target, again=boolean("force_download", force_download))
    if not unpacks:
        return str(target)
    if is_new:  # what an older archive held
        shutil.rmtree(folder / unpacked, ignore_errors=True)
    return str(unpack(target, folder / unpacked, "", MOST_GROWTH * target.stat().st_size))


def _name(fname: str | os.PathLike[str] | None, origin: str) -> str:
    name = os.fspath(fname) if fname is not None else urlsplit(origin).path.rsplit("/", 1)[-1]
    if not name or "/" in name or name in (".", ".."):
        raise ValueError(
            f"fname must be the name of a file, without folders, received {name!r} for {origin}: name folders with cache_dir"
        )
    return name


def _places(name: str, is_given: bool) -> tuple[str, str]:
    """The names of an archive and of the folder that it is unpacked to, which are Keras's."""
    if is_given and "." in name:
        return name, f"{name.partition('.')[0]}_extracted"
    return f"{name}_archive", name


def _hashes(given: str | None) -> tuple[str, ...]:
    if given is None:
        return ()
    if len(text("file_hash", given)) not in ALGORITHMS:
        raise ValueError(f"file_hash must be a SHA-256 of 64 or an MD5 of 32 hexadecimal digits, received {given!r}")
    return (given.lower(),)
