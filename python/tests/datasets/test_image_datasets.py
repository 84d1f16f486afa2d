"""CIFAR and Imagenette: where they are found, what they hold, and archives that mean harm."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from dataset_files import nowhere
from image_files import images
from PIL import Image
from swiftcnn.datasets import cifar10, cifar100, imagenette
from test_download import Server

__all__ = ["nowhere"]  # a fixture of every test here

REAL = Path(os.environ.get("SWIFTCNN_DATA") or "nowhere")
WNIDS = ("n01440764", "n02102040")


def records(count, labels, seed):
    """`count` records of CIFAR's binary form with random labels below `labels`, and what they say."""
    generator = np.random.default_rng(seed)
    y = np.stack([generator.integers(0, most, count) for most in labels], 1).astype(np.uint8)
    x = generator.integers(0, 256, (count, 3, 32, 32)).astype(np.uint8)
    return np.hstack([y, x.reshape(count, -1)]).tobytes(), x.transpose(0, 2, 3, 1), y


def cifar10_files(seed=0):
    names = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]
    return {f"cifar-10-batches-bin/{name}": records(4, (10,), seed + index) for index, name in enumerate(names)}


def archive(path, files, mode="w:gz"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def write_cifar10(folder, seed=0):
    files = cifar10_files(seed)
    path = archive(
        folder / "cifar-10-binary.tar.gz", {"cifar-10-batches-bin/readme.html": b"hello"} | {n: f[0] for n, f in files.items()}
    )
    return path, files


def assert_cifar10(data, files):
    (x_train, y_train), (x_test, y_test) = data
    parts = list(files.values())
    np.testing.assert_array_equal(x_train, np.concatenate([x for _, x, _ in parts[:5]]))
    np.testing.assert_array_equal(y_train, np.concatenate([y for _, _, y in parts[:5]]))
    np.testing.assert_array_equal(x_test, parts[5][1])
    np.testing.assert_array_equal(y_test, parts[5][2])
    assert (x_train.dtype, y_train.dtype, y_train.shape) == (np.uint8, np.uint8, (20, 1))
    assert x_train.flags.c_contiguous
    assert all(each.flags.writeable and each.base is None for split in data for each in split)


def test_cifar10_is_read_from_the_archive_and_from_its_folder(tmp_path, monkeypatch):
    path, files = write_cifar10(tmp_path / "a")
    for place in (path, tmp_path / "a", str(path)):
        assert_cifar10(cifar10.load_data(place), files)
    with tarfile.open(path) as tar:
        tar.extractall(tmp_path / "b", filter="data")
    assert_cifar10(cifar10.load_data(tmp_path / "b"), files)
    assert_cifar10(cifar10.load_data(tmp_path / "b" / "cifar-10-batches-bin"), files)
    cached, others = write_cifar10(tmp_path / "keras" / "datasets", seed=50)
    data, source = cifar10.load_data(return_source=True)
    assert_cifar10(data, others)
    assert source == str(cached)
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path / "a"))
    assert_cifar10(cifar10.load_data(), files)


def test_cifar100_has_two_kinds_of_labels(tmp_path):
    train, test = records(6, (20, 100), 1), records(3, (20, 100), 2)
    path = archive(
        tmp_path / "cifar-100-binary.tar.gz", {"cifar-100-binary/train.bin": train[0], "cifar-100-binary/test.bin": test[0]}
    )
    for mode, column in (("coarse", 0), ("fine", 1)):
        (x_train, y_train), (x_test, y_test) = cifar100.load_data(mode, path)
        np.testing.assert_array_equal(y_train[:, 0], train[2][:, column])
        np.testing.assert_array_equal(y_test[:, 0], test[2][:, column])
        np.testing.assert_array_equal(x_train, train[1])
        np.testing.assert_array_equal(x_test, test[1])
        assert all(each.flags.writeable for each in (x_train, y_train, x_test, y_test))
    with pytest.raises(ValueError, match="label_mode must be one of fine, coarse, received 'medium'"):
        cifar100.load_data("medium", path)


def jpeg(image):
    file = io.BytesIO()
    Image.fromarray(image.astype(np.uint8)).save(file, "jpeg", quality=95)
    return file.getvalue()


def test_cifar10_as_jpeg_files_comes_with_the_classes_in_turn(tmp_path, monkeypatch):
    files = {}
    for label, name in enumerate(cifar10.CLASS_NAMES):
        for number in range(3):
            part = "train" if number < 2 else "test"
            files[f"cifar10/{part}/{name}/{number:04d}.jpg"] = jpeg(np.full((32, 32, 3), 20 * label + number))
    archive(tmp_path / "cifar10-jpeg.tar.xz", files, "w:xz")
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path))
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert y_train[:, 0].tolist() == [*range(10), *range(10)]
    assert y_test[:, 0].tolist() == [*range(10)]
    assert np.abs(x_train[:, 5, 5, 0].astype(int) - [20 * (i % 10) + i // 10 for i in range(20)]).max() <= 1
    assert x_test.shape == (10, 32, 32, 3)
    assert all(each.flags.writeable for each in (x_train, y_train, x_test, y_test))


@pytest.mark.skipif(not (REAL / "cifar10-jpeg.tar.xz").is_file(), reason="SWIFTCNN_DATA has no cifar10-jpeg.tar.xz")
def test_the_real_cifar10_as_jpeg_files():
    (x_train, y_train), (x_test, y_test) = cifar10.load_data(REAL)
    assert (x_train.shape, x_test.shape) == ((50000, 32, 32, 3), (10000, 32, 32, 3))
    assert np.bincount(y_train[:, 0]).tolist() == [5000] * 10
    assert np.bincount(y_test[:, 0]).tolist() == [1000] * 10


@pytest.mark.skipif(not (REAL / "imagenette-mini.tar").is_file(), reason="SWIFTCNN_DATA has no imagenette-mini.tar")
def test_the_real_part_of_imagenette():
    folders = imagenette.load_data(path=REAL)
    assert [len(list(folder.glob("*/*.JPEG"))) for folder in folders] == [2500, 750]
    assert sorted(each.name for each in folders.train.iterdir()) == sorted(imagenette.CLASS_NAMES)


def imagenette_files(name):
    return {
        f"{name}/{part}/{wnid}/{wnid}_{n}.JPEG": jpeg(images(1, 20, 24)[0])
        for part in ("train", "val")
        for wnid in WNIDS
        for n in (1, 2)
    }


@pytest.mark.parametrize(
    ("size", "variant", "name"),
    [(160, "imagenette", "imagenette2-160"), (320, "imagewoof", "imagewoof2-320"), ("full", "imagewang", "imagewang")],
)
def test_imagenette_is_unpacked_into_the_cache_once(size, variant, name, tmp_path, monkeypatch):
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path / "data"))
    path = archive(tmp_path / "data" / f"{name}.tgz", imagenette_files(name))
    train, val = imagenette.load_data(size, variant=variant)
    assert train == tmp_path / "keras" / "datasets" / name / "train"
    assert sorted(file.name for file in val.glob("*/*")) == sorted(f"{wnid}_{n}.JPEG" for wnid in WNIDS for n in (1, 2))
    path.write_bytes(b"no longer needed")
    assert imagenette.load_data(size, variant=variant).train == train
    assert imagenette.load_data(size, train.parent, variant=variant).val == val
    assert sorted(each.name for each in train.parent.parent.iterdir()) == [name, f"{name}.lock"]  # nothing is left lying about


def test_a_part_of_imagenette_is_taken_too(tmp_path, monkeypatch):
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path))
    archive(tmp_path / "imagenette-mini.tar", imagenette_files("imagenette-mini"), "w")
    assert len(list(imagenette.load_data().train.glob("*/*.JPEG"))) == 4
    with pytest.raises(FileNotFoundError, match="Imagewoof was not found"):
        imagenette.load_data(variant="imagewoof")


def harmful(path, kind):
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo(
            {"dots": "imagenette2-160/../../evil", "absolute": "/tmp/evil"}.get(kind, "imagenette2-160/train/evil")
        )
        member.size = 4
        if kind in ("symlink", "hardlink", "device"):
            member.type = {"symlink": tarfile.SYMTYPE, "hardlink": tarfile.LNKTYPE, "device": tarfile.CHRTYPE}[kind]
            member.linkname, member.size = "/etc/passwd", 0
        tar.addfile(member, io.BytesIO(b"evil"))


def test_processes_that_unpack_one_archive(tmp_path):  # bad input 58
    names = [f"imagenette-mini/{part}/{wnid}/{n}.JPEG" for part in ("train", "val") for wnid in WNIDS for n in range(40)]
    path = archive(tmp_path / "imagenette-mini.tar", dict.fromkeys(names, bytes(50_000)), "w")
    code = (
        "import sys; from swiftcnn.datasets import imagenette; folder = imagenette.load_data(path=sys.argv[1]).train;"
        "print(len(list(folder.rglob('*.JPEG'))))"
    )
    command = [sys.executable, "-c", code, str(path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=60)[0] for process in processes] == ["80\n"] * 4
    assert sorted(each.name for each in (tmp_path / "keras" / "datasets").iterdir() if each.is_dir()) == ["imagenette-mini"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("dots", "leads out of the folder"),
        ("absolute", "leads out of the folder"),
        ("symlink", "a link to '/etc/passwd', which is no file of this archive"),
        ("hardlink", "a link to '/etc/passwd', which is no file of this archive"),
        ("device", "is a device or a FIFO"),
        ("bomb", "unpacks to more than 100 bytes"),
        ("truncated", "is no archive, or is damaged"),
        ("text", "is no archive, or is damaged"),
        ("other", "holds no folder 'imagenette2-160'"),
    ],
)
def test_an_archive_that_means_harm(kind, message, tmp_path, monkeypatch):  # bad inputs 43, 52
    path = tmp_path / "imagenette2-160.tgz"
    if kind == "bomb":
        archive(path, {f"imagenette2-160/train/{n}": b"0" * 200 for n in range(3)})
        monkeypatch.setattr(imagenette, "LARGEST", 100)
    elif kind in ("truncated", "text", "other"):
        archive(path, imagenette_files("elsewhere"))
        path.write_bytes({"truncated": path.read_bytes()[:300], "text": b"no archive", "other": path.read_bytes()}[kind])
    else:
        harmful(path, kind)
    with pytest.raises(ValueError, match=message):
        imagenette.load_data(path=path)
    assert not (tmp_path / "evil").exists()
    assert [each.name for each in (tmp_path / "keras" / "datasets").iterdir()] == ["imagenette2-160.lock"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda files: files.pop("cifar-10-batches-bin/data_batch_3.bin"), "lacks data_batch_3.bin"),
        (
            lambda files: files.update({"cifar-10-batches-bin/test_batch.bin": b"1" * 3072}),
            "test_batch.bin .* has 3072 bytes, expected",
        ),
        (lambda files: files.update({"cifar-10-batches-bin/test_batch.bin": b""}), "has 0 bytes, expected records of 3073"),
        (lambda files: files.update({"cifar-10-batches-bin/test_batch.bin": b"\x0a" * 3073}), "a label 10, expected 0 to 9"),
    ],
)
def test_damaged_cifar_files(damage, message, tmp_path):  # bad input 53
    files = {name: content for name, (content, _, _) in cifar10_files().items()}
    damage(files)
    with pytest.raises(ValueError, match=message):
        cifar10.load_data(archive(tmp_path / "cifar-10-binary.tar.gz", files))


def test_damaged_jpegs_are_named(tmp_path):
    path = archive(tmp_path / "cifar10-jpeg.tar.xz", {"cifar10/train/cat/0.jpg": jpeg(np.zeros((31, 32, 3)))}, "w:xz")
    with pytest.raises(ValueError, match=r"cat/0\.jpg of .* has the shape \(31, 32, 3\), expected \(32, 32, 3\)"):
        cifar10.load_data(path)
    archive(path, {"cifar10/train/cat/0.txt": b""}, "w:xz")
    with pytest.raises(ValueError, match="holds no images as train/<class>"):
        cifar10.load_data(path)


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def test_the_download_is_checked_and_kept(server, tmp_path, monkeypatch):  # bad input 57
    path, files = write_cifar10(tmp_path / "served")
    content = path.read_bytes()
    server.files["cifar-10-binary.tar.gz"] = content
    offered = cifar10.DOWNLOAD._replace(url=server.url + "cifar-10-binary.tar.gz")
    monkeypatch.setattr(cifar10, "DOWNLOAD", offered)
    with pytest.raises(
        FileNotFoundError, match=r"(?s)CIFAR-10 was not found.*SWIFTCNN_DATA is not set.*has the SHA-256 .*, expected c4a38c50"
    ):
        cifar10.load_data()
    for digest in (hashlib.md5(content).hexdigest(), hashlib.sha256(content).hexdigest()):
        (tmp_path / "keras" / "datasets" / "cifar-10-binary.tar.gz").unlink(missing_ok=True)
        monkeypatch.setattr(cifar10, "DOWNLOAD", offered._replace(hashes=("0" * len(digest), digest)))
        server.requests.clear()
        assert_cifar10(cifar10.load_data(), files)
        assert_cifar10(cifar10.load_data(), files)
        assert len(server.requests) == 1


def test_mistakes(tmp_path):
    for call, message in (
        (lambda: imagenette.load_data([160]), r"size must be one of 160, 320, full, received \[160\]"),
        (lambda: imagenette.load_data(variant=["imagenette"]), "variant must be one of imagenette, imagewoof, imagewang"),
        (lambda: imagenette.load_data(200), "size must be one of 160, 320, full, received 200"),
        (lambda: imagenette.load_data(variant="imagecat"), "variant must be one of imagenette, imagewoof, imagewang"),
        (lambda: imagenette.load_data(path=tmp_path), "neither is nor holds imagenette2-160 nor imagenette2-160.tgz"),
        (lambda: cifar10.load_data(tmp_path), "neither is nor holds cifar-10-binary.tar.gz nor cifar-10-batches-bin nor"),
    ):
        with pytest.raises((ValueError, FileNotFoundError), match=message):
            call()
    (tmp_path / "imagenette2-160" / "train").mkdir(parents=True)
    with pytest.raises(ValueError, match="lacks the folder 'val'"):
        imagenette.load_data(path=tmp_path)
