"""`utils.get_file`: downloads into Keras's cache, under Keras's names, and archives that lead nowhere else."""

import hashlib
import io
import socket
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from dataset_files import nowhere
from file_server import Server
from swiftcnn import utils
from swiftcnn.datasets import _download

__all__ = ["nowhere"]  # a fixture of every test here: KERAS_HOME is tmp_path / "keras"

FILE, FOLDER, FIFO = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE
SYMLINK, HARD_LINK = tarfile.SYMTYPE, tarfile.LNKTYPE
FILES = {"flowers/daisy/1.txt": b"daisy", "flowers/rose/1.txt": b"rose"}


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def tar(files, mode="w:gz", kind=FILE):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.type = len(data) if kind == FILE else 0, kind
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
    again = utils.get_file(fname, server.url + "flowers.tgz", extract=True, force_download=True)
    assert tree(again) == FILES | {"other": b"1"}  # as in Keras, nothing is removed


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
        (tar({"link": b""}, kind=SYMLINK), "a link to '\\.', which is no file of this archive"),
        (zipped({"zeros": bytes(1 << 20)}), "unpacks to more than"),
        (tar({"zeros": bytes(1 << 20)}), "unpacks to more than"),
        (zipped(FILES)[:-40], "no archive, or is damaged"),
        (b"nothing of the kind", "no archive, or is damaged"),
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
    with pytest.raises(ValueError, match=r"a_archive is no archive, or is damaged: Bad CRC-32"):
        utils.get_file("a", server.url + "a.zip", extract=True)


def test_mistakes_are_told(server):
    with pytest.raises(ValueError, match="needs origin"):
        utils.get_file("a.txt")
    for name in ("a/b", ".."):
        with pytest.raises(ValueError, match="fname must be the name of a file"):
            utils.get_file(name, server.url + "a.txt")
    with pytest.raises(ValueError, match="fname must be the name of a file"):
        utils.get_file(origin=server.url)
    with pytest.raises(ValueError, match="64 or an MD5 of 32"):
        utils.get_file("a", server.url + "a.txt", file_hash="abc")
    for options, error, message in (
        ({"hash_algorithm": "sha1"}, ValueError, "hash_algorithm must be one of auto, sha256, md5, received 'sha1'"),
        ({"hash_algorithm": "md5", "file_hash": "0" * 64}, ValueError, "file_hash is a sha256, and hash_algorithm='md5'"),
        ({"archive_format": "rar"}, ValueError, "archive_format must be one of auto, tar, zip, received 'rar'"),
        ({"fname": 3}, TypeError, r"fname must be a path, received 3 \(a int\)"),
        ({"cache_dir": 3}, TypeError, "cache_dir must be a path, received 3"),
        ({"cache_subdir": None}, TypeError, "cache_subdir must be a path, received None"),
        ({"origin": "http://[1"}, ValueError, "origin a URL, received None and 'http://.1'"),
        ({"extract": "yes"}, TypeError, "extract must be True or False, received 'yes'"),
    ):
        with pytest.raises(error, match=message):
            utils.get_file(**{"origin": server.url + "a.txt", **options})
    with pytest.raises(OSError, match="404"):
        utils.get_file("a", server.url + "absent")


def test_an_empty_name_is_the_url_s_as_in_keras(server, tmp_path):
    server.files["a.txt"] = b"content"
    assert utils.get_file("", server.url + "a.txt") == str(tmp_path / "keras" / "datasets" / "a.txt")


def linked(entries):
    """A tar file of (name, kind, what a link leads to or None, content)."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, kind, target, data in entries:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, target or "", len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def test_links_within_an_archive_and_empty_folders_are_unpacked(server):
    server.files["a.tar"] = linked(
        [
            ("a/link.txt", SYMLINK, "../b/1.txt", b""),  # before what it leads to
            ("a/empty", FOLDER, None, b""),
            ("b/1.txt", FILE, None, b"one"),
            ("b/hard.txt", HARD_LINK, "b/1.txt", b""),
            ("c", SYMLINK, "b", b""),
        ]
    )
    folder = Path(utils.get_file("a", server.url + "a.tar", extract=True))
    for name in ("a/link.txt", "b/1.txt", "b/hard.txt", "c/1.txt"):
        assert (folder / name).read_bytes() == b"one"
    assert (folder / "a" / "empty").is_dir()


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([("l", SYMLINK, "/etc/passwd", b"")], "a link to '/etc/passwd', which is no file of this archive"),
        ([("l", SYMLINK, "../keras", b"")], r"a link to '\.\./keras', which is no file"),
        ([("l", SYMLINK, "m", b""), ("m", SYMLINK, "l", b"")], "a link to 'm', which is no file"),
        ([("l", SYMLINK, "l/..", b"")], r"a link to '\.', which is no file"),
        ([("l", HARD_LINK, "../../out", b"")], r"a link to '\.\./\.\./out', which is no file"),
        (
            [("d/1", FILE, None, b"1"), ("d", SYMLINK, "e", b""), ("e/1", FILE, None, b"")],
            "'d', a link",
        ),
        (
            [("d", FILE, None, b"1"), ("d/1", FILE, None, b"1")],
            "holds 'd/1' twice, as a file and as a folder",
        ),
        ([("pipe", FIFO, None, b"")], "holds 'pipe', which is a device or a FIFO"),
    ],
)
def test_links_that_mean_harm(server, tmp_path, entries, message):
    server.files["a.tar"] = linked(entries)
    with pytest.raises(ValueError, match=message):
        utils.get_file("a", server.url + "a.tar", extract=True)
    assert not (tmp_path / "keras" / "datasets" / "a").exists()


def test_an_archive_is_unpacked_into_a_folder_that_is_there(server, tmp_path):
    """Where Keras 2 unpacked the same archive, or another program stopped half way, what is missing is added."""
    folder = tmp_path / "keras" / "datasets" / "flowers"
    (folder / "flowers").mkdir(parents=True)
    (folder / "flowers" / "mine.txt").write_bytes(b"mine")
    server.files["a.tar"] = tar(FILES)
    for _ in range(2):
        assert utils.get_file("flowers", server.url + "a.tar", extract=True) == str(folder)
        assert tree(folder) == FILES | {"flowers/mine.txt": b"mine"}
    removed = folder / next(iter(FILES))
    removed.unlink()  # by the user, such as an image that is damaged
    utils.get_file("flowers", server.url + "a.tar", extract=True)
    assert not removed.exists()
    assert len(server.requests) == 1


def test_what_a_killed_process_left_is_replaced(server, tmp_path):
    cache = tmp_path / "keras" / "datasets"
    (cache / ".flowers.part").mkdir(parents=True)
    (cache / ".flowers.part" / "half").write_bytes(b"1")
    (cache / "flowers_archive.part").write_bytes(b"half")
    server.files["a.tar"] = tar(FILES)
    assert tree(utils.get_file("flowers", server.url + "a.tar", extract=True)) == FILES
    assert sorted(each.name for each in cache.iterdir()) == ["flowers", "flowers.lock", "flowers_archive", "flowers_archive.lock"]


def test_a_cache_that_has_the_file_need_not_be_writable(server, tmp_path, monkeypatch):
    server.files["a.txt"] = b"content"
    path = utils.get_file(origin=server.url + "a.txt")
    monkeypatch.setattr(_download, "locked", lambda path: pytest.fail("a lock is a file that is written"))
    assert utils.get_file(origin=server.url + "a.txt") == path


def test_a_full_disk_is_called_so(server, monkeypatch):
    def full(file, chunk):
        raise OSError(28, "No space left on device", file.name)

    server.files["a.txt"] = b"content"
    monkeypatch.setattr(_download, "_write", full)
    with pytest.raises(OSError, match=r"No space left on device: .*a\.txt\.part") as raised:
        utils.get_file(origin=server.url + "a.txt")
    assert raised.value.errno == 28


@pytest.mark.parametrize("what", ["address", "answer"])
def test_ctrl_c_ends_a_download(tmp_path, what):
    """In a process of its own, where the search for an address (deaf to signals, as the system's is) or the answer takes long."""
    code = (
        "import os, signal, socket, sys, threading, time; from swiftcnn import utils\n"
        "def deaf(*_, **__): signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}); time.sleep(600)\n"
        "if sys.argv[2] == 'address': socket.getaddrinfo = deaf\n"
        "threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try: utils.get_file(origin=sys.argv[1])\n"
        "except KeyboardInterrupt: print('heard')"
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and says nothing
        command = [sys.executable, "-c", code, f"http://127.0.0.1:{silent.getsockname()[1]}/a.txt", what]
        assert subprocess.run(command, capture_output=True, text=True, timeout=60).stdout == "heard\n"
    assert [each.name for each in (tmp_path / "keras" / "datasets").iterdir()] == ["a.txt.lock"]
