"""Files behind mapped arrays that become shorter between two batches: an error that names the array, never a signal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import mmap, os, sys
import numpy as np
from swiftcnn import Input, Sequential
from swiftcnn.callbacks import Callback
from swiftcnn.layers import Dense

path, case = sys.argv[1:]
np.ones((4096, 64), np.float32).tofile(path)

def mapped(kind=np.memmap):
    if kind is np.memmap:
        return np.memmap(path, np.float32, "r", shape=(4096, 64))
    with open(path, "rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.float32).reshape(4096, 64)

class Cut(Callback):
    def cut(self, *_):
        os.truncate(path, 4096)
    on_train_begin = on_test_begin = on_predict_begin = cut

big, labels, few = mapped(), np.zeros((4096, 1), np.float32), (np.ones((8, 64), np.float32), np.zeros((8, 1)))
model = Sequential([Input((64,)), Dense(1)])
model.compile("sgd", "mse")
before = model.get_weights()
options = {"verbose": 0, "callbacks": [Cut()]}
column = big[:, 0]
calls = {
    "fit x": lambda: model.fit(big, labels, **options),
    "fit y": lambda: model.fit(np.ones((4096, 64)), column, **options),
    "fit sample_weight": lambda: model.fit(np.ones((4096, 64)), labels, sample_weight=column, **options),
    "fit buffer": lambda: model.fit(mapped(mmap), labels, **options),
    "fit validation_data[0]": lambda: model.fit(*few, validation_data=(big, labels), **options),
    "fit validation_data[1]": lambda: model.fit(*few, validation_data=(np.ones((4096, 64)), column), **options),
    "fit validation_data[2]": lambda: model.fit(
        *few, validation_data=(np.ones((4096, 64)), labels, column), validation_freq=[1], **options
    ),
    "fit batches validation_data[0]": lambda: model.fit(iter([few]), validation_data=(big, labels), **options),
    "evaluate x": lambda: model.evaluate(big, labels, **options),
    "evaluate y": lambda: model.evaluate(np.ones((4096, 64)), column, **options),
    "evaluate sample_weight": lambda: model.evaluate(np.ones((4096, 64)), labels, sample_weight=column, **options),
    "predict x": lambda: model.predict(big, **options),
    "predict batches": lambda: model.predict((cut_first(big[i : i + 32]) for i in range(0, 4096, 32)), verbose=0),
    "train_on_batch x": lambda: (Cut().cut(), model.train_on_batch(big, labels)),
    "call x": lambda: (Cut().cut(), model(big)),
}

def cut_first(part):
    os.truncate(path, 4096)
    return part

try:
    calls[case]()
except ValueError as error:
    print(error)
else:
    print("no error")
assert all((now == then).all() for now, then in zip(model.get_weights(), before)) or "validation" in case
assert model.predict(few[0], verbose=0).shape == (8, 1)
"""
NAMES = {
    "fit x": "x",
    "fit y": "y",
    "fit sample_weight": "sample_weight",
    "fit buffer": "x",
    "fit validation_data[0]": "validation_data[0]",
    "fit validation_data[1]": "validation_data[1]",
    "fit validation_data[2]": "validation_data[2]",
    "fit batches validation_data[0]": "validation_data[0]",
    "evaluate x": "x",
    "evaluate y": "y",
    "evaluate sample_weight": "sample_weight",
    "predict x": "x",
    "predict batches": "x of batch 0 of x",
    "train_on_batch x": "x",
    "call x": "x",
}


@pytest.mark.skipif(not hasattr(os, "truncate"), reason="needs files that can be cut")
@pytest.mark.parametrize("case", NAMES)
def test_a_file_that_is_cut_is_told_of(case: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "data"), case]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"the file behind {NAMES[case]} has 4096 bytes left of 1048576: it was cut while it is in use" in ended.stdout


ADVICE = """
import os, sys
import numpy as np
from swiftcnn import Input, Sequential, layers
from swiftcnn._training.diagnostics import CollapseWatch, warn_if_sorted
from swiftcnn._base.arrays import warn_if_unscaled

model = Sequential([Input((1024,)), layers.Dense(2, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
for name in "xy":
    np.zeros((256, 1024) if name == "x" else 1 << 18, np.float32).tofile(name)
x = np.memmap("x", np.float32, "r", shape=(256, 1024))
y = np.memmap("y", np.float32, "r")
watch = CollapseWatch(model, x, y[:256])
assert watch._x.shape == (256, 1024)
for name in "xy":
    os.truncate(name, 0)
warn_if_unscaled(x)
warn_if_unscaled(x.T)
warn_if_sorted(model, y, 32)
warn_if_sorted(model, y[::-2], 32)
assert CollapseWatch(model, x, y[:256])._x is None
"""


@pytest.mark.skipif(not hasattr(os, "truncate"), reason="needs files that can be cut")
def test_advice_survives_a_file_that_is_cut_as_it_looks(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", ADVICE], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


FLOW = """
import os, sys
import numpy as np
from swiftcnn import Input, Sequential, layers
from swiftcnn.callbacks import LambdaCallback
from swiftcnn.preprocessing.image import ImageDataGenerator

model = Sequential([Input((8, 4, 1)), layers.Flatten(), layers.Dense(1)])
model.compile("sgd", "mse")
np.arange(1 << 18, dtype=np.float32).tofile("data")
x = np.memmap("data", np.float32, "r", shape=(4096, 8, 8, 1))[:, ::-1, 1::2]
y = np.memmap("data", np.float32, "r")[::-64]
same = next(ImageDataGenerator().flow(np.array(x), np.array(y), batch_size=8, seed=1))
for one, other in zip(same, next(ImageDataGenerator().flow(x, y, batch_size=8, seed=1))):
    assert (one == other).all()
arrays = {"x": np.ones((4096, 8, 4, 1)), "y": np.ones(4096), "sample_weight": np.ones(4096)}
arrays[sys.argv[1]] = x if sys.argv[1] == "x" else y
flow = ImageDataGenerator().flow(arrays["x"], arrays["y"], sample_weight=arrays["sample_weight"])
try:
    model.fit(flow, verbose=0, callbacks=[LambdaCallback(on_train_begin=lambda logs: os.truncate("data", 0))])
except ValueError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "truncate"), reason="needs files that can be cut")
@pytest.mark.parametrize("name", ["x", "y", "sample_weight"])
def test_a_flow_tells_of_a_file_that_is_cut(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", FLOW, name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"the file behind {name} was cut while it is in use" in ended.stdout
