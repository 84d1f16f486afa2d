"""The `.keras` archive: a zip file of metadata.json, config.json and model.weights.h5."""

from __future__ import annotations

import io
import json
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from ._hdf5 import parse_json
from ._names import VERSION

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
LARGEST_CONFIG = 1 << 26
# A weight takes 4 bytes, and an optimizer keeps at most four more numbers of it; HDF5 adds a little for each array.
BYTES_PER_WEIGHT = 40
SPARE_BYTES = 1 << 26


class Archive(NamedTuple):
    """What an archive holds; the weights are unpacked once it is known how large they can be."""

    config: dict[str, Any]
    weights: Callable[[int], io.BytesIO]


def read(path: str) -> Archive:
    """Opens an archive and checks what it claims to hold."""
    config = parse_json(_unpacked(path, CONFIG, LARGEST_CONFIG), CONFIG)
    if not isinstance(config, dict):
        raise ValueError(f"'{CONFIG}' must describe a model, received a {type(config).__name__}")
    limit = SPARE_BYTES
    return Archive(config, lambda parameters: io.BytesIO(_unpacked(path, WEIGHTS, limit + BYTES_PER_WEIGHT * parameters)))


def _unpacked(path: str, name: str, limit: int) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename == name]
            if len(entries) != 1:
                raise ValueError(f"the archive holds '{name}' {len(entries)} times, expected once")
            if entries[0].file_size > limit:
                raise ValueError(f"'{name}' claims {entries[0].file_size} bytes, more than the model can need ({limit})")
            with archive.open(entries[0]) as member:
                content = member.read(limit + 1)  # to its end, so that its checksum is compared
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError) as error:
        raise ValueError(f"the archive is damaged or cut off: {error}") from None
    if len(content) > limit:
        raise ValueError(f"'{name}' holds more than {limit} bytes, more than the model can need")
    return content


def write(path: str, config: dict[str, Any], weights: str) -> None:
    """Writes an archive; `weights` is the HDF5 file that goes into it."""
    metadata = {"keras_version": VERSION, "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S")}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(METADATA, json.dumps(metadata))
        archive.writestr(CONFIG, json.dumps(config))
        archive.write(weights, WEIGHTS)
