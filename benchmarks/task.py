"""What both sides of a task share: the data, the clock, and the way that a script answers the runner.

A task's script stays alive between measurements, so that two libraries can take turns in one run. It reads a line from
standard input for each measurement that the runner wants and answers with one line of JSON.
"""

import json
import statistics
import sys
import time

import numpy as np

BATCH_SIZE = 128
WARM_UP_CALLS, TIMED_CALLS = 50, 500


def serve(measure):
    """Answers every line from the runner with measure()'s result, until the runner closes the pipe."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for _ in sys.stdin:
        print(json.dumps(measure()), file=answers, flush=True)


def mnist(path):
    """The images as float32 in [0, 1] with a channel axis, and the labels."""
    with np.load(path) as data:
        return data["x_train"][..., None].astype("float32") / 255, data["y_train"]


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def microseconds(function):
    """The median and the 99th percentile of many single calls."""
    for _ in range(WARM_UP_CALLS):
        function()
    times = sorted(seconds(function) * 1e6 for _ in range(TIMED_CALLS))
    return {"p50": statistics.median(times), "p99": times[int(len(times) * 0.99)]}
