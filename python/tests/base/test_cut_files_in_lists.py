"""Arrays in files that are too short already, within lists and dicts: nothing reads them to make an array or a message."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
import numpy as np
from swiftcnn import Input, Model, layers

def cut(name):
    np.ones((4096, 4), np.float32).tofile(name)
    array = np.memmap(name, np.float32, "r", shape=(4096, 4))
    os.truncate(name, 0)
    return array

x = Input((4,), name="x")
model = Model(x, layers.Dense(4)(x))
model.compile("sgd", "mse")
few, big = np.ones((2, 4)), cut("f")
calls = {
    "a list": lambda: model.predict([big, big], verbose=0),
    "a list of lists": lambda: model.fit(few, [[big], [big]], verbose=0),
    "other names": lambda: model.predict({"y": big, "z": few}, verbose=0),
    "a dict of targets": lambda: model.train_on_batch(few, {"y": [big]}),
    "a dict in a dict": lambda: model.train_on_batch(few, {"dense": {"a": big}}),
    "a list in batches": lambda: model.fit(iter([(few, [big, big])]), verbose=0),
}
try:
    calls[sys.argv[1]]()
except (TypeError, ValueError) as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("a list", "ValueError the file behind x[0] has 0 bytes left of 65536: it was cut"),
        ("a list of lists", "ValueError the file behind y[0][0] has 0 bytes left of 65536: it was cut"),
        ("other names", "ValueError x must have the name of the model's only input, 'x'; received 'y', 'z'"),
        ("a dict of targets", "ValueError y must have the name of the model's only output, 'dense'; received 'y'"),
        ("a dict in a dict", "TypeError y must be an array or nested lists of numbers, received {'a': ...} (a dict)"),
        ("a list in batches", "ValueError the file behind y of batch 0 of x[0] has 0 bytes left of 65536"),
    ],
)
def test_an_error_instead_of_a_signal(case, error, tmp_path):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))}
    command = [sys.executable, "-c", PROGRAM, case]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(error)
