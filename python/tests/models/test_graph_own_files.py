"""Graphs in this library's own files, copies and descriptions: operators stay operators, and shared layers shared."""

import json
import pickle

import keras_graphs
import numpy as np
import pytest
import swiftcnn
from keras_graphs import GRAPHS, data, flat
from swiftcnn import Input, Model, Sequential, layers, models


def started(name):
    swiftcnn.utils.clear_session()
    model = GRAPHS[name](swiftcnn)
    model.set_weights(keras_graphs.weights([weight.shape for weight in model.get_weights()]))
    return model


def by_file(model, tmp_path):
    model.save(tmp_path / "m.safetensors")
    return models.load_model(tmp_path / "m.safetensors")


def by_pickle(model, tmp_path):
    return pickle.loads(pickle.dumps(model))


def with_weights(copy, model):
    copy.set_weights(model.get_weights())
    return copy


def by_config(model, tmp_path):
    return with_weights(type(model).from_config(model.get_config()), model)


def by_json(model, tmp_path):
    return with_weights(models.model_from_json(model.to_json()), model)


def by_clone(model, tmp_path):
    return with_weights(models.clone_model(model), model)


@pytest.mark.parametrize("copied", [by_file, by_pickle, by_config, by_json, by_clone])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_copy_is_the_same_graph(name, copied, tmp_path):
    model = started(name)
    copy = copied(model, tmp_path)
    given = data(model)
    mine, its = model.predict(given, verbose=0), copy.predict(given, verbose=0)
    assert type(its) is type(mine)
    assert not isinstance(mine, dict) or list(mine) == list(its)
    for one, other in zip(flat(mine), flat(its), strict=True):
        np.testing.assert_array_equal(one, other)
    if name != "merges" or copied not in (by_file, by_pickle):  # where the engine writes both axes of a Dot
        assert json.dumps(copy.get_config()) == json.dumps(model.get_config())
    assert [layer.name for layer in copy.layers] == [layer.name for layer in model.layers]
    assert type(copy) is type(model)


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "across"])  # which gets a copy in each model
def test_a_function_clones_the_layers_and_not_the_operators(name):
    model = started(name)
    kinds = set()

    def same(layer):
        kinds.add(type(layer).__name__)
        return type(layer).from_config(layer.get_config())

    copy = with_weights(models.clone_model(model, clone_function=same), model)
    assert "Operation" not in kinds
    given = data(model)
    for one, other in zip(flat(model.predict(given, verbose=0)), flat(copy.predict(given, verbose=0)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_models_operators_are_layers_or_the_engine_s():
    """As the engine describes a graph that was made in Swift."""
    x, y = Input((6, 3), name="x"), Input((6, 3), name="y")
    model = Model([x, y], (x / y)[:, ::-2, None] * 2)
    config = {key: value for key, value in model.get_config().items() if key != "models"}
    copy = Model.from_config(config)
    assert [type(layer).__name__ for layer in copy.layers] == ["InputLayer", "InputLayer", "Rescaling"]
    given = data(model)
    np.testing.assert_array_equal(copy.predict(given, verbose=0), model.predict(given, verbose=0))


def test_a_subclass_of_sequential_keeps_its_class():
    class Own(Sequential):
        pass

    inner = started("in_line").layers[0]
    model = Own([Input((4,)), inner, layers.Dense(2)], name="own")
    copy = Own.from_config(model.get_config())
    assert (type(copy), copy.name) == (Own, "own")


# Weights of Keras's files, layer by layer.


@pytest.mark.parametrize("ending", [".h5", ".keras", ".weights.h5"])
def test_layers_that_do_not_fit_are_skipped(ending, tmp_path):
    model, path = started("shared"), tmp_path / f"m{ending}"
    (model.save_weights if ending == ".weights.h5" else model.save)(path)
    config = model.get_config()
    next(layer for layer in config["layers"] if layer["name"] == "out")["config"]["units"] = 5
    other = Model.from_config(config)
    kept = other.get_layer("out").get_weights()[0]
    with pytest.raises(ValueError, match="the layer 'out' has weights of the shapes"):
        other.load_weights(path)
    with pytest.warns(UserWarning, match="the layer 'out' has weights of .*: skipped"):
        other.load_weights(path, skip_mismatch=True)
    np.testing.assert_array_equal(other.get_layer("dense").get_weights()[0], model.get_layer("dense").get_weights()[0])
    np.testing.assert_array_equal(other.get_layer("out").get_weights()[0], kept)


def test_weights_by_name(tmp_path):
    model = started("nested")
    model.save(tmp_path / "m.h5")
    a, line = Input((4,), name="a"), Sequential.from_config(model.get_layer("line").get_config())
    other = Model(a, layers.Add()([line(a), layers.Dense(4)(a)]))
    other.load_weights(tmp_path / "m.h5", by_name=True)
    np.testing.assert_array_equal(other.get_layer("line").get_weights()[0], model.get_layer("line").get_weights()[0])


def line_with_an_operator():
    x = Input((8,))
    return Model(x, layers.ReLU()(x)[:, None], name="cut")


@pytest.mark.parametrize("copied", [by_file, by_pickle, by_config, by_json, by_clone])
@pytest.mark.parametrize("make", [line_with_an_operator, lambda: Sequential([line_with_an_operator(), layers.Dense(2)])])
def test_what_is_a_line_to_the_engine_keeps_its_operators(make, copied, tmp_path):
    model = make()
    copy = copied(model, tmp_path)
    assert type(copy) is type(model)
    assert copy.get_config() == model.get_config()
    x = np.linspace(-1, 1, 16, dtype=np.float32).reshape(2, 8)
    np.testing.assert_array_equal(copy.predict(x, verbose=0), model.predict(x, verbose=0))
