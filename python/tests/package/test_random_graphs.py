"""Whatever the graph: what Keras computes, the same bits in every way to run it, and the same model from a file."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import random_graphs
import swiftcnn
from random_graphs import Graph, as_list, compile_it, data, started
from swiftcnn import models

SEEDS = range(24)
FILE_SEEDS = range(40, 64)
KERAS_SEEDS = range(100, 112)
WIDEST = [isa for isa in swiftcnn.build_info()["isas"] if isa != "baseline"][-1:]


@functools.cache
def digests(isa, threads):
    command = [sys.executable, Path(__file__).parents[1] / "random_graphs.py", *map(str, SEEDS)]
    environment = os.environ | {"SWIFTCNN_ISA": isa, "SWIFTCNN_NUM_THREADS": str(threads)}
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(child.stdout)


@pytest.mark.skipif(not WIDEST, reason="this CPU lacks FMA")
@pytest.mark.parametrize(("isa", "threads"), [("avx2", 1), ("avx2", 2), ("avx512", 2), ("avx512", 3)])
def test_a_graph_gets_the_same_bits(isa, threads):
    if isa not in swiftcnn.build_info()["isas"]:
        pytest.skip(f"this CPU lacks {isa}")
    expected, found = digests(WIDEST[0], 1), digests(isa, threads)
    assert len(set(expected.values())) == len(SEEDS)
    assert [seed for seed in expected if found[seed] != expected[seed]] == []


@pytest.mark.parametrize("ending", [".safetensors", ".keras"])
def test_a_graph_from_a_file_predicts_the_same_bits(ending, tmp_path):
    for seed in FILE_SEEDS:
        model, x, y = started(seed)
        model.train_on_batch(x, y)
        model.save(tmp_path / f"m{ending}")
        loaded = models.load_model(tmp_path / f"m{ending}")
        assert_same_arrays(model.predict(x, verbose=0), loaded.predict(x, verbose=0), seed)


def test_training_that_goes_on_from_a_file_gets_the_same_bits(tmp_path):
    for seed in FILE_SEEDS:
        model, x, y = started(seed)
        model.train_on_batch(x, y)
        model.save(tmp_path / "m.safetensors")
        loaded = models.load_model(tmp_path / "m.safetensors")
        for each in (model, loaded):
            for _ in range(2):
                each.train_on_batch(x, y)
        assert_same_arrays(model.get_weights(), loaded.get_weights(), seed)


def test_gradients_of_a_loss_of_ones_own_are_those_of_the_loss():
    """The squared error of all outputs together, by `differentiate` and by `compile`."""
    for seed in FILE_SEEDS:
        model, x, _ = started(seed, penalized=False)
        outputs = as_list(model.predict(x, verbose=0))
        y = [np.random.default_rng(seed).normal(size=each.shape).astype(np.float32) for each in outputs]
        model.compile("sgd", "mse")
        _, expected = model.compute_gradients(x, random_graphs.alone(y))
        given = [(2 / each.size) * (each - wanted) for each, wanted in zip(outputs, y, strict=True)]
        found = model.differentiate(x, random_graphs.alone(given))
        for one, other in zip(found.weights, expected, strict=True):
            # Sums of float32 over other orders of images: relative to the largest element.
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-5 * max(np.abs(other).max(), 1e-3), err_msg=f"seed {seed}")


def assert_same_arrays(one, other, seed):
    for mine, its in zip(as_list(one), as_list(other), strict=True):
        np.testing.assert_array_equal(mine, its, err_msg=f"seed {seed}")


# Beside Keras, away from kinks and without random numbers.


def both(seed, keras):
    """The same graph, weights and data in swiftcnn and in Keras."""
    models_of = []
    for module in (swiftcnn, keras):
        module.utils.clear_session()
        graph = Graph(module, seed, smooth=True)
        model, heads = graph.model()
        options = {"run_eagerly": True} if module is keras else {}
        compile_it(module, model, heads, module.optimizers.SGD(0.02), **options)
        models_of.append(model)
    mine, theirs = models_of
    theirs.set_weights(mine.get_weights())
    return mine, theirs, *data(mine, heads, seed, 5)


def differences(seed, keras):
    """Of the outputs, relative to the largest; and of the losses of five steps, relative to the loss."""
    mine, theirs, x, y = both(seed, keras)
    assert [layer.name for layer in mine.layers] == [layer.name for layer in theirs.layers], f"seed {seed}"
    outputs = [
        np.abs(found - np.asarray(expected)).max() / max(np.abs(expected).max(), 1e-3)
        for found, expected in zip(as_list(mine(x)), as_list(theirs(x)), strict=True)
    ]
    losses = []
    for _ in range(5):
        found, expected = (np.reshape(each.train_on_batch(x, y), -1)[0] for each in (mine, theirs))
        losses.append(abs(found - expected) / max(abs(expected), 1e-3))
    return max(outputs), max(losses)


def test_a_graph_computes_and_learns_what_keras_does():
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    for seed in KERAS_SEEDS:
        outputs, losses = differences(seed, keras)
        assert outputs <= 1e-4, f"seed {seed}"
        assert losses <= 1e-3, f"seed {seed}"
