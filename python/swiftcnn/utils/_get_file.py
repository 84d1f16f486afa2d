"""Downloads files into Keras's cache, where other scripts find them too."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .._base.checks import boolean, one_of, text
from .._base.regular_files import path_text
from ..datasets._archives import allowed_growth, unpack_into
from ..datasets._download import ALGORITHMS, fetch
from ..datasets._load import cache_folder

FORMATS = ("auto", "tar", "zip")


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
    """Downloads a file, unless the cache has it, and optionally unpacks it.

    Args:
        fname: the file's name in the cache; None uses the URL's name. For an archive to unpack, a name without a dot is the
            folder's name; for `name.tar` the folder is `name_extracted`; for None the folder has the URL's name.
        origin: the URL.
        untar: the same as `extract`.
        md5_hash: the same as `file_hash`, for an MD5.
        file_hash: SHA-256 or MD5, in hexadecimal; without it the file is not verified.
        cache_subdir: a folder in the cache, or anywhere if it is absolute.
        hash_algorithm: "auto", "sha256" or "md5"; the length of the hash decides in any case.
        extract: unpacks a tar file, compressed or not, or a zip file, once for each archive. Other files in an existing folder
            stay. No path or link in the archive may lead out of the folder. The contents may be up to a hundred times as large as
            the archive.
        archive_format: "auto", "tar" or "zip"; the file's content decides in any case.
        cache_dir: the folder of the cache; None uses `KERAS_HOME` or ~/.keras.
        force_download: whether to download the file even if the cache has it.

    Returns:
        The path of the file, or of the folder with the unpacked files.

    Raises:
        OSError: the file cannot be downloaded, or does not match the hash.
        ValueError: the archive is damaged, or contains paths or links that lead out of its folder.
    """
    if origin is None:
        raise ValueError("get_file needs origin, the URL of the file")
    name = _name(fname, text("origin", origin))
    cache = cache_folder().parent if cache_dir is None else Path(path_text("cache_dir", cache_dir)).expanduser()
    folder = cache / path_text("cache_subdir", cache_subdir)
    unpacks = boolean("extract", extract) or boolean("untar", untar)
    one_of("archive_format", archive_format, FORMATS)
    archive, unpacked = _places(name, bool(fname))
    target = folder / (archive if unpacks else name)
    again = boolean("force_download", force_download)
    fetch(origin, _hashes(file_hash if file_hash is not None else md5_hash, hash_algorithm), target, again=again)
    return str(unpack_into(target, folder / unpacked, allowed_growth(target)) if unpacks else target)


def _name(fname: Any, origin: str) -> str:
    try:
        name = path_text("fname", fname) if fname else urlsplit(origin).path.rsplit("/", 1)[-1]
    except ValueError as error:
        raise ValueError(f"fname must be a file's name and origin a URL, received {fname!r} and {origin!r}: {error}") from None
    if not name or "/" in name or name in (".", ".."):
        raise ValueError(
            f"fname must be the name of a file, without folders, received {name!r} for {origin}: name folders with cache_dir"
        )
    return name


def _places(name: str, is_given: bool) -> tuple[str, str]:
    """The names of an archive and of the folder for its contents, as in Keras."""
    if is_given and "." in name:
        return name, f"{name.partition('.')[0]}_extracted"
    return f"{name}_archive", name


def _hashes(given: str | None, algorithm: str) -> tuple[str, ...]:
    one_of("hash_algorithm", algorithm, ("auto", *ALGORITHMS.values()))
    if given is None:
        return ()
    found = ALGORITHMS.get(len(text("file_hash", given)))
    if found is None:
        raise ValueError(f"file_hash must be a SHA-256 of 64 or an MD5 of 32 hexadecimal digits, received {given!r}")
    if algorithm not in ("auto", found):
        raise ValueError(f"file_hash is a {found}, and hash_algorithm={algorithm!r}: leave hash_algorithm out")
    return (given.lower(),)
