"""Files of Keras of models with branches: those that Keras wrote (golden/make_keras_graph_files.py), and live ones."""

import json
import warnings
import zipfile
from importlib.util import find_spec

import keras_graphs
import numpy as np
import pytest
import swiftcnn
from keras_fixtures import FOLDER, TOLERANCE
from keras_graphs import ALL, GRAPHS, OPERATORS, data, flat
from swiftcnn import models

needs_keras = pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
EXPECTED = json.loads((FOLDER / "graphs.json").read_text())
LOSSES = 1e-4  # what losses differ by after a few steps in float32
ENDINGS = (".keras", ".h5")


def started(name, module=swiftcnn):
    """The graph with the weights of the fixtures."""
    module.utils.clear_session()
    model = ALL[name](module)
    model.set_weights(keras_graphs.weights([weight.shape for weight in model.get_weights()]))
    return model


def outline(model):
    """The names and kinds of the layers, those of models within too."""
    return [
        [layer.name, outline(layer) if hasattr(layer, "layers") else type(layer).__name__]
        for layer in model.layers
        if type(layer).__name__ != "InputLayer"
    ]


def assert_predicts(model, expected, given):
    found = flat(model.predict(given, verbose=0))
    for mine, right in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, right, atol=TOLERANCE, rtol=TOLERANCE)


# What Keras wrote.


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_code_makes_the_same_model(name):
    model = started(name)
    assert outline(model) == EXPECTED[name]["layers"]
    assert_predicts(model, EXPECTED[name]["predictions"], data(model))


@pytest.mark.parametrize("form", ["config", "h5_config"])
@pytest.mark.parametrize("name", EXPECTED)
def test_a_description_of_keras_makes_the_model(name, form):
    model = models.model_from_json(json.dumps(EXPECTED[name][form]))
    assert outline(model) == EXPECTED[name]["layers"]
    if name == "across":  # which has copies
        return
    model.set_weights(keras_graphs.weights([weight.shape for weight in model.get_weights()]))
    assert_predicts(model, EXPECTED[name]["predictions"], data(model))
    assert form_of(model) == form_of(started(name))


def form_of(model):
    """The form in which inputs and outputs are given. Keras's files have lists for tuples."""
    return [list(each) if isinstance(each, dict) else isinstance(each, (list, tuple)) for each in (model.input, model.output)]


@pytest.mark.parametrize("ending", [*ENDINGS, ".weights.h5"])
def test_a_graph_that_keras_wrote(ending):
    if ending == ".weights.h5":
        model = GRAPHS["nested"](swiftcnn)
        model.load_weights(FOLDER / "graph.weights.h5")
    else:
        model = models.load_model(FOLDER / f"graph{ending}")
    assert_predicts(model, EXPECTED["nested"]["predictions"], data(model))
    assert outline(model) == EXPECTED["nested"]["layers"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_compiled_graph_that_keras_wrote(ending):
    model = models.load_model(FOLDER / f"dicts{ending}")
    expected = json.loads((FOLDER / "dicts.json").read_text())
    assert model.metrics_names == expected["metrics_names"]
    assert (model.optimizer.iterations, [head.weight for head in model._compiled.heads]) == (3, [1.0, 0.5])
    x, y = data(model), targets(model)
    np.testing.assert_allclose(model.evaluate(x, y, verbose=0), expected["evaluated"], rtol=LOSSES)
    history = model.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0).history
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=LOSSES)


def targets(model):
    """By name, for losses of classes where an output has several."""
    return {
        name: np.arange(4) % symbol.shape[-1] if symbol.shape[-1] > 1 else np.linspace(-1, 1, 4, dtype=np.float32)[:, None]
        for name, symbol in zip(sorted(model.output), model.outputs, strict=True)
    }


# What is written here.


@pytest.mark.parametrize("ending", [*ENDINGS, ".weights.h5"])
@pytest.mark.parametrize("name", ALL)
def test_what_is_written_is_read_alike(name, ending, tmp_path):
    model = started(name)
    path = tmp_path / f"m{ending}"
    if ending == ".weights.h5":
        model.save_weights(path)
        copy = ALL[name](swiftcnn)
        copy.load_weights(path)
    else:
        save(model, path, name)
        copy = models.load_model(path)
    given = data(model)
    for mine, its in zip(flat(model.predict(given, verbose=0)), flat(copy.predict(given, verbose=0)), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert outline(copy) == outline(model)
    assert form_of(copy) == form_of(model)
    if ending == ".keras" and name != "across":
        assert told(copy) == told(model)


def save(model, path, name):
    if name == "across":
        with pytest.warns(UserWarning, match="lies in several models, which no file of Keras holds: it has a copy in each"):
            model.save(path)
    else:
        model.save(path)


def told(model):
    """Layers with their settings, and operators with their constants."""
    config = model.get_config()
    return config["layers"], [each.get("operations") for each in config.get("models", {}).values()]


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "in_line"])
def test_calls_are_written_as_keras_writes_them(name, tmp_path):
    model, expected = started(name), EXPECTED[name]["config"]["config"]
    save(model, tmp_path / "m.keras", name)
    with zipfile.ZipFile(tmp_path / "m.keras") as file:
        found = json.loads(file.read("config.json"))["config"]
    for ends in ("input_layers", "output_layers"):
        assert found[ends] == expected[ends]
    for mine, its in zip(found["layers"], expected["layers"], strict=True):
        assert [mine[key] for key in ("name", "class_name", "module")] == [its[key] for key in ("name", "class_name", "module")]
        assert [node["args"] for node in mine["inbound_nodes"]] == [node["args"] for node in its["inbound_nodes"]]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("by_name", [True, False])
def test_what_was_compiled_for_several_outputs_goes_on(by_name, ending, tmp_path):
    model = started("dicts" if by_name else "network_two_in_two_out")
    losses, metrics = [None, "mse"], [["mae"], ["mse", "mae"]]
    chosen = [dict(zip(model.output_names, each, strict=True)) if by_name else each for each in (losses, [1.0, 0.5], metrics)]
    model.compile("adam", chosen[0], loss_weights=chosen[1], metrics=chosen[2])
    generator = np.random.default_rng(0)
    y = [generator.normal(size=(4, *symbol.shape[1:])).astype(np.float32) for symbol in model.outputs]
    y, given = dict(zip(model.output_names, y, strict=True)) if by_name else y, data(model)
    model.fit(given, y, epochs=2, verbose=0)
    model.save(tmp_path / f"m{ending}")
    copy = models.load_model(tmp_path / f"m{ending}")
    assert copy.metrics_names == model.metrics_names
    assert [head.weight for head in copy._compiled.heads] == [1.0, 0.5]
    assert [head.loss is None for head in copy._compiled.heads] == [True, False]
    one, other = (each.fit(given, y, epochs=2, shuffle=False, verbose=0).history for each in (model, copy))
    for name, values in one.items():
        np.testing.assert_allclose(values, other[name], rtol=1e-6)  # the learning rate goes through float32


# Live, where Keras is there: CI has none.


@needs_keras
@pytest.mark.parametrize("ending", [*ENDINGS, ".weights.h5"])
@pytest.mark.parametrize("name", ALL)
def test_keras_takes_and_gives_a_graph(name, ending, tmp_path):
    import keras

    mine, theirs = started(name), started(name, keras)
    given = data(mine)
    expected = [np.asarray(each) for each in flat(theirs.predict(given, verbose=0))]
    ours, its = tmp_path / f"ours{ending}", tmp_path / f"its{ending}"
    if ending == ".weights.h5":
        mine.save_weights(ours)
        theirs.save_weights(its)
        fresh = ALL[name](keras)
        fresh.load_weights(ours)
        assert_predicts(fresh, expected, given)
        fresh = ALL[name](swiftcnn)
        fresh.load_weights(its)
        assert_predicts(fresh, expected, given)
        return
    save(mine, ours, name)
    theirs.save(its)
    loaded = models.load_model(its)
    assert_predicts(loaded, expected, given)
    assert outline(loaded) == outline(theirs)
    if ending == ".keras" or name not in OPERATORS:  # which Keras cannot read from `.h5`, also from its own
        loaded = keras.models.load_model(ours)
        assert_predicts(loaded, expected, given)
        assert outline(loaded) == outline(theirs)


def of_output(symbol, place):
    """A loss, a metric and targets for an output."""
    generator = np.random.default_rng(place)
    shape = (6, *symbol.shape[1:])
    return ("mse", "mae")[place % 2], ["mae"] if place else ["mse", "mae"], generator.normal(size=shape).astype(np.float32)


def choices(model, form):
    """What to compile a model by, and its targets, in lists or by the outputs' names."""
    losses, metrics, arrays = zip(*(of_output(each, place) for place, each in enumerate(model.outputs)), strict=True)
    weights = [1.0, 0.5, 0.25][: len(losses)]
    if len(losses) == 1:
        return {"loss": losses[0], "metrics": metrics[0]}, arrays[0]
    if form == "dict":
        names = model.output_names if isinstance(model.output, dict) else [symbol.node.item.name for symbol in model.outputs]
        by_name = [dict(zip(names, each, strict=True)) for each in (losses, weights, metrics)]
        y = dict(zip(names, arrays, strict=True)) if isinstance(model.output, dict) else list(arrays)
        return dict(zip(("loss", "loss_weights", "metrics"), by_name, strict=True)), y
    return {"loss": list(losses), "loss_weights": weights, "metrics": [list(each) for each in metrics]}, list(arrays)


TRAINED = [(name, "dict") for name in ("dicts", "network_two_in_two_out")]
TRAINED += [(name, "list") for name in ALL if name not in ("across", "dicts", "merges")]


@needs_keras
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(("name", "form"), TRAINED)
def test_training_goes_on_on_the_other_side(name, form, ending, tmp_path):
    import keras

    if ending == ".h5" and name in OPERATORS:
        pytest.skip("Keras cannot read operators from .h5, also from its own")
    mine, theirs = started(name), started(name, keras)
    given, (chosen, y) = data(mine, 6), choices(mine, form)
    for module, model in ((swiftcnn, mine), (keras, theirs)):
        model.compile(optimizer=module.optimizers.Adam(0.01), **chosen)
    settings = {"batch_size": 3, "shuffle": False, "verbose": 0}
    mine.fit(given, y, epochs=2, **settings)
    save(mine, tmp_path / f"ours{ending}", name)
    taken = keras.models.load_model(tmp_path / f"ours{ending}")
    if ending == ".h5":  # Keras 3.15 cannot train a model from `.h5` with an optimizer's state
        assert_same_losses(taken.evaluate(given, y, batch_size=3, verbose=0), mine.evaluate(given, y, batch_size=3, verbose=0))
    else:
        assert taken.optimizer.iterations == 4
        assert_same_losses(taken.fit(given, y, epochs=2, **settings).history, mine.fit(given, y, epochs=2, **settings).history)
    theirs.fit(given, y, epochs=2, **settings)
    theirs.save(tmp_path / f"its{ending}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        taken = models.load_model(tmp_path / f"its{ending}")
    assert taken.optimizer.iterations == 4
    assert_same_losses(taken.fit(given, y, epochs=2, **settings).history, theirs.fit(given, y, epochs=2, **settings).history)


def assert_same_losses(mine, its):
    if not isinstance(mine, dict):
        mine, its = ({"loss": each[0]} if isinstance(each, list) else {"loss": each} for each in (mine, its))
    for name, values in mine.items():
        if "inner_loss" not in mine or name == "loss":  # of outputs of one name, Keras tells the same loss twice
            np.testing.assert_allclose(values, its[name], rtol=LOSSES, atol=LOSSES, err_msg=name)
