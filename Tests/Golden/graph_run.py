"""Runs one graph in swiftcnn as README.md tells; the Swift twin is Tests/SwiftCNNTests/Parity/GraphParity.swift."""

import json

import numpy as np
import swiftcnn
from graph_values import FOLDER
from parity import fnv1a, noise

# isort: split
from graph_networks import NETWORKS
from random_graphs import Graph, as_list, compile_it

GRAPH_BITS = FOLDER / "graph_bits.json"
SEED, ROWS, STEPS, SALT, SCALE = 7, 6, 3, 300, 0.3
RANDOM = tuple(f"random {seed}" for seed in range(200, 220))
NAMES = (*NETWORKS, *RANDOM)


def start(name):
    """The graph's model, compiled, and the kinds of its targets."""
    swiftcnn.utils.clear_session()
    swiftcnn.utils.set_random_seed(SEED)
    if name in NETWORKS:
        network = NETWORKS[name]
        model = network.build(swiftcnn)
        network.compile(swiftcnn, model)
        return model, network.targets
    model, heads = Graph(swiftcnn, int(name.split()[1])).model()
    compile_it(swiftcnn, model, heads, swiftcnn.optimizers.Adam(0.01))
    return model, [kind for *_, kind in heads]


def describe(name):
    """What a program in another language needs to run it."""
    model, kinds = start(name)
    return {
        "name": name,
        "architecture": json.loads(model._built_engine().architecture()),
        "compile": json.loads(model._compiled.to_json()),
        "targets": list(kinds),
    }


def run(name):
    """{kind: array}."""
    model, kinds = start(name)
    results = {"initial": flat(model.get_weights())}
    model.set_weights(
        [noise(SALT + i, weight.shape) * np.float32(SCALE) + offset(weight.name) for i, weight in enumerate(model.weights)]
    )
    x = [noise(SALT + 400 + i, (ROWS, *each.shape[1:])) for i, each in enumerate(model.inputs)]
    y = [
        target(kind, (ROWS, *each.shape[1:]), SALT + 500 + i)
        for i, (kind, each) in enumerate(zip(kinds, model.outputs, strict=True))
    ]
    results["output"] = flat(as_list(model.predict(x, verbose=0)))
    results["losses"] = np.array([np.ravel(model.train_on_batch(x, y))[0] for _ in range(STEPS)])
    results["final_weights"] = flat(model.get_weights())
    results["trained_output"] = flat(as_list(model.predict(x, verbose=0)))
    return results


def offset(name):
    """Factors and variances are about 1."""
    return np.float32(name in ("gamma", "moving_variance"))


def target(kind, shape, salt):
    """What an output of this shape learns: a label for its last axis, that label as 0 and 1, or a number for each of its own."""
    if kind in ("values", "zero_one"):
        values = noise(salt, shape)
        return values if kind == "values" else np.where(values > 0, np.float32(1), np.float32(0))
    labels = np.floor((noise(salt, shape[:-1]) + 1) / 2 * shape[-1])
    return labels if kind == "labels" else np.eye(shape[-1], dtype=np.float32)[labels.astype(int)]


def flat(arrays):
    return np.concatenate([array.reshape(-1) for array in arrays]) if arrays else np.zeros(0, np.float32)


def digests(results):
    return {kind: fnv1a(value.tobytes()) for kind, value in sorted(results.items())}
