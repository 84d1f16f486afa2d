"""What Python's and NumPy's readers of archives and compressed files raise where a file is damaged."""

from __future__ import annotations

import lzma
import tarfile
import tokenize
import zipfile
import zlib

DAMAGE = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),  # gzip and bz2 raise OSErrors
    *(ValueError, TypeError, KeyError, OverflowError, RuntimeError, NotImplementedError),
    *(SyntaxError, tokenize.TokenError),  # of a header of NumPy's that is no dict
)
WRONG_SEEK = 22  # EINVAL: where a file says that its parts are


def raise_if_of_the_system(error: Exception) -> None:
    """Raises it again if the system failed, and not the file's content."""
    if isinstance(error, OSError) and error.errno not in (None, WRONG_SEEK):
        raise error
