"""The process around the engine: signals, forks, threads, kills and exits."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import swiftcnn
from background import Fitting, new_model
from swiftcnn import Sequential

# Written at the top of the programs that are run in a process of their own.
PRELUDE = """
import json, os, sys, threading, time
import numpy as np
import swiftcnn
from swiftcnn import Input, Sequential
from swiftcnn.callbacks import Callback
from swiftcnn.layers import Conv2D, Dense, Flatten

x = np.random.default_rng(0).random((64, 8, 8, 1), np.float32)
y = np.arange(64) % 4
model = Sequential([Input((8, 8, 1)), Conv2D(4, 3, activation="relu"), Flatten(), Dense(4, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PRELUDE + program, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    """What the process printed, if it ended well."""
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert errors == ""
    return output


def wait_for_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


# Ctrl-C (bad input 62).

FIT = """
class Tell(Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 3: print("started", flush=True)

before = model.get_weights()
try:
    model.fit(x, y, epochs=10**9, verbose=0, callbacks=[Tell()])
except KeyboardInterrupt:
    losses = model.history.history["loss"]
    changed = any((a != b).any() for a, b in zip(before, model.get_weights()))
    model.fit(x, y, verbose=0)
    print(json.dumps([len(losses), bool(changed)]))
"""


def test_control_c_in_fit_keeps_history_and_weights():
    process = start(FIT)
    assert wait_for_line(process) == "started\n"
    process.send_signal(signal.SIGINT)
    epochs, changed = json.loads(finish(process))
    assert epochs >= 3
    assert changed


PREDICT = """
many = np.broadcast_to(x[:1], (3_000_000, 8, 8, 1))
out = np.zeros((len(many), 4), np.float32)
print("started", flush=True)
try:
    model._engine.predict(many, 1, None, out)
except KeyboardInterrupt:
    print(int((out[:, 0] != 0).sum()), model.predict(x, verbose=0).shape)
"""


def test_control_c_ends_a_prediction_without_callback():
    process = start(PREDICT)
    assert wait_for_line(process) == "started\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    done, shape = finish(process).split(" ", 1)
    assert int(done) < 3_000_000
    assert shape == "(64, 4)\n"


# Kill -9 during a save (59).

SAVE_FOR_EVER = """
a, b = ([np.full_like(each, value) for each in model.get_weights()] for value in (1, 2))
model.set_weights(a)
model.save(sys.argv[1])
print("started", flush=True)
while True:
    for weights in (b, a):
        model.set_weights(weights)
        model.save(sys.argv[1])
"""


@pytest.mark.parametrize("milliseconds", [0, 1, 3, 7, 20])
def test_a_kill_during_a_save_leaves_a_whole_file(tmp_path, milliseconds):
    path = tmp_path / "model.safetensors"
    process = start(SAVE_FOR_EVER, str(path))
    assert wait_for_line(process) == "started\n"
    time.sleep(milliseconds / 1000)
    process.kill()
    process.communicate()
    weights = np.concatenate([each.ravel() for each in swiftcnn.models.load_model(path).get_weights()])
    assert set(weights.tolist()) in ({1.0}, {2.0})


# Fork and spawn (63, 64).


def in_a_fork(work: Callable[[], Any]) -> None:
    """Runs `work` in a forked child and expects it to end well, and not to hang."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a handler in Python would never run in a child that hangs
        signal.alarm(30)
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_after_use_computes_the_same(data):
    other = new_model()
    x, y = data
    other.fit(x, y, epochs=2, verbose=0)
    expected = other.predict(x, verbose=0)

    def child() -> None:
        np.testing.assert_array_equal(other.predict(x, verbose=0), expected)
        other.fit(x, y, verbose=0)

    for _ in range(5):
        in_a_fork(child)
    np.testing.assert_array_equal(other.predict(x, verbose=0), expected)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_while_another_thread_trains(model, data):
    other = new_model()
    x, y = data
    expected = other.predict(x, verbose=0)

    def child() -> None:
        np.testing.assert_array_equal(other.predict(x, verbose=0), expected)
        assert np.isfinite(model.predict(x, verbose=0)).all()
        other.fit(x, y, verbose=0)

    with Fitting(model, data):
        for _ in range(20):
            in_a_fork(child)


def predicted(task: tuple[Sequential, Any]) -> Any:
    model, x = task
    return model.predict(x, verbose=0)


def test_models_travel_to_spawned_processes(data):
    other = new_model()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for result in pool.map(predicted, [(other, data[0])] * 3):
            np.testing.assert_array_equal(result, other.predict(data[0], verbose=0))


# The end of the interpreter (71).

EXITS = {
    "after use": "model.fit(x, y, verbose=0)",
    "at once": "model.predict(x, verbose=0); sys.exit(0)",
    "a thread trains": """
threading.Thread(target=lambda: model.fit(x, y, epochs=10**9, verbose=0), daemon=True).start()
time.sleep(0.3)
""",
    "a thread trains with a callback": """
class Quiet(Callback):
    pass

threading.Thread(target=lambda: model.fit(x, y, epochs=10**9, verbose=0, callbacks=[Quiet()]), daemon=True).start()
time.sleep(0.3)
""",
    "more threads than cores": "swiftcnn.set_num_threads(16); model.fit(x, y, verbose=0)",
}


@pytest.mark.parametrize("program", EXITS.values(), ids=EXITS.keys())
def test_the_interpreter_ends_with_live_workers(program):
    for _ in range(3):
        assert finish(start(program)) == ""


def test_an_exit_inside_a_callback_is_an_exit():
    process = start("""
class Leave(Callback):
    def on_train_batch_end(self, batch, logs=None):
        sys.exit(7)

model.fit(x, y, verbose=0, callbacks=[Leave()])
""")
    assert process.communicate(timeout=120)[1] == ""
    assert process.returncode == 7
