"""Reads and unpacks untrusted archives: checks every member before reading or writing it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import posixpath
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from .._base.regular_files import open_plain, shown
from ._damage import DAMAGE, raise_if_of_the_system
from ._download import CHUNK, locked

MOST_GROWTH = 100  # growth of an archive when it is unpacked; images hardly grow, text grows tenfold
LEAST_ALLOWED = 2**16  # bytes that an archive of any size may unpack to
COMPRESSIONS: dict[bytes, Callable[[Any], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}


class Member(NamedTuple):
    """A member of an archive. A folder has neither content nor target."""

    name: str  # leads nowhere else
    content: IO[bytes] | None = None
    target: str | None = None  # the target of a link, relative to the archive's top


class _Refused(Exception):  # noqa: N818 (a ValueError, once the archive's name is added)
    """What is wrong with an archive."""


class _Bounded(io.RawIOBase):
    """A file with a limit of `most` bytes, since a few compressed bytes can decompress to very many."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most

    def read(self, size: int = -1) -> bytes:
        left = self._most - self._file.tell()
        content = self._file.read(min(size, left + 1) if size >= 0 else left + 1)
        if len(content) > left:
            raise _Refused(f"unpacks to more than {self._most} bytes")
        return content

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset > self._most:
            raise _Refused(f"unpacks to more than {self._most} bytes")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


@contextmanager
def _telling_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except _Refused as error:
        raise ValueError(f"{shown(path)} {error}") from None
    except DAMAGE as error:
        raise_if_of_the_system(error)
        raise ValueError(f"{shown(path)} is no archive, or is damaged: {error}") from None


def allowed_growth(path: Path) -> int:
    """The largest size in bytes that an archive may unpack to."""
    return max(MOST_GROWTH * path.stat().st_size, LEAST_ALLOWED)


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The name and content of every file in a tar archive, compressed or not. Raises ValueError if it is invalid or malicious."""
    with _telling_damage(path):
        for member in _tarred(path, allowed_growth(path)):
            if member.target is not None:
                raise _Refused(f"holds {member.name!r}, which is a link; expected files and folders only")
            if member.content is not None:
                yield member.name, member.content.read()


def unpack(path: Path, target: Path, inner: str, largest: int) -> Path:
    """Unpacks the folder `inner` of an archive as `target`, unless that exists: atomically, and in one process at a time.

    Args:
        largest: the limit for all contents, in bytes.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(target.name + ".lock")):
        if target.is_dir():
            return target
        with _written(path, target, largest) as temporary:
            if not (temporary / inner).is_dir():
                raise ValueError(f"{shown(path)} holds no folder {inner!r}")
            os.rename(temporary / inner, target)
    return target


def unpack_into(path: Path, target: Path, largest: int) -> Path:
    """Unpacks an archive into a folder, once for each archive and in one process at a time. The folder's other files stay."""
    with locked(target.with_name(target.name + ".lock")) as lock:
        facts = path.stat()
        unpacked = f"{facts.st_size} {facts.st_mtime_ns}".encode()  # the lock file stores which archive was unpacked
        if target.is_dir() and lock.read(CHUNK) == unpacked:
            return target
        with _written(path, target, largest) as temporary:
            if os.path.lexists(target):
                _move_into(temporary, target)
            else:
                os.rename(temporary, target)
        lock.seek(0)
        lock.truncate()
        lock.write(unpacked)
    return target


def _move_into(source: Path, target: Path) -> None:
    for folder, folders, files in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(exist_ok=True)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in (*files, *links):
            os.replace(Path(folder) / name, place / name)


@contextmanager
def _written(path: Path, target: Path, largest: int) -> Iterator[Path]:
    """A temporary folder beside `target` with an archive's contents. Only the lock's holder uses the folder's name."""
    temporary = target.with_name(f".{target.name}.part")
    shutil.rmtree(temporary, ignore_errors=True)  # of a process that was killed
    temporary.mkdir()
    try:
        _write(path, temporary, largest)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write(path: Path, folder: Path, largest: int) -> None:
    links: list[Member] = []
    with _telling_damage(path):
        for member in (_zipped if _is_zip(path) else _tarred)(path, largest):
            if member.target is None:
                _write_member(member, folder / member.name)
            else:
                links.append(member)
        for link in links:  # links come last, so that nothing is written through them
            _link(folder, link, link.target or "")


def _write_member(member: Member, place: Path) -> None:
    try:
        (place if member.content is None else place.parent).mkdir(parents=True, exist_ok=True)
        if member.content is not None:
            with place.open("wb") as file:
                shutil.copyfileobj(member.content, file, CHUNK)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise _Refused(f"holds {member.name!r} twice, as a file and as a folder") from None


def _link(folder: Path, link: Member, target: str) -> None:
    """Makes a link, which must lead to an unpacked file or folder. The link contains no text from the archive."""
    place, there = folder / link.name, folder / target
    if target == "." or target.startswith(("..", "/")) or not there.exists() or os.path.lexists(place):
        raise _Refused(f"holds {link.name!r}, a link to {target!r}, which is no file of this archive")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(os.path.relpath(there, place.parent))


def _checked(member: str) -> str:
    """The name of a member, after a check that it does not lead out of the folder."""
    if member.startswith("/") or ".." in member.split("/") or "\0" in member:
        raise _Refused(f"holds {member!r}, which leads out of the folder it would be unpacked to")
    return posixpath.normpath(member)


def _tarred(path: Path, largest: int) -> Iterator[Member]:
    with open_plain(str(path)) as file:
        beginning = file.read(6)
        file.seek(0)
        decompress = next((each for magic, each in COMPRESSIONS.items() if beginning.startswith(magic)), None)
        bounded = _Bounded(file if decompress is None else decompress(file), largest)
        with tarfile.open(fileobj=bounded, mode="r:") as archive:
            for entry in archive:
                yield _member(archive, entry)


def _member(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Member:
    name = _checked(entry.name)
    if entry.isdir():
        return Member(name)
    if entry.isreg():
        return Member(name, archive.extractfile(entry))
    if entry.issym():
        return Member(name, None, posixpath.normpath(posixpath.join(posixpath.dirname(name), entry.linkname)))
    if entry.islnk():
        return Member(name, None, posixpath.normpath(entry.linkname))
    raise _Refused(f"holds {name!r}, which is a device or a FIFO; expected files, folders and links between them")


def _is_zip(path: Path) -> bool:
    with open_plain(str(path)) as file:
        return zipfile.is_zipfile(file)


def _zipped(path: Path, largest: int) -> Iterator[Member]:
    """The same for a zip file. It has no links: zip stores a link as a file that contains a path."""
    left = largest
    with open_plain(str(path)) as file, zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            name = _checked(entry.filename)
            if entry.is_dir():
                yield Member(name)
                continue
            left -= entry.file_size
            if left < 0:
                raise _Refused(f"unpacks to more than {largest} bytes")
            with archive.open(entry) as content:
                yield Member(name, content)
