"""A save that is cut short leaves the old file or the new one, whole."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from swiftcnn import Input, Sequential, models
from swiftcnn.layers import Dense

SAVE_FOR_EVER = """
import itertools, sys
from swiftcnn import models
model = models.load_model(sys.argv[1])
weights = model.get_weights()
for number in itertools.count(1):
    model.set_weights([weight * 0 + number for weight in weights])
    model.save(sys.argv[1])
    print(number, flush=True)
"""

SAVE_ON_A_FULL_DISK = """
import resource, signal, sys
from swiftcnn import models
model = models.load_model(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    model.save(sys.argv[1])
except OSError as error:
    print(error)
"""


@pytest.fixture
def path(tmp_path):
    """A file of 36 MB, so that writing it takes a while; all weights are 0."""
    model = Sequential([Input((3000,)), Dense(3000, kernel_initializer="zeros")])
    model.save(tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def values(path: Path) -> set[float]:
    kernel, bias = models.load_model(path).get_weights()
    return {*np.unique(kernel).tolist(), *np.unique(bias).tolist()}


def wait_until_a_save_is_under_way(path: Path, size: int) -> None:
    while path.stat().st_size == size and len(list(path.parent.iterdir())) == 1:
        pass


@pytest.mark.parametrize("milliseconds", [0, 1, 3, 10, 30, 100])
def test_killed_while_saving(path, milliseconds):  # bad input 59
    size = path.stat().st_size
    with subprocess.Popen([sys.executable, "-c", SAVE_FOR_EVER, path], stdout=subprocess.PIPE, text=True) as saver:
        finished = int(saver.stdout.readline())
        wait_until_a_save_is_under_way(path, size)
        time.sleep(milliseconds / 1000)
        saver.kill()
        finished = max([finished, *map(int, saver.stdout.read().split())])
    assert saver.returncode == -signal.SIGKILL
    (number,) = values(path)
    assert number in {finished, finished + 1}


def test_no_room_for_the_file(path):  # 60
    done = subprocess.run([sys.executable, "-c", SAVE_ON_A_FULL_DISK, path], capture_output=True, text=True, check=True)
    assert "File too large" in done.stdout
    assert str(path) in done.stdout
    assert values(path) == {0.0}
    assert [file.name for file in path.parent.iterdir()] == [path.name]
