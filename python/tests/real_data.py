"""Small parts of the real data that SWIFTCNN_DATA names, as the libraries' own loaders read them."""

import io
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REAL = Path(os.environ.get("SWIFTCNN_DATA") or "nowhere")


def real(name):
    """The archive of this name; without it the test is skipped."""
    if not (REAL / name).is_file():
        pytest.skip(f"SWIFTCNN_DATA names no folder with {name}")
    return REAL / name


def members(archive, counts):
    """(part, class, content) of the first `counts[part]` images of each class."""
    taken = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            part, kind, name = ["", "", "", *member.name.split("/")][-3:]
            taken[part, kind] = taken.get((part, kind), 0) + 1
            if member.isfile() and taken[part, kind] <= counts.get(part, 0):
                yield part, kind, name, tar.extractfile(member).read()


def write_cifar10(folder, train=80, test=30):
    """`cifar-10-batches-bin` with so many images of each class, the classes in turn."""
    files = {"train": [], "test": []}
    for part, kind, name, content in members(real("cifar10-jpeg.tar.xz"), {"train": train, "test": test}):
        files[part].append((name, kind, np.asarray(Image.open(io.BytesIO(content)))))
    kinds = sorted({kind for _, kind, _ in files["train"]})
    folder = folder / "cifar-10-batches-bin"
    folder.mkdir()
    for part, targets in (("train", [f"data_batch_{number}.bin" for number in range(1, 6)]), ("test", ["test_batch.bin"])):
        ordered = sorted(files[part], key=lambda file: file[:2])
        records = [bytes([kinds.index(kind)]) + image.transpose(2, 0, 1).tobytes() for _, kind, image in ordered]
        for number, target in enumerate(targets):
            (folder / target).write_bytes(b"".join(records[number :: len(targets)]))


def write_imagenette(folder, train=10, val=4, name="imagenette2"):
    """`imagenette2/{train,val}`, or another name, with so many images of each class."""
    for part, kind, file, content in members(real("imagenette-mini.tar"), {"train": train, "val": val}):
        target = folder / name / part / kind / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
