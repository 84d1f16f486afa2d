"""Writes Tests/SwiftCNNTests/Files/Fixtures.swift: small files made by zlib, gzip, NumPy and safetensors.

Needs numpy and safetensors. Run: python Tests/Golden/make_file_fixtures.py
"""

import gzip
import io
import struct
import zlib
from pathlib import Path

import numpy as np
from safetensors.numpy import save

TARGET = Path(__file__).parents[1] / "SwiftCNNTests" / "Files" / "Fixtures.swift"
LINE = 100


def deflate(data: bytes, level: int = 9, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return compressor.compress(data) + compressor.flush()


def squares() -> bytes:
    """The same text as `Fixtures.squares` in Swift."""
    return "".join(f"{n * n % 997} " for n in range(400)).encode()


def skewed() -> bytes:
    """Byte k occurs 2^k times, so that the codes of the rare ones have up to 12 bits."""
    return b"".join(bytes([symbol]) * 2**symbol for symbol in range(12))


def gzipped_idx() -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile("digits.idx", "wb", mtime=0, fileobj=buffer) as file:
        file.write(struct.pack(">HBBII", 0, 8, 2, 2, 3) + bytes([1, 2, 3, 4, 5, 255]))
    return buffer.getvalue()


def npz(write, **arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    write(buffer, **arrays)
    return buffer.getvalue()


def every_type() -> dict[str, np.ndarray]:
    types = ["|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8", ">i4", ">f4", ">f8"]
    arrays = {f"a{index}": np.array([[1, 2, 3], [4, 5, 6]], type_) for index, type_ in enumerate(types)}
    return arrays | {"flags": np.array([True, False]), "scalar": np.float32(1.5)}


def safetensors() -> bytes:
    tensors = {"dense/kernel": np.arange(6, dtype="<f4").reshape(2, 3), "dense/bias": np.array([0.5], "<f4")}
    return save(tensors, metadata={"format": "swiftcnn"})


def main() -> None:
    fixtures = {
        "storedDeflate": deflate(squares()[:40], level=0),
        "fixedDeflate": deflate(squares(), strategy=zlib.Z_FIXED),
        "dynamicDeflate": deflate(squares()),
        "longCodeDeflate": deflate(skewed(), strategy=zlib.Z_HUFFMAN_ONLY),
        "gzippedIDX": gzipped_idx(),
        "storedNPZ": npz(np.savez, x=np.arange(6, dtype=np.uint8).reshape(2, 3)),
        "everyTypeNPZ": npz(np.savez_compressed, **every_type()),
        "safetensors": safetensors(),
    }
    lines = ["// Made by Tests/Golden/make_file_fixtures.py; do not edit.", "", "enum Fixtures {"]
    for name, data in fixtures.items():
        text = data.hex()
        rows = [text[start : start + LINE] for start in range(0, len(text), LINE)]
        lines += [f"  static let {name} = bytes(", '    """']
        lines += [f"    {row}\\" for row in rows[:-1]] + [f"    {rows[-1]}", '    """)', ""]
    TARGET.write_text("\n".join([*lines[:-1], "}", ""]))


if __name__ == "__main__":
    main()
