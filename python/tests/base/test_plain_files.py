"""Only plain files are read: what could make a program wait forever (a FIFO, a socket, a device) is refused or left out."""

import os
import socket
from pathlib import Path

import pytest
from dataset_files import nowhere, write_npz
from image_batches import SIZE, folder
from image_files import images
from swiftcnn import utils
from swiftcnn._base.regular_files import open_plain, path_text, shown
from swiftcnn.datasets import cifar10, imagenette, mnist
from swiftcnn.preprocessing.image import ImageDataGenerator, load_img

__all__ = ["folder", "nowhere"]  # fixtures
pytestmark = pytest.mark.timeout(60)  # a test that waits for a FIFO fails

MESSAGES = {"fifo": "is a FIFO, expected a plain file", "socket": "is a socket, expected", "device": "is a device, expected"}


def strange(path, kind):
    """A FIFO, a socket, or a link to a device."""
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))  # the address must be short
    else:
        path.symlink_to("/dev/tty" if os.path.exists("/dev/tty") else "/dev/zero")


LISTINGS = {
    "flow_from_directory": lambda folder: ImageDataGenerator().flow_from_directory(folder, target_size=SIZE).filenames,
    "classes": lambda folder: utils.image_dataset_from_directory(folder, image_size=SIZE).file_paths,
    "no labels": lambda folder: utils.image_dataset_from_directory(folder, None, image_size=SIZE).file_paths,
}


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("listing", LISTINGS)
def test_folders_are_listed_without_them(listing, kind, folder, monkeypatch):
    monkeypatch.chdir(folder)
    strange(folder / "bee" / "zzz.png", kind)
    with pytest.warns(UserWarning, match=r"left out, since FIFOs, sockets and devices are not read: .*bee/zzz\.png"):
        assert len(LISTINGS[listing](folder)) == 12


def test_a_class_of_nothing_else_is_told(tmp_path):
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "1.png")
    with pytest.warns(UserWarning, match="left out"), pytest.raises(ValueError, match="holds no images"):
        utils.image_dataset_from_directory(tmp_path)


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_file_that_is_named_is_refused(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "1.png"
    strange(path, kind)
    with pytest.raises(ValueError, match=MESSAGES[kind]):
        load_img(path)
    with pytest.raises(ValueError, match=r"path must be a plain file, and .* is none"):
        utils.save_img(path, images(1)[0])


def test_a_fifo_that_takes_a_file_s_place_is_refused(folder):
    data = ImageDataGenerator().flow_from_directory(folder, target_size=SIZE, shuffle=False)
    (folder / "ant" / "000.png").unlink()
    os.mkfifo(folder / "ant" / "000.png")
    with pytest.raises(ValueError, match=r"000\.png is a FIFO, expected a plain file"):
        data[0]


def test_a_fifo_that_comes_between_look_and_open_is_refused(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "plain").write_bytes(b"1")
    looked = os.stat(tmp_path / "plain")
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda path, **_: looked)
        with pytest.raises(ValueError, match="is a FIFO"):
            open_plain(str(tmp_path / "pipe"))


def test_other_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        load_img(tmp_path / "nothing.png")
    with pytest.raises(IsADirectoryError, match="is a folder, expected a plain file"):
        load_img(tmp_path)
    with pytest.raises(TypeError, match=r"path must be a path, received 3 \(a int\)"):
        load_img(3)
    with pytest.raises(ValueError, match="path must be a path without null characters"):
        load_img("a\0b.png")
    assert path_text("path", b"a\xff") == "a\udcff"
    assert shown("a\udcff\n\x1b[31m.png") == "a\\xff\\n\\x1b[31m.png"


def test_links_are_followed_to_files_and_told_of_where_they_lead_nowhere(folder):
    (folder / "cat" / "link.png").symlink_to(folder / "ant" / "000.png")
    assert ImageDataGenerator().flow_from_directory(folder).samples == 13
    (folder / "cat" / "lost.png").symlink_to(folder / "nowhere.png")
    (folder / "cat" / "loop.png").symlink_to(folder / "cat" / "loop.png")
    data = ImageDataGenerator().flow_from_directory(folder, shuffle=False, batch_size=20, on_error="skip")
    with pytest.warns(UserWarning, match=r"skipped: .*(lost|loop)\.png") as caught:
        assert data[0][0].shape[0] == 13
    assert len(caught) == 2


def test_data_sets_do_not_wait_for_a_fifo(tmp_path, monkeypatch):
    cache = tmp_path / "keras" / "datasets"
    cache.mkdir(parents=True)
    for name in ("mnist.npz", "cifar-10-binary.tar.gz", "imagenette2-160.tgz"):
        os.mkfifo(cache / name)
    monkeypatch.setattr(cifar10, "DOWNLOAD", cifar10.DOWNLOAD._replace(url="http://127.0.0.1:9/cifar-10-binary.tar.gz"))
    monkeypatch.setattr(imagenette, "BASE_URL", "http://127.0.0.1:9/")
    for load in (mnist.load_data, cifar10.load_data, imagenette.load_data):
        with pytest.raises(FileNotFoundError, match="was not found"):
            load()
    for load, name in ((mnist.load_data, "mnist.npz"), (cifar10.load_data, "cifar-10-binary.tar.gz")):
        with pytest.raises(FileNotFoundError):
            load(cache / name)
    (cache / "mnist.npz").unlink()
    write_npz(cache / "mnist.npz")
    assert mnist.load_data()[0][0].shape == (30, 28, 28)


def test_a_file_url_of_a_fifo_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is a FIFO, expected a plain file"):
        utils.get_file(origin=(tmp_path / "pipe").as_uri())
    (tmp_path / "plain").write_bytes(b"content")
    assert Path(utils.get_file(origin=(tmp_path / "plain").as_uri())).read_bytes() == b"content"


def test_a_lock_that_is_a_fifo_is_no_reason_to_wait(tmp_path):
    (tmp_path / "plain").write_bytes(b"content")
    cache = tmp_path / "keras" / "datasets"
    cache.mkdir(parents=True)
    os.mkfifo(cache / "a.txt.lock")
    assert Path(utils.get_file("a.txt", (tmp_path / "plain").as_uri())).read_bytes() == b"content"
