"""Ctrl-C while files of Keras are read and written."""

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from keras_fixtures import FOLDER
from swiftcnn import models
from swiftcnn._formats.keras import _hdf5, _weights

# What looks like code of h5py, such as a callback at the end of its objects, where Python drops exceptions.
LIBRARY = {"__name__": "h5py.anything", "os": os, "signal": signal}
exec("def press(): os.kill(os.getpid(), signal.SIGINT)", LIBRARY)


def pressing(function, times):
    """Presses Ctrl-C within h5py when the function is called for the last of so many times."""
    calls = []

    def pressed(*arguments):
        calls.append(arguments)
        if len(calls) == times:
            LIBRARY["press"]()
        return function(*arguments)

    pressed.calls = calls
    return pressed


@pytest.mark.parametrize("name", ["line.keras", "line.h5"])
def test_a_load_hears_it_before_the_next_array(name, monkeypatch):
    read = pressing(_hdf5.Array.read, 3)
    with monkeypatch.context() as patch:
        patch.setattr(_hdf5.Array, "read", read)
        with pytest.raises(KeyboardInterrupt):
            models.load_model(FOLDER / name)
    assert len(read.calls) == 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert models.load_model(FOLDER / name).built


def test_weights_stay_as_they_are(monkeypatch):
    model = models.load_model(FOLDER / "line.keras")
    model.set_weights([weight + 1 for weight in model.get_weights()])
    before = model.get_weights()
    monkeypatch.setattr(_hdf5.Array, "read", pressing(_hdf5.Array.read, 2))
    with pytest.raises(KeyboardInterrupt):
        model.load_weights(FOLDER / "line.weights.h5")
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_save_hears_it_at_its_end_at_the_latest(tmp_path, monkeypatch):
    model = models.load_model(FOLDER / "line.keras")
    monkeypatch.setattr(_weights, "_draws", pressing(_weights._draws, 6))
    with pytest.raises(KeyboardInterrupt):
        model.save(tmp_path / "m.keras")
    assert os.listdir(tmp_path) == []


def test_handlers_of_users_stay(monkeypatch):
    heard = []
    monkeypatch.setattr(_hdf5.Array, "read", pressing(_hdf5.Array.read, 3))
    previous = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        assert models.load_model(FOLDER / "line.keras").built
    finally:
        signal.signal(signal.SIGINT, previous)
    assert heard == [signal.SIGINT]


def test_other_threads_leave_signals_alone():
    loaded = []
    thread = threading.Thread(target=lambda: loaded.append(models.load_model(FOLDER / "line.keras")))
    thread.start()
    thread.join()
    assert loaded[0].built


LOAD_FOR_EVER = """
import sys
from swiftcnn import models
models.load_model(sys.argv[1])
print("loading", flush=True)
while True:
    models.load_model(sys.argv[1])
"""


@pytest.mark.parametrize("name", ["line.keras", "line.h5"])
def test_a_process_ends(name):
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", LOAD_FOR_EVER, str(FOLDER / name)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == -signal.SIGINT
