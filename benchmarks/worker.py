"""One contender in a process of its own: `python -m benchmarks.worker CONTENDER ROW THREADS`.

It answers the first line with its outputs for a few images, and every further line with one turn's seconds, in JSON.
"""

import json
import sys

import numpy as np

from benchmarks import data, libraries
from benchmarks.networks import NETWORKS
from benchmarks.rows import ROWS

COMPARED_IMAGES = 2


def main():
    contender, name, threads = sys.argv[1:]
    (row,) = [row for row in ROWS if row.name == name]
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    network = NETWORKS[row.network]
    model = libraries.model(contender, network, int(threads))
    turn = work(model, row, network)
    for line in sys.stdin:
        answer = compared_outputs(model, network) if line == "outputs\n" else turn()
        print(json.dumps(answer), file=answers, flush=True)


def work(model, row, network):
    """A function that does one turn of the row's work and returns seconds: of a batch, or of each call."""
    x, y = data.images(network, row.batch * row.batches if row.work != "one" else 1), data.labels(row.batch * row.batches)
    match row.work:
        case "train":
            return lambda: [model.train(x, y, row.batch) / row.batches]
        case "predict":
            return lambda: [model.predict(x, row.batch) / row.batches]
        case "one":
            return lambda: model.one(x, row.batches)


def compared_outputs(model, network):
    return np.asarray(model.outputs(data.images(network, COMPARED_IMAGES)), np.float64).ravel().tolist()


if __name__ == "__main__":
    main()
