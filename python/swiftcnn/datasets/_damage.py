"""The exceptions that Python's and NumPy's readers of archives and compressed files raise for damaged files."""

from __future__ import annotations

import lzma
import tarfile
import tokenize
import zipfile
import zlib

DAMAGE = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),  # gzip and bz2 raise OSErrors
    *(ValueError, TypeError, KeyError, OverflowError, RuntimeError, NotImplementedError),
    *(SyntaxError, tokenize.TokenError),  # for a NumPy header that is not a dict
)
WRONG_SEEK = 22  # EINVAL: for invalid offsets within a file


def raise_if_of_the_system(error: Exception) -> None:
    """Raises the error again if the system caused it, not the file's content."""
    if isinstance(error, OSError) and error.errno not in (None, WRONG_SEEK):
        raise error
