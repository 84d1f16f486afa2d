"""Finds trained weights in Keras's cache, or else downloads them."""

from __future__ import annotations

from pathlib import Path

from ..datasets import _download
from ..datasets._load import cache_folder


def fetched(url: str, md5: str) -> Path:
    """The file from Keras's cache, or downloaded into it. Its hash is verified.

    Raises FileNotFoundError with the reason if the file is not available.
    """
    target = cache_folder().with_name("models") / url.rsplit("/", 1)[-1]
    try:
        _download.fetch(url, (md5,), target)
    except OSError as error:
        raise FileNotFoundError(
            f"{target.name} is not in Keras's cache ({target.parent}) with the MD5 {md5}, and the download failed: {error}. "
            "Put the file there, or name one of your own: weights='path/to/weights.h5'"
        ) from None
    return target
