"""Threads of Python on one model, and what of the calling thread stays as it was."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import swiftcnn
from background import Fitting, new_model
from swiftcnn.callbacks import Callback
from swiftcnn.commands.mnist import dropout

# Bad input 65.


def in_threads(count: int, work: Callable[[], None]) -> None:
    """Runs `work` in threads at the same time; a failure in one is raised here."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_threads_predict_on_one_model(model, data):
    expected = model.predict(data[0], verbose=0)

    def work() -> None:
        for _ in range(50):
            np.testing.assert_array_equal(model.predict(data[0], batch_size=7, verbose=0), expected)

    in_threads(4, work)


def test_predict_during_fit(model, data):
    def work() -> None:
        for _ in range(50):
            sums = model.predict(data[0], verbose=0).sum(axis=1)
            np.testing.assert_allclose(sums, 1, rtol=1e-5)

    with Fitting(model, data):
        in_threads(2, work)


def large_model() -> swiftcnn.Sequential:
    """Large enough that its work is shared between threads."""
    swiftcnn.utils.set_random_seed(3)
    model = swiftcnn.Sequential([swiftcnn.Input((28, 28, 1)), *dropout()])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_models_in_several_threads_give_what_one_gives_alone():
    x = np.random.default_rng(0).random((200, 28, 28, 1), np.float32)
    y = np.arange(200) % 10

    def outputs(model: swiftcnn.Sequential) -> np.ndarray:
        model.fit(x, y, batch_size=64, epochs=2, verbose=0)
        return np.concatenate([model.predict(x, verbose=0), *(model.predict(x[i : i + 1], verbose=0) for i in range(50))])

    expected = outputs(large_model())
    models = [large_model() for _ in range(6)]
    in_threads(3, lambda: [np.testing.assert_array_equal(outputs(models.pop()), expected) for _ in range(2)])


def test_a_second_fit_is_refused(model, data):
    with Fitting(model, data), pytest.raises(RuntimeError, match="already being fitted"):
        model.fit(*data, verbose=0)
    model.fit(*data, verbose=0)


def test_set_weights_during_predict_is_all_or_nothing(data):
    other = new_model()
    x = data[0]
    first = other.get_weights()
    second = [weight + 1 for weight in first]
    outputs = []
    for weights in (second, first):
        other.set_weights(weights)
        outputs.append(other.predict(x, verbose=0, batch_size=len(x)))
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            other.set_weights(second)
            other.set_weights(first)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(200):
            found = other.predict(x, verbose=0, batch_size=len(x))
            assert any(np.array_equal(found, output) for output in outputs)
    finally:
        done.set()
        thread.join()


def test_the_number_of_threads_may_change_while_others_compute(model, data):
    threads = swiftcnn.build_info()["threads"]
    expected = model.predict(data[0], verbose=0)
    try:
        with Fitting(new_model(), data):
            for number in [1, 4, 2, 7, 3] * 5:
                swiftcnn.set_num_threads(number)
                np.testing.assert_array_equal(model.predict(data[0], verbose=0), expected)
    finally:
        swiftcnn.set_num_threads(threads)


# The caller's floating-point state (33).


def test_denormals_are_the_callers_own(model, data):
    def denormal_sum() -> float:
        return float(np.full(4, 1e-310).sum())

    before = denormal_sum()
    seen = []

    class Look(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(denormal_sum())

    model.fit(*data, verbose=0, callbacks=[Look()])
    model.predict(data[0], verbose=0)
    assert before > 0
    assert {*seen, denormal_sum()} == {before}


# How many threads there are.


def threads_of_a_new_process(cores: set[int], **environment: str) -> int:
    program = f"import os; os.sched_setaffinity(0, {cores}); import swiftcnn; print(swiftcnn.build_info()['threads'])"
    variables = {name: value for name, value in os.environ.items() if name != "SWIFTCNN_NUM_THREADS"} | environment
    command = [sys.executable, "-c", program]
    return int(subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout)


def test_threads_are_the_cores_that_may_be_used_unless_told_otherwise():
    core = min(os.sched_getaffinity(0))
    assert threads_of_a_new_process({core}) == 1
    assert threads_of_a_new_process({core}, SWIFTCNN_NUM_THREADS="3") == 3


# A tmpfs with a quota in the place of the control groups, as a container with --cpus=1.5 or 0.5 sees them, version 2 and 1.
IN_A_CONTROL_GROUP = """
mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/cpu && cd /sys/fs/cgroup || exit 77
echo {quota} 100000 > cpu.max
echo {quota} > cpu/cpu.cfs_quota_us
echo 100000 > cpu/cpu.cfs_period_us
cd / && "$@"
"""


def threads_with_a_quota(quota: str) -> int:
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("needs unshare, of util-linux")
    program = "import swiftcnn; print(swiftcnn.build_info()['threads'])"
    command = [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", IN_A_CONTROL_GROUP.format(quota=quota), "sh"]
    variables = {name: value for name, value in os.environ.items() if name != "SWIFTCNN_NUM_THREADS"}
    ended = subprocess.run([*command, sys.executable, "-c", program], env=variables, capture_output=True, text=True)
    if ended.returncode == 77 or "unshare" in ended.stderr:
        pytest.skip(f"this system does not let a process mount a file system of its own: {ended.stderr.strip()}")
    ended.check_returncode()
    return int(ended.stdout)


def test_threads_are_no_more_than_the_quota_of_a_container():
    cores = len(os.sched_getaffinity(0))
    assert threads_with_a_quota("50000") == 1
    assert threads_with_a_quota("150000") == min(2, cores)
    assert threads_with_a_quota("-1") == cores
