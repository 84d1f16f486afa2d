"""Files that Keras wrote (golden/make_keras_files.py) and files for Keras."""

import os
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from keras_fixtures import FILES, FOLDER, KERAS_2, TOLERANCE, VALUES, changed_line, predictions
from swiftcnn import Input, Model, Sequential, layers, models, optimizers


def outline(model):
    """The names, the kinds and what is frozen, models within models too."""
    return [
        (layer.name, outline(layer)) if isinstance(layer, Model) else (layer.name, type(layer).__name__, layer.trainable)
        for layer in model.layers
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_keras_predicts_as_keras_does(name):
    model = models.load_model(FOLDER / name)
    np.testing.assert_allclose(model.predict(VALUES["x"], verbose=0), predictions(name), atol=TOLERANCE)
    assert type(model) is (Sequential if name.startswith(("line", "frozen")) else Model)


@pytest.mark.parametrize("name", [name for name in FILES if name != "keras2.h5"])
def test_what_was_compiled_and_learned_goes_on(name):
    model = models.load_model(FOLDER / name)
    assert isinstance(model.optimizer, optimizers.Adam)
    assert model.optimizer.learning_rate == pytest.approx(0.01)
    assert model.metrics_names == ["loss", "accuracy"]
    assert model.optimizer.iterations == 4
    assert not models.load_model(FOLDER / name, compile=False).compiled


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_what_is_written_is_read_alike(name, ending, tmp_path):
    model = models.load_model(FOLDER / name)
    model.save(tmp_path / f"copy{ending}")
    copy = models.load_model(tmp_path / f"copy{ending}")
    assert outline(copy) == outline(model)
    for mine, its in zip(model.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert copy.get_config() == model.get_config()


def test_the_optimizer_is_written_too(data, tmp_path):
    model = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(8, activation="relu"), layers.Dense(4)])
    model.compile(optimizers.Adam(0.01), "mean_squared_error")
    data = data[0], np.eye(4)[data[1]]
    model.fit(*data, verbose=0)
    model.save(tmp_path / "m.keras")
    copy = models.load_model(tmp_path / "m.keras")
    for each in (model, copy):
        each.fit(*data, shuffle=False, verbose=0)
    for mine, its in zip(model.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-6, atol=1e-7)  # the learning rate goes through float32


@pytest.mark.parametrize("ending", [".weights.h5", ".h5", ".keras"])
def test_weights_alone(ending, tmp_path):
    model = models.load_model(FOLDER / "nested.keras")
    (model.save if ending == ".keras" else model.save_weights)(tmp_path / f"w{ending}")
    other = Model.from_config(model.get_config())
    other.load_weights(tmp_path / f"w{ending}")
    np.testing.assert_array_equal(other(VALUES["x"]), model(VALUES["x"]))


def test_weights_that_keras_wrote():
    model = Sequential.from_config(models.load_model(FOLDER / "line.keras").get_config())
    model.load_weights(FOLDER / "line.weights.h5")
    np.testing.assert_allclose(model(VALUES["x"]), VALUES["line"], atol=TOLERANCE)
    for name in ("line.h5", "line.keras"):
        model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
        model.load_weights(FOLDER / name)
        np.testing.assert_allclose(model(VALUES["x"]), VALUES["line"], atol=TOLERANCE)


@pytest.mark.parametrize("name", ["line.weights.h5", "line.h5", "line.keras"])
def test_weights_that_do_not_fit_change_nothing(name):  # bad input 48
    model = changed_line(units=5)
    before = model.get_weights()
    with pytest.raises(ValueError, match=rf"{name}: the layer 'dense' has weights of .* \[\(27, 5\), \(5,\)\], .*\(27, 3\)"):
        model.load_weights(FOLDER / name)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    with pytest.warns(UserWarning, match=r"the layer 'dense' has weights .*: skipped"):
        model.load_weights(FOLDER / name, skip_mismatch=True)
    expected = models.load_model(FOLDER / "line.keras").get_weights()
    for now, then in zip(model.get_weights()[:-2], expected[:-2], strict=True):
        np.testing.assert_array_equal(now, then)
    np.testing.assert_array_equal(model.get_weights()[-2], before[-2])


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_layers_of_equal_names_in_models_within_models(order, tmp_path):
    def inner(name):
        return Sequential([layers.Dense(3, name="same")], name=name)

    model = Sequential([Input((3,)), Sequential([inner("a"), inner("b")], name="base"), layers.Dense(1)])
    other = Sequential([Input((3,)), Sequential(list(map(inner, order)), name="base"), layers.Dense(1)])
    model.save(tmp_path / "m.h5")
    other.load_weights(tmp_path / "m.h5")
    for name in order:
        mine, its = (each.layers[0].get_layer(name).layers[0].get_weights()[0] for each in (model, other))
        np.testing.assert_array_equal(mine, its)


def test_weights_by_name():
    source = models.load_model(FOLDER / "line.h5")
    names = [layer.name for layer in source.layers]
    model = Sequential([Input((8, 8, 2)), layers.Conv2D(4, 3, name=names[0]), layers.Flatten(), layers.Dense(3, name="head")])
    with pytest.raises(ValueError, match=r"the model has 2 layers with weights \(conv2d.*, head\), the file 4 .*by_name=True"):
        model.load_weights(FOLDER / "line.h5")
    head = model.layers[-1].get_weights()
    model.load_weights(FOLDER / "line.h5", by_name=True)
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], source.layers[0].get_weights()[0])
    np.testing.assert_array_equal(model.layers[-1].get_weights()[0], head[0])
    with pytest.raises(ValueError, match="by_name=True is for files of the older layout"):
        model.load_weights(FOLDER / "line.weights.h5", by_name=True)


def test_by_name_is_for_files_of_keras(model, tmp_path):
    model.save_weights(tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match=r"by_name and skip_mismatch are for files of Keras \(\.h5, \.keras\)"):
        model.load_weights(tmp_path / "w.safetensors", by_name=True)


def test_without_h5py_the_extra_is_named(monkeypatch, tmp_path, model):
    monkeypatch.setitem(sys.modules, "h5py", None)
    for use in (
        lambda: models.load_model(FOLDER / "line.keras"),
        lambda: models.load_model(FOLDER / "line.h5"),
        lambda: model.save(tmp_path / "m.keras"),
        lambda: model.load_weights(FOLDER / "line.weights.h5"),
    ):
        with pytest.raises(ImportError, match=r"a file of Keras needs h5py, .*pip install 'swiftcnn\[keras\]'"):
            use()
    assert os.listdir(tmp_path) == []


# What the last Keras 2 wrote (golden/make_keras2_files.py).


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_a_file_of_keras_2(ending):
    model = models.load_model(FOLDER / f"by_keras2{ending}")
    np.testing.assert_allclose(model.predict(VALUES["x"], verbose=0), KERAS_2, atol=TOLERANCE)
    assert [layer.trainable for layer in model.layers[0].layers] == [False, True, True, True]
    assert (type(model.optimizer), model.metrics_names) == (optimizers.Adam, ["loss", "accuracy"])
    assert model.optimizer.learning_rate == pytest.approx(0.01)
    assert model.optimizer.iterations == 4
    before = model.evaluate(VALUES["x"], np.arange(6) % 3, verbose=0)[0]
    assert model.fit(VALUES["x"], np.arange(6) % 3, epochs=3, verbose=0).history["loss"][-1] < before


@pytest.mark.parametrize("ending", [".weights.h5", ".h5", ".keras"])
def test_weights_of_keras_2(ending):
    model = models.load_model(FOLDER / "by_keras2.h5")
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    model.load_weights(FOLDER / f"by_keras2{ending}")
    np.testing.assert_allclose(model.predict(VALUES["x"], verbose=0), KERAS_2, atol=TOLERANCE)


# Live, where Keras is there: CI has none.


@pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("name", ["line", "functional", "nested", "frozen"])
def test_keras_reads_what_is_written(name, ending, tmp_path):
    import keras

    model = models.load_model(FOLDER / f"{name}.keras")
    model.save(tmp_path / f"m{ending}")
    theirs = keras.models.load_model(tmp_path / f"m{ending}")
    np.testing.assert_allclose(theirs.predict(VALUES["x"], verbose=0), VALUES[name], atol=TOLERANCE)
    theirs.save_weights(tmp_path / "w.weights.h5")
    model.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_allclose(model(VALUES["x"]), VALUES[name], atol=TOLERANCE)
