"""Where memory cannot be had there is a MemoryError, and the process goes on."""

import subprocess
import sys

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers, metrics

NEAR_THE_LIMIT = """
import resource, sys
import numpy as np
from swiftcnn import Input, Sequential, layers, models

megabyte = 1 << 20
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 160 * megabyte, used + 160 * megabyte))
told = []
for units in (100, 1000, 3000, 5000, 8000, 12000, 20000):
    try:
        model = Sequential([Input((1000,)), layers.Dense(units), layers.Dense(10)])
        model.compile("adam", "mse")
        model.fit(np.zeros((64, 1000), "f"), np.zeros((64, 10), "f"), verbose=0)
        model.save(sys.argv[1])
        models.load_model(sys.argv[1])
        told.append("fits")
    except MemoryError as error:
        told.append("MemoryError" if "MiB of memory, which cannot be had" in str(error) else str(error))
    model = None
print(*told)
"""


def test_models_near_the_limit(tmp_path):
    done = subprocess.run([sys.executable, "-c", NEAR_THE_LIMIT, tmp_path / "m"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = done.stdout.split()
    assert told[0] == "fits"
    assert told[-1] == "MemoryError"
    assert set(told) == {"fits", "MemoryError"}


ENORMOUS = 2**40  # samples, which take no memory themselves


@pytest.mark.parametrize("loss", ["mse", "sparse_categorical_crossentropy"])
def test_more_samples_than_memory_holds(loss):
    x, y = np.broadcast_to(np.zeros((1, 4), "u1"), (ENORMOUS, 4)), np.broadcast_to(np.uint8(0), (ENORMOUS,))
    model = Sequential([Input((4,)), layers.Dense(1 if loss == "mse" else 2, "softmax")])
    model.compile("sgd", loss)
    assert model.evaluate(x, y, 8, steps=1, verbose=0) >= 0
    for options in ({}, {"sample_weight": np.broadcast_to(np.float32(1), (ENORMOUS,))}, {"class_weight": {0: 2.0}}):
        with pytest.raises(MemoryError, match="MiB of memory, which cannot be had"):
            model.fit(x, y, steps_per_epoch=1, verbose=0, batch_size=8, **options)


def test_metrics_of_more_than_memory_holds():
    with pytest.raises(MemoryError, match="which cannot be had"):
        metrics.MeanSquaredError().update_state(np.broadcast_to(0.0, (ENORMOUS, 4)), np.broadcast_to(0.0, (ENORMOUS, 4)))
    with pytest.raises(ValueError, match="counts at most 1048576 classes"):
        metrics.F1Score(average="macro").update_state(np.broadcast_to(0.0, (1, 2**21)), np.broadcast_to(0.0, (1, 2**21)))
