"""What a save that never ended left behind, and what the operating system says when one cannot end."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from swiftcnn import Input, Sequential, callbacks, layers, models
from swiftcnn._base import atomic_files
from swiftcnn._formats.keras import _archive, _legacy, _weights

ENDINGS = ["keras", "h5", "weights.h5"]
SAVE_AND_STOP = """
import sys
from swiftcnn import Input, Sequential, layers
from swiftcnn._formats.keras import _legacy, _weights
model = Sequential([Input((4,)), layers.Dense(2)])
for module in (_legacy, _weights):
    def write(*arguments, write=module.write):
        write(*arguments)
        print("in the middle", flush=True)
        sys.stdin.readline()
    module.write = write
path = sys.argv[1]
(model.save_weights if "weights" in path else model.save)(path)
"""


def save(model, path):
    (model.save_weights if "weights" in str(path) else model.save)(path)


def temporaries(folder):
    return sorted(name for name in os.listdir(folder) if name.startswith(".swiftcnn-"))


def stopped_saver(path):
    """A process in the middle of a save."""
    command = [sys.executable, "-c", SAVE_AND_STOP, str(path)]
    saver = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert saver.stdout.readline() == "in the middle\n"
    return saver


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_next_save_removes_what_a_killed_one_left(model, tmp_path, ending):  # 59
    with stopped_saver(tmp_path / f"m.{ending}") as saver:
        saver.kill()
    assert saver.returncode == -signal.SIGKILL
    assert len(temporaries(tmp_path)) == 1
    save(model, tmp_path / f"other.{ending}")
    assert os.listdir(tmp_path) == [f"other.{ending}"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_file_of_a_living_writer_stays(model, tmp_path, ending):
    with stopped_saver(tmp_path / f"m.{ending}") as saver:
        (living,) = temporaries(tmp_path)
        save(model, tmp_path / f"other.{ending}")
        assert temporaries(tmp_path) == [living]
        saver.communicate("go on\n")
    assert saver.returncode == 0
    assert sorted(os.listdir(tmp_path)) == sorted([f"m.{ending}", f"other.{ending}"])


def test_the_file_of_another_thread_stays(model, tmp_path, monkeypatch):
    began, may_end = threading.Event(), threading.Event()
    written = _archive.write

    def write(*arguments):
        if threading.current_thread() is saver:
            began.set()
            may_end.wait(60)
        written(*arguments)

    monkeypatch.setattr(_archive, "write", write)
    saver = threading.Thread(target=model.save, args=[tmp_path / "a.keras"])
    saver.start()
    assert began.wait(60)
    model.save(tmp_path / "b.keras")
    assert len(temporaries(tmp_path)) == 1
    may_end.set()
    saver.join()
    assert sorted(os.listdir(tmp_path)) == ["a.keras", "b.keras"]


def test_only_plain_files_of_that_name_are_removed(model, tmp_path):
    (tmp_path / "elsewhere").write_text("kept")
    os.mkfifo(tmp_path / ".swiftcnn-pipe.tmp")
    os.symlink(tmp_path / "elsewhere", tmp_path / ".swiftcnn-link.tmp")
    (tmp_path / ".swiftcnn-folder.tmp").mkdir()
    for name in (".swiftcnn-1.tmp.old", "swiftcnn-1.tmp", ".swiftcnn-1.h5"):
        (tmp_path / name).write_text("kept")
    before = sorted(os.listdir(tmp_path))
    (tmp_path / ".swiftcnn-1-2.tmp").write_text("left by a killed process")
    model.save(tmp_path / "m.h5")
    assert sorted(os.listdir(tmp_path)) == sorted([*before, "m.h5"])
    assert (tmp_path / "elsewhere").read_text() == "kept"


def test_that_nothing_can_be_removed_is_no_error(model, tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / ".swiftcnn-1-2.tmp").write_text("left by a killed process")
    monkeypatch.setattr(atomic_files, "_remove_if_abandoned", refused)
    model.save(tmp_path / "m.h5")
    monkeypatch.setattr(os, "scandir", refused)
    model.save(tmp_path / "m.h5")
    assert temporaries(tmp_path) == [".swiftcnn-1-2.tmp"]


def test_a_file_that_is_removed_before_it_is_locked_is_made_again(model, tmp_path, monkeypatch):
    lock, removed = fcntl.flock, []

    def flock(descriptor, how):
        if not removed:
            removed.append(os.readlink(f"/proc/self/fd/{descriptor}"))
            os.unlink(removed[0])
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    model.save(tmp_path / "m.h5")
    assert len(removed) == 1
    assert os.listdir(tmp_path) == ["m.h5"]


def test_a_backup_folder_is_removed_with_what_was_left_there(tmp_path):
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / ".swiftcnn-1-2.tmp").write_text("left by a killed process")
    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 4)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=[callbacks.BackupAndRestore(folder)])
    assert os.listdir(tmp_path) == []


def test_what_is_no_plain_file_is_no_backup(tmp_path):
    os.mkfifo(tmp_path / "epoch-000007-batch-000000000.safetensors")
    (tmp_path / "epoch-000008-batch-000000000.safetensors").mkdir()
    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(np.ones((4, 4)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path)])
    assert history.epoch == [0, 1]
    assert len(os.listdir(tmp_path)) == 2


# Errors of the operating system.


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_is_called_so(tmp_path, monkeypatch, ending):  # 60
    """/dev/full takes the place of the temporary file."""
    model = Sequential([Input((300,)), layers.Dense(300)])
    path = tmp_path / f"m.{ending}"
    save(model, path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(atomic_files, "_locked_file", lambda folder: (os.open("/dev/full", os.O_RDWR), full_name(folder)))
        with pytest.raises(OSError, match=r"No space left on device: '.*m\.") as caught:
            save(model, path)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]
    save(model, path)
    if ending != "weights.h5":
        models.load_model(path)


def full_name(folder):
    name = os.path.join(folder, ".swiftcnn-full.tmp")
    open(name, "w").close()
    return name


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("number", [errno.EIO, errno.EDQUOT, errno.EROFS])
def test_other_errors_name_the_file_too(model, tmp_path, monkeypatch, ending, number):
    def failing(*_):
        raise OSError(number, "something that HDF5 says")

    path = tmp_path / f"m.{ending}"
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match=re.escape(os.strerror(number))) as caught:
        save(model, path)
    assert (caught.value.errno, caught.value.filename) == (number, str(path))
    assert os.listdir(tmp_path) == []


def test_a_failed_write_harms_nothing_later(tmp_path):
    """The HDF5 library is C and keeps a file that it could not close: the process has to end well all the same."""
    script = f"""
import os, sys
from swiftcnn import Input, Sequential, layers
from swiftcnn._base import atomic_files
model, made = Sequential([Input((300,)), layers.Dense(300)]), atomic_files._locked_file
atomic_files._locked_file = lambda folder: (os.open("/dev/full", os.O_RDWR), os.path.join(folder, "none"))
for _ in range(3):
    try:
        model.save({str(tmp_path / "m.h5")!r})
    except OSError as error:
        print(error.errno)
atomic_files._locked_file = made
model.save({str(tmp_path / "m.h5")!r})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [str(errno.ENOSPC)] * 3, "")
    assert models.load_model(tmp_path / "m.h5").count_params() == 300 * 301


def test_ctrl_c_in_a_save_leaves_the_old_file(model, tmp_path, monkeypatch):
    path = tmp_path / "m.keras"
    model.save(path)
    before = path.read_bytes()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_weights, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.save(path)
    monkeypatch.setattr(_legacy, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.save(tmp_path / "m.h5")
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m.keras"]
