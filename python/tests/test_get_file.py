"""`utils.get_file`: downloads into Keras's cache, under Keras's names, and archives that lead nowhere else."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from dataset_files import nowhere
from file_server import Server
from swiftcnn import utils

__all__ = ["nowhere"]  # a fixture of every test here: KERAS_HOME is tmp_path / "keras"

FILES = {"flowers/daisy/1.txt": b"daisy", "flowers/rose/1.txt": b"rose"}


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def tar(files, mode="w:gz", kind=tarfile.REGTYPE):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.type = len(data) if kind == tarfile.REGTYPE else 0, kind
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_a_file_is_downloaded_once(server, tmp_path):
    server.files |= {"a.txt?x=1": b"content", "a.txt": b"new"}
    for _ in range(2):
        path = utils.get_file(origin=server.url + "a.txt?x=1")
        assert path == str(tmp_path / "keras" / "datasets" / "a.txt")
        assert Path(path).read_bytes() == b"content"
    assert server.requests == ["/a.txt?x=1"]
    assert Path(utils.get_file(origin=server.url + "a.txt", force_download=True)).read_bytes() == b"new"


def test_a_download_that_fails_leaves_the_old_file(server):
    server.files["a.txt"] = b"content"
    path = Path(utils.get_file(origin=server.url + "a.txt"))
    server.files.clear()
    with pytest.raises(OSError, match="404"):
        utils.get_file(origin=server.url + "a.txt", force_download=True)
    assert path.read_bytes() == b"content"


def test_the_places_are_the_caller_s(server, tmp_path):
    server.files["a.txt"] = b"content"
    origin = server.url + "a.txt"
    assert utils.get_file("b.txt", origin, cache_subdir="models") == str(tmp_path / "keras" / "models" / "b.txt")
    assert utils.get_file("b.txt", origin, cache_dir=tmp_path / "c") == str(tmp_path / "c" / "datasets" / "b.txt")
    assert utils.get_file("b.txt", origin, cache_subdir=str(tmp_path / "d")) == str(tmp_path / "d" / "b.txt")


@pytest.mark.parametrize("make", [tar, lambda files: tar(files, "w"), zipped], ids=["tar.gz", "tar", "zip"])
@pytest.mark.parametrize(
    ("fname", "folder"), [(None, "flowers.tgz"), ("flowers", "flowers"), ("flowers.tar", "flowers_extracted")]
)
@pytest.mark.parametrize("option", ["extract", "untar"])
def test_an_archive_is_unpacked_where_keras_unpacks_it(server, tmp_path, make, fname, folder, option):
    server.files["flowers.tgz"] = make(FILES)
    for _ in range(2):
        path = utils.get_file(fname, server.url + "flowers.tgz", **{option: True})
        assert path == str(tmp_path / "keras" / "datasets" / folder)
        assert tree(path) == FILES
    assert len(server.requests) == 1
    server.files["flowers.tgz"] = make({"other": b"1"})
    assert tree(utils.get_file(fname, server.url + "flowers.tgz", extract=True, force_download=True)) == {"other": b"1"}


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_a_hash_tells_the_right_file(server, tmp_path, algorithm):
    server.files["a.txt"] = b"content"
    known = hashlib.new(algorithm, b"content").hexdigest()
    cached = tmp_path / "keras" / "datasets" / "a.txt"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"old")
    utils.get_file(origin=server.url + "a.txt", **{"md5_hash" if algorithm == "md5" else "file_hash": known.upper()})
    assert cached.read_bytes() == b"content"
    with pytest.raises(OSError, match="damaged or not the known file"):
        utils.get_file("b.txt", server.url + "a.txt", file_hash="0" * len(known))
    assert not (cached.parent / "b.txt").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped({"../outside": b"1"}), "leads out of the folder"),
        (tar({"../outside": b"1"}), "leads out of the folder"),
        (tar({"/outside": b"1"}), "leads out of the folder"),
        (tar({"link": b""}, kind=tarfile.SYMTYPE), "a link or a device"),
        (zipped({"zeros": bytes(1 << 20)}), "unpacks to more than"),
        (tar({"zeros": bytes(1 << 20)}), "unpacks to more than"),
        (zipped(FILES)[:-40], "no tar archive, or is damaged"),
        (b"nothing of the kind", "no tar archive, or is damaged"),
    ],
)
def test_an_archive_is_not_believed(server, tmp_path, content, message):
    server.files["a.zip"] = content
    with pytest.raises(ValueError, match=message):
        utils.get_file("a", server.url + "a.zip", extract=True)
    assert not (tmp_path / "keras" / "datasets" / "a").exists()
    assert not list(tmp_path.rglob("outside"))


def test_a_damaged_member_is_told(server):
    content = bytearray(zipped({"a": bytes(range(256)) * 40}))
    content[60] ^= 255
    server.files["a.zip"] = bytes(content)
    with pytest.raises(ValueError, match="cannot be unpacked"):
        utils.get_file("a", server.url + "a.zip", extract=True)


def test_mistakes_are_told(server):
    with pytest.raises(ValueError, match="needs origin"):
        utils.get_file("a.txt")
    for name in ("a/b", "..", ""):
        with pytest.raises(ValueError, match="fname must be the name of a file"):
            utils.get_file(name, server.url + "a.txt")
    with pytest.raises(ValueError, match="fname must be the name of a file"):
        utils.get_file(origin=server.url)
    with pytest.raises(ValueError, match="64 or an MD5 of 32"):
        utils.get_file("a", server.url + "a.txt", file_hash="abc")
    with pytest.raises(OSError, match="404"):
        utils.get_file("a", server.url + "absent")
