"""Downloads a file into a cache, once, even if several processes request it."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from .._base.progress_bar import can_redraw
from .._base.regular_files import open_plain

TIMEOUT_SECONDS = 20
CHUNK = 1 << 16
ALGORITHMS = {64: "sha256", 32: "md5"}  # by the length of a hash
NAMES = {"sha256": "SHA-256", "md5": "MD5"}


def fetch(url: str, hashes: Sequence[str], target: Path, *, again: bool = False) -> bool:
    """Downloads `url` to `target`, unless that exists with one of these hashes: all SHA-256, or all MD5, in hexadecimal.

    Without hashes any existing file is accepted; with `again` none is. The file is replaced atomically, after the download.
    Returns whether the file was downloaded. Raises OSError with the reason if the download fails.
    """
    if not again and _is_known(target, hashes):  # the cache may be read-only
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(target.name + ".lock")):
        if not again and _is_known(target, hashes):
            return False
        temporary = target.with_name(f"{target.name}.part")  # only the lock's holder writes it
        temporary.unlink(missing_ok=True)  # of a process that was killed
        try:
            with temporary.open("xb") as file:
                received = _heeding_signals(_download, url, file, _algorithm(hashes))
            if hashes and received not in hashes:
                kind, expected = NAMES[_algorithm(hashes)], " or ".join(hashes)
                raise OSError(f"{url} has the {kind} {received}, expected {expected}: it is damaged or not the known file")
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    return True


@contextmanager
def locked(path: Path) -> Iterator[BinaryIO]:
    """Locks a file, open for reading and writing, for one process; the system releases the lock of a process that dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)  # NONBLOCK: opening a FIFO returns
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _is_known(target: Path, hashes: Sequence[str]) -> bool:
    return target.is_file() and (not hashes or _hash(target, _algorithm(hashes)) in hashes)


def _algorithm(hashes: Sequence[str]) -> str:
    return ALGORITHMS[len(hashes[0])] if hashes else "sha256"


def _heeding_signals(function: Callable[..., str], *arguments: Any) -> str:
    """The function's result. It runs in another thread, because Ctrl-C cannot interrupt the system's host name lookup."""
    from concurrent.futures import Future

    result: Future[str] = Future()

    def run() -> None:
        try:
            result.set_result(function(*arguments))
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, name="swiftcnn-download", daemon=True).start()
    return result.result()


def _download(url: str, file: BinaryIO, algorithm: str) -> str:
    """Downloads and returns the hash of the received data. It ends when the file is closed."""
    digest, received = hashlib.new(algorithm, usedforsecurity=False), 0
    try:
        with _source(url) as (source, expected):
            while chunk := source.read(CHUNK):
                _write(file, chunk)
                digest.update(chunk)
                received += len(chunk)
                _show(url, received, expected)
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"{url}: {error}") from None
    except OSError as error:
        if error.filename is not None and not isinstance(error, urllib.error.HTTPError):
            raise
        raise OSError(f"{url}: {error}") from None
    finally:
        if received:
            _print("\n")
    if received < expected:
        raise OSError(f"{url} was interrupted after {received} of {expected} bytes")
    return digest.hexdigest()


@contextmanager
def _source(url: str) -> Iterator[tuple[Any, int]]:
    """The content of a URL, open for reading, and the expected number of bytes; 0 if that is unknown."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        with open_plain(urllib.request.url2pathname(parts.path)) as file:
            yield file, os.fstat(file.fileno()).st_size
        return
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
        yield response, int(response.headers.get("Content-Length") or 0)


def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        file.write(chunk)
    except OSError as error:  # which does not name the file
        raise OSError(error.errno, error.strerror, file.name) from None


def _show(url: str, received: int, expected: int) -> None:
    """Prints progress on stderr: redraws the line where that is possible, else prints it only at the end."""
    if can_redraw() or received == expected:
        share = f"{received / expected:4.0%} of {expected / 1e6:.1f} MB" if expected else f"{received / 1e6:.1f} MB"
        _print(f"\rDownloading {url.rsplit('/', 1)[-1]}: {share}")


def _print(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # stderr may be closed, or None
        sys.stderr.write(text)
        sys.stderr.flush()


def _hash(path: Path, algorithm: str) -> str:
    with open_plain(str(path)) as file:
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
