"""The download of a data set: once, whole, and the file that is known."""

import gzip
import hashlib
import io
import subprocess
import sys

import numpy as np
import pytest
from dataset_files import NAMES, arrays, assert_same, idx_bytes, nowhere, write_npz
from file_server import Server
from swiftcnn.datasets import _download, _load, fashion_mnist, mnist

__all__ = ["nowhere"]  # a fixture of every test here


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr(_load, "BASE_URL", server.url)
    yield server
    server.http.shutdown()
    server.http.server_close()


def offer(server, monkeypatch, module, dataset, files):
    """Serves these files as the data set's."""
    downloads = {}
    for name, content in files.items():
        server.files[name.rsplit("/", 1)[-1]] = content
        downloads[name] = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(module, dataset, getattr(module, dataset)._replace(downloads=downloads))


def npz_bytes(seed):
    buffer = io.BytesIO()
    np.savez(buffer, **dict(zip(("x_train", "y_train", "x_test", "y_test"), arrays(seed), strict=True)))
    return buffer.getvalue()


def test_it_is_downloaded_once_and_shown(server, monkeypatch, tmp_path, capsys):
    offer(server, monkeypatch, mnist, "MNIST", {"mnist.npz": npz_bytes(5)})
    assert_same(mnist.load_data(), 5)
    assert capsys.readouterr().err.endswith("Downloading mnist.npz: 100% of 0.0 MB\n")
    data, source = mnist.load_data(return_source=True)
    assert_same(data, 5)
    assert source == str(tmp_path / "keras" / "datasets" / "mnist.npz")
    assert server.requests == ["/mnist.npz"]


def test_fashion_mnist_is_downloaded_as_keras_caches_it(server, monkeypatch, tmp_path):
    files = {f"fashion-mnist/{name}.gz": gzip.compress(idx_bytes(array)) for name, array in zip(NAMES, arrays(6), strict=True)}
    offer(server, monkeypatch, fashion_mnist, "FASHION_MNIST", files)
    assert_same(fashion_mnist.load_data(), 6)
    assert (tmp_path / "keras" / "datasets" / "fashion-mnist" / f"{NAMES[0]}.gz").is_file()


def test_a_damaged_cache_is_replaced(server, monkeypatch, tmp_path):
    offer(server, monkeypatch, mnist, "MNIST", {"mnist.npz": npz_bytes(5)})
    cached = write_npz(tmp_path / "keras" / "datasets" / "mnist.npz", 2)
    cached.write_bytes(cached.read_bytes()[:-200])
    assert_same(mnist.load_data(), 5)


def test_a_wrong_hash_leaves_no_file(server, monkeypatch, tmp_path):  # bad input 57
    offer(server, monkeypatch, mnist, "MNIST", {"mnist.npz": npz_bytes(5)})
    server.files["mnist.npz"] = npz_bytes(6)
    with pytest.raises(FileNotFoundError, match=r"has the SHA-256 \w{64}, expected \w{64}: it is damaged or not the known file"):
        mnist.load_data()
    assert [path.name for path in (tmp_path / "keras" / "datasets").iterdir()] == ["mnist.npz.lock"]


def test_an_interrupted_download_leaves_no_file(server, monkeypatch, tmp_path):  # 57
    offer(server, monkeypatch, mnist, "MNIST", {"mnist.npz": npz_bytes(5)})
    server.cut = 1000
    with pytest.raises(FileNotFoundError, match=r"interrupted|IncompleteRead"):
        mnist.load_data()
    assert [path.name for path in (tmp_path / "keras" / "datasets").iterdir()] == ["mnist.npz.lock"]
    server.cut = None
    assert_same(mnist.load_data(), 5)


def test_a_missing_file_on_the_server_is_told(server, monkeypatch):
    with pytest.raises(FileNotFoundError, match="HTTP Error 404"):
        mnist.load_data()


def test_processes_that_fill_one_cache_wait_for_each_other(server, tmp_path):  # 58
    content = bytes(range(256)) * 40_000
    server.files["big"], server.pause = content, 2  # long enough for all to ask
    target = tmp_path / "cache" / "big"
    code = (
        "import sys, pathlib; from swiftcnn.datasets._download import fetch;"
        "fetch(sys.argv[1], [sys.argv[2]], pathlib.Path(sys.argv[3]))"
    )
    command = [sys.executable, "-c", code, server.url + "big", hashlib.sha256(content).hexdigest(), str(target)]
    processes = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert target.read_bytes() == content
    assert server.requests == ["/big"]
    assert sorted(path.name for path in target.parent.iterdir()) == ["big", "big.lock"]


def test_a_cache_that_cannot_be_written_is_told(server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    with pytest.raises(FileNotFoundError, match=r"download from .*Not a directory"):
        mnist.load_data()


def test_the_known_hash_is_not_downloaded_again(server, tmp_path):
    (tmp_path / "here").write_bytes(b"content")
    _download.fetch(server.url + "here", [hashlib.sha256(b"content").hexdigest()], tmp_path / "here")
    assert server.requests == []
