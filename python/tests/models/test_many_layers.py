"""Models of thousands of layers: work that grows with their number, not with its square."""

import json
import subprocess
import sys

import h5py
import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, models

COUNT = 40_000  # quadratic work took minutes
SCRIPT = """
import sys
from swiftcnn import models
how, path = sys.argv[1:]
model = models.load_model(path) if how == "load" else models.model_from_json(open(path).read())
print(len(model.layers), model.layers[-1].name)
"""


def chain(names=True):
    described = [{"class": "ReLU", **({"name": f"r{number}"} if names else {}), "config": {}} for number in range(COUNT)]
    return {"format": 1, "class": "Sequential", "name": "s", "input": {"name": "i", "shape": [4]}, "layers": described}


def quickly(how, path):
    """In a process of its own, which a test can end."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, how, str(path)], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def test_a_safetensors_file(tmp_path):
    metadata = {"format": "swiftcnn", "version": "1", "architecture": json.dumps(chain())}
    header = json.dumps({"__metadata__": metadata}).encode()
    (tmp_path / "m.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    assert quickly("load", tmp_path / "m.safetensors") == [str(COUNT), f"r{COUNT - 1}"]


def test_json_without_names(tmp_path):
    (tmp_path / "m.json").write_text(json.dumps(chain(names=False)))
    assert quickly("json", tmp_path / "m.json") == [str(COUNT), f"re_lu_{COUNT - 1}"]


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_file_of_keras(ending, tmp_path):
    model = Sequential([Input((4,)), *(layers.ReLU() for _ in range(COUNT // 8)), layers.Dense(1)])
    model.save(tmp_path / f"m{ending}")
    assert quickly("load", tmp_path / f"m{ending}") == [str(COUNT // 8 + 1), "dense"]


def branching(count):
    """A graph of this many layers: convolutions, and sums of what lies one and two layers before."""
    inputs = Input((5, 5, 2))
    before, x = inputs, inputs
    for number in range(1, count - 2):
        layer = layers.Add() if number % 2 else layers.Conv2D(2, 1)
        before, x = x, layer([before, x] if number % 2 else x)
    return Model(inputs, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


@pytest.mark.parametrize("ending", ["safetensors", "keras"])
def test_a_graph_of_a_thousand_nodes(ending, tmp_path):
    model = branching(1000)
    # Sums of sums grow without end, unless the convolutions shrink them.
    model.set_weights([0.3 * weight for weight in model.get_weights()])
    assert len(model.layers) == 1000
    x, y = np.random.default_rng(1).normal(size=(4, 5, 5, 2)), [0, 1, 2, 0]
    model.compile("adam", "sparse_categorical_crossentropy")
    losses = [model.train_on_batch(x, y) for _ in range(3)]
    assert np.isfinite(losses).all()
    assert losses[0] != losses[-1]
    model.summary(print_fn=(text := []).append)
    assert "conv2d_497" in text[0]
    model.save(tmp_path / f"m.{ending}")
    loaded = models.load_model(tmp_path / f"m.{ending}")
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    assert loaded.train_on_batch(x, y) == model.train_on_batch(x, y)


def test_names_too_long_for_one_attribute(tmp_path):
    def chain_of_dense():
        return Sequential([Input((1,)), *(layers.Dense(1, name=f"{'long' * 20}{number}") for number in range(900))])

    model, other = chain_of_dense(), chain_of_dense()
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5") as file:
        assert "layer_names1" in file["model_weights"].attrs
    other.load_weights(tmp_path / "m.h5", by_name=True)
    for mine, its in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_a_name_too_long_for_an_attribute(tmp_path):  # once the writer looked for ever for pieces that are short enough
    model = Sequential([Input((1,)), layers.Dense(1, name="x" * 70_000)])
    with pytest.raises(ValueError, match="a name of 70000 bytes is too long for HDF5, which takes 64512"):
        model.save(tmp_path / "m.h5")


def test_a_name_is_free_only_once():
    model = Sequential([layers.Dense(1, name="dense_1"), layers.Dense(1), layers.Dense(1), layers.Dense(1, name="dense_3")])
    model.add(layers.Dense(1))
    assert [layer.name for layer in model.layers] == ["dense_1", "dense", "dense_2", "dense_3", "dense_4"]
    with pytest.raises(ValueError, match="already has a layer 'dense_2'"):
        Sequential([layers.Dense(1, name="dense_2"), layers.Dense(1, name="dense_2")])


def test_a_layer_is_taken_once():
    layer, inner = layers.Dense(1), Sequential([layers.Dense(1)])
    with pytest.raises(ValueError, match="is in model 'sequential' already, and a line has each layer once"):
        Sequential([inner, inner.layers[0]])
    with pytest.raises(ValueError, match="already"):
        Sequential([layer, layer])


def test_a_subclass_may_add_in_its_own_way():
    class Watched(Sequential):
        def add(self, layer):
            added.append(type(layer).__name__)
            super().add(layer)

    added = []
    model = Watched([Input((2,)), layers.Dense(1)])
    assert added == ["InputLayer", "Dense"]
    assert isinstance(Watched.from_config(model.get_config()), Watched)
    assert added == ["InputLayer", "Dense"] * 2
