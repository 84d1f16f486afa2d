"""What the parity cases are, for every Python reader: Keras's run, swiftcnn's run and the bits file.

The Swift twin is Tests/SwiftCNNTests/Parity/ParityCase.swift.
"""

import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent
CASES = FOLDER / "cases.json"
VALUES = FOLDER / "values.safetensors"
BITS = FOLDER / "bits.json"


def noise(salt, shape):
    """Numbers in [-1, 1) that any language makes alike: an integer hash of (salt, index), 24 bits of it, exact in float32."""
    index = np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint32)
    h = index * np.uint32(0x9E3779B1) + np.uint32(salt * 0x85EBCA77 & 0xFFFFFFFF)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x2C1B3C6D)
    h ^= h >> np.uint32(12)
    h *= np.uint32(0x297A2D39)
    h ^= h >> np.uint32(15)
    return ((h >> np.uint32(8)).astype(np.float32) * np.float32(2**-23) - np.float32(1)).reshape(shape)


def case_weights(case, shapes):
    """The weights that a case starts from: tensor i is noise of salt + i, times its scale, plus its offset (0 if not given)."""
    salt, scales = case["weights"]["salt"], case["weights"]["scales"]
    offsets = case["weights"].get("offsets", [0] * len(scales))
    parts = enumerate(zip(shapes, scales, offsets, strict=True))
    return [noise(salt + i, shape) * np.float32(scale) + np.float32(offset) for i, (shape, scale, offset) in parts]


def training_batches(case, rows):
    """The rows of each training step: batch after batch, from the start again when the data ends."""
    size = case["batch_size"]
    for step in range(case["steps"]):
        start = step * size % rows
        yield slice(start, start + size)


def read_cases():
    return json.loads(CASES.read_text())


def read_values(path=VALUES):
    """A safetensors file of F32 tensors as {name: array}."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    values = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values[name] = np.frombuffer(content[start + begin : start + end], "<f4").reshape(entry["shape"])
    return values


def fnv1a(content):
    """FNV-1a, 64 bits, as 16 hexadecimal digits."""
    digest = 0xCBF29CE484222325
    for byte in content:
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{digest:016x}"
