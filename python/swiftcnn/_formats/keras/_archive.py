"""The `.keras` archive: a zip file of metadata.json, config.json and model.weights.h5."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import time
import zipfile
import zlib
from typing import Any, BinaryIO

from ..._base.bounded_json import brief, parse
from ._limits import allowance, is_of_disk
from ._names import VERSION

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
LARGEST_CONFIG, SPARE_CONFIG = 1 << 26, 1 << 20
# A weight takes 4 bytes, and an optimizer keeps at most four more numbers of it; HDF5 adds a little for each array.
BYTES_PER_WEIGHT = 40
SPARE_BYTES = 1 << 26
PIECE = 1 << 20
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
)


def config(path: str) -> dict[str, Any]:
    """What an archive says of its model."""
    described = parse(_unpacked(path, CONFIG, LARGEST_CONFIG, SPARE_CONFIG), f"'{CONFIG}'")
    if not isinstance(described, dict):
        raise ValueError(f"'{CONFIG}' must describe a model, received {brief(described)}")
    return described


def weights(path: str, parameters: int) -> BinaryIO:
    """The HDF5 file within an archive, for a model of so many parameters."""
    return io.BytesIO(_unpacked(path, WEIGHTS, SPARE_BYTES + BYTES_PER_WEIGHT * parameters, SPARE_BYTES))


def _unpacked(path: str, name: str, limit: int, spare: int) -> bytes:
    """The content of an entry, which may be larger than its compressed form by a factor and `spare` bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            entry = _only_entry(archive, name)
            limit = min(limit, allowance(min(entry.compress_size, os.path.getsize(path)), spare))
            if entry.file_size > limit:
                raise ValueError(f"'{name}' claims {entry.file_size} bytes, more than the model can need ({limit})")
            with archive.open(entry) as member:
                content = member.read(limit + 1)  # to its end, so that its checksum is compared
    except DAMAGE as error:
        if isinstance(error, OSError) and is_of_disk(error):
            raise
        raise ValueError(f"the archive is damaged or cut off: {error}") from None
    if len(content) > limit:
        raise ValueError(f"'{name}' holds more than {limit} bytes, more than the model can need")
    return content


def _only_entry(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    entries = [entry for entry in archive.infolist() if entry.filename == name]
    if len(entries) != 1:
        raise ValueError(f"the archive holds '{name}' {len(entries)} times, expected once")
    if entries[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"'{name}' is compressed by the method {entries[0].compress_type}, expected none or deflate")
    return entries[0]


def write(file: BinaryIO, described: dict[str, Any], hdf5: BinaryIO) -> None:
    """Writes an archive; `hdf5` is the file of weights that goes into it."""
    now = time.localtime()
    metadata = {"keras_version": VERSION, "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S", now)}
    entry = zipfile.ZipInfo(WEIGHTS, now[:6])
    entry.file_size = hdf5.seek(0, io.SEEK_END)  # by which the archive chooses its format
    hdf5.seek(0)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(METADATA, json.dumps(metadata))
        archive.writestr(CONFIG, json.dumps(described))
        with archive.open(entry, "w") as member:
            shutil.copyfileobj(hdf5, member, PIECE)
