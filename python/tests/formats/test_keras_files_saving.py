"""A file of Keras that is written is there whole, or the old one is."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from keras_fixtures import FOLDER
from swiftcnn import Input, Sequential, layers, models

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


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_killed_while_saving(tmp_path, ending):  # 59
    path = tmp_path / f"m.{ending}"
    Sequential([Input((1500,)), layers.Dense(1500, kernel_initializer="zeros")]).save(path)
    for milliseconds in (0, 5, 30):
        with subprocess.Popen([sys.executable, "-c", SAVE_FOR_EVER, path], stdout=subprocess.PIPE, text=True) as saver:
            saver.stdout.readline()
            time.sleep(milliseconds / 1000)
            saver.kill()
            numbers = [1, *map(int, saver.stdout.read().split())]
        assert saver.returncode == -signal.SIGKILL
        kernel, bias = models.load_model(path).get_weights()
        assert kernel.min() == kernel.max() == bias.min() == bias.max()
        assert kernel[0, 0] in {numbers[-1], numbers[-1] + 1}


@pytest.mark.parametrize("ending", ["keras", "h5", "weights.h5"])
def test_no_room_for_the_file(tmp_path, ending):  # 60
    script = f"""
import resource, signal
from swiftcnn import Input, Sequential, layers
model = Sequential([Input((1500,)), layers.Dense(1500)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    (model.save_weights if "weights" in {ending!r} else model.save)({str(tmp_path / f"m.{ending}")!r})
except OSError as error:
    print("refused:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.startswith("refused: "), done.stderr[-2000:]
    assert os.listdir(tmp_path) == []


def test_where_nothing_can_be_written(model, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
        model.save(tmp_path / "nowhere" / "m.keras")
    (tmp_path / "folder.keras").mkdir()
    with pytest.raises(OSError, match="it is not a plain file"):
        model.save(tmp_path / "folder.keras")
    (tmp_path / "m.h5").write_bytes(b"")
    with pytest.raises(FileExistsError, match="pass overwrite=True"):
        model.save(tmp_path / "m.h5", overwrite=False)


def test_saving_over_the_file_it_came_from(tmp_path):  # 61
    for name in ("line.keras", "line.h5"):
        path = tmp_path / name
        path.write_bytes((FOLDER / name).read_bytes())
        path.chmod(0o640)
        model = models.load_model(path)
        model.set_weights([2 * weight for weight in model.get_weights()])
        model.save(path)
        assert path.stat().st_mode & 0o777 == 0o640
        np.testing.assert_array_equal(models.load_model(path).get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("name", [".", "top_level_model_weights"])
def test_names_that_mean_something_else(tmp_path, name):
    model = Sequential([Input((4,)), layers.Dense(2, name=name)])
    with pytest.raises(ValueError, match=f"a layer cannot be called '{name}' in this format, .*: rename it"):
        model.save(tmp_path / "m.h5")
    assert os.listdir(tmp_path) == []
    model.save(tmp_path / "m.keras")
    assert models.load_model(tmp_path / "m.keras").layers[0].name == name
