"""Archives that are believed nothing: what they hold is checked before it is read or unpacked."""

from __future__ import annotations

import lzma
import os
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ._download import locked

DAMAGE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError)
LARGEST_MEMBER = 2**28  # bytes; no image and no file of CIFAR is larger


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """A tar file, compressed or not. Raises ValueError if it is none or is damaged."""
    try:
        with tarfile.open(path) as archive:
            yield archive
    except DAMAGE as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path} is no tar archive, or is damaged: {error}") from None


def contents(archive: tarfile.TarFile, path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file. Raises ValueError for a name that leads elsewhere, a link, a device, an absurd size."""
    for member in archive:
        name = _checked(member.name, member.size, path)
        if member.isdir():
            continue
        file = archive.extractfile(member) if member.isreg() else None
        if file is None:
            raise ValueError(f"{path} holds {member.name!r}, which is a link or a device; expected files and folders only")
        yield name, file.read()


def _checked(member: str, size: int, path: Path) -> str:
    """The name of a member, which leads nowhere else."""
    name = PurePosixPath(member)
    if name.is_absolute() or ".." in name.parts:
        raise ValueError(f"{path} holds {member!r}, which leads out of the folder it would be unpacked to")
    if size > LARGEST_MEMBER:
        raise ValueError(f"{path} holds {member!r} of {size} bytes, more than {LARGEST_MEMBER}")
    return str(name)


def unpack(path: Path, target: Path, inner: str, largest: int) -> Path:
    """Unpacks the folder `inner` of an archive as `target`, unless it is there; whole or not at all, one process at a time.

    Args:
        inner: "" for all that the archive holds.
        largest: bytes that the whole may take.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(target.name + ".lock")):
        if target.is_dir():
            return target
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            _write(path, temporary, largest)
            if not (temporary / inner).is_dir():
                raise ValueError(f"{path} holds no folder {inner!r}")
            os.rename(temporary / inner, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return target


def _write(path: Path, folder: Path, largest: int) -> None:
    total = 0
    for name, content in _zipped(path) if zipfile.is_zipfile(path) else _tarred(path):
        total += len(content)
        if total > largest:
            raise ValueError(f"{path} unpacks to more than {largest} bytes, which the known archive does not")
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _tarred(path: Path) -> Iterator[tuple[str, bytes]]:
    with opened(path) as archive:
        yield from contents(archive, path)


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    """The same of a zip file; it has no links, as a zip file's are files with a path in them."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = _checked(member.filename, member.file_size, path)
                if not member.is_dir():
                    yield name, archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise ValueError(f"{path} cannot be unpacked: {error}") from None
