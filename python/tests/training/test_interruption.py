"""Ctrl-C is heard in what takes long and tells no events: making weights, and looking through data."""

import subprocess
import sys

import pytest

INTERRUPTED = """
import os, signal, sys, threading
import numpy as np
from swiftcnn import Input, Sequential, layers, metrics

def interrupt():
    started.wait()
    os.kill(os.getpid(), signal.SIGINT)

started = threading.Event()
threading.Timer(0.5, started.set).start()
threading.Thread(target=interrupt, daemon=True).start()
try:
    {work}
except KeyboardInterrupt:
    print("heard")
"""

# Each takes minutes if it is left alone.
WORK = {
    "making weights": 'Sequential([Input((6000,)), layers.Dense(6000, kernel_initializer="orthogonal")]).get_weights()',
    "looking through samples": """
    x = np.memmap(sys.argv[1], "float64", "w+", shape=(2**36, 1))  # a file without blocks
    model = Sequential([Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.evaluate(x, np.broadcast_to(np.float32(0), (2**36, 1)), verbose=0)""",
    "feeding a metric": """
    x = np.memmap(sys.argv[1], "float64", "w+", shape=(2**27, 4))
    metrics.MeanSquaredError().update_state(np.broadcast_to(np.float32(0), x.shape), x)""",
}


@pytest.mark.parametrize("what", WORK)
def test_ctrl_c_is_heard(what, tmp_path):
    program = INTERRUPTED.format(work=WORK[what].strip())
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "x"], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "heard", done.stderr


USED_MEANWHILE = """
import signal
import numpy as np
from swiftcnn import Input, Sequential, layers

model = Sequential([Input((6000,)), layers.Dense(6000)])
heard = []
signal.signal(signal.SIGALRM, lambda *_: heard.append(model.plan_info(1)))
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
outputs = model.predict(np.ones((1, 6000)), verbose=0)
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(heard) > 0, np.isfinite(outputs).all())
"""


def test_no_lock_is_held_while_weights_are_made():
    """A signal's handler may use the model, and wait for whatever it likes."""
    done = subprocess.run([sys.executable, "-c", USED_MEANWHILE], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "True"], done.stderr
