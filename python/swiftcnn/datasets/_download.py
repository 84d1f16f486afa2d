"""Fetches a file into a cache, once, however many processes ask for it."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .._progress import can_redraw

TIMEOUT_SECONDS = 20
CHUNK = 1 << 16
ALGORITHMS = {64: "sha256", 32: "md5"}  # by the length of a hash
NAMES = {"sha256": "SHA-256", "md5": "MD5"}


def fetch(url: str, hashes: Sequence[str], target: Path, *, again: bool = False) -> bool:
    """Downloads `url` to `target`, unless it is there already with one of these hashes: all SHA-256, or all MD5, in hexadecimal.

    Without a hash any file will do, and with `again` none. The file appears whole or not at all; until then the old one stays.
    Returns whether it was downloaded. Raises OSError with the reason if it cannot be had.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(target.name + ".lock")):
        algorithm = ALGORITHMS[len(hashes[0])] if hashes else "sha256"
        if not again and target.is_file() and (not hashes or _hash(target, algorithm) in hashes):
            return False
        temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            received = _download(url, temporary, algorithm)
            if hashes and received not in hashes:
                expected = " or ".join(hashes)
                raise OSError(
                    f"{url} has the {NAMES[algorithm]} {received}, expected {expected}: it is damaged or not the known file"
                )
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the system releases the lock of a process that dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _download(url: str, target: Path, algorithm: str) -> str:
    """Returns the hash of what came."""
    digest, received = hashlib.new(algorithm, usedforsecurity=False), 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response, target.open("wb") as file:
            expected = int(response.headers.get("Content-Length") or 0)
            while chunk := response.read(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                received += len(chunk)
                _show(url, received, expected)
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"{url}: {error}") from None
    finally:
        if received:
            sys.stderr.write("\n")
    if received < expected:
        raise OSError(f"{url} was interrupted after {received} of {expected} bytes")
    return digest.hexdigest()


def _show(url: str, received: int, expected: int) -> None:
    """A line on stderr: redrawn in place where that works, else only when complete."""
    if can_redraw() or received == expected:
        share = f"{received / expected:4.0%} of {expected / 1e6:.1f} MB" if expected else f"{received / 1e6:.1f} MB"
        sys.stderr.write(f"\rDownloading {url.rsplit('/', 1)[-1]}: {share}")
        sys.stderr.flush()


def _hash(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
