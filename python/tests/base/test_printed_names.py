"""Names with characters that act on a terminal: they work as any other, and are escaped wherever they are printed."""

import copy
import warnings

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, callbacks, layers, metrics, models, utils, visualization

NAME = "a\x1b[31mred\nline\r\u202e\x85b"
ESCAPED = r"a\x1b[31mred\nline\r\u202e\x85b"


@pytest.fixture
def model():
    inner = Sequential([Input((6, 6, 2)), layers.Flatten(), layers.Dense(3, activation="relu", name=f"{NAME}3")], name=f"{NAME}2")
    model = Sequential([Input((8, 8, 1)), layers.Conv2D(2, 3, name=NAME), inner, layers.Dense(2)], name=NAME)
    model.compile("sgd", "mse", metrics=[metrics.MeanSquaredError(NAME)])
    return model


def is_harmless(text):
    return all(each.isprintable() or each in "\n\r" for each in text) and "\rb" not in text and "line\r" not in text


def test_summaries(model, capsys):
    model.summary(line_length=160, expand_nested=True)
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert f'Model: "{ESCAPED}"' in printed
    for shown in (f"{ESCAPED} (Conv2D)", f"{ESCAPED}2 (Sequential)", f"{ESCAPED}3 (Dense)"):
        assert shown in printed
    assert is_harmless(model._repr_html_())
    assert f"<b>Model: {ESCAPED}</b>" in model._repr_html_()


def test_reprs(model):
    for shown in (model, model.layers[0], model.layers[0].output, model.layers[1], Model(model.input, model.output, name=NAME)):
        assert ESCAPED in repr(shown)
        assert is_harmless(repr(shown))


@pytest.mark.parametrize("verbose", [1, 2])
def test_progress(model, capsys, verbose):
    model.fit(np.zeros((4, 8, 8, 1)), np.zeros((4, 2)), epochs=2, verbose=verbose)
    model.evaluate(np.zeros((4, 8, 8, 1)), np.zeros((4, 2)), verbose=verbose)
    printed = capsys.readouterr().out
    assert printed.count(f" - {ESCAPED}: ") == 3
    assert is_harmless(printed)


def test_callbacks(model, capsys, tmp_path):
    keep = callbacks.ModelCheckpoint(tmp_path / "model.safetensors", NAME, verbose=1, save_best_only=True)
    with pytest.warns(UserWarning, match="which is not in the logs") as caught:
        model.fit(np.zeros((4, 8, 8, 1)), np.zeros((4, 2)), verbose=0, callbacks=[keep, callbacks.EarlyStopping(f"val_{NAME}")])
    printed = capsys.readouterr().out
    assert f"Epoch 1: {ESCAPED} improved from None" in printed
    assert is_harmless(printed + str(caught[0].message))
    with pytest.raises(ValueError, match="cannot tell whether more or less") as error:
        model.fit(np.zeros((4, 8, 8, 1)), np.zeros((4, 2)), verbose=0, callbacks=[Forging("other"), Forging("other")])
    assert is_harmless(str(error.value))


class Forging(callbacks.EarlyStopping):
    """Watches a value that is of no metric, so that nothing tells which way is better."""

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, {"other": 1.0})
        super().on_epoch_end(epoch, {"other": 2.0})


def test_errors(model):
    def fails(call):
        with pytest.raises((ValueError, AttributeError)) as error:
            call()
        assert is_harmless(str(error.value))
        return str(error.value)

    assert ESCAPED in fails(lambda: model.get_layer("none"))
    assert ESCAPED in fails(lambda: model.set_weights([]))
    assert ESCAPED in fails(lambda: model.layers[0].set_weights([]))
    assert ESCAPED in fails(lambda: model.add(layers.Dense(3, name=NAME)))
    assert ESCAPED in fails(lambda: model.add(model.layers[0]))
    assert ESCAPED in fails(lambda: layers.Dense(3, name=NAME).count_params())
    assert ESCAPED in fails(lambda: Sequential(name=NAME).count_params())
    assert ESCAPED in fails(lambda: visualization.plot_history({NAME: [1.0]}, ["loss"]))


def test_pictures(model):
    pytest.importorskip("matplotlib")
    picture = utils.model_to_dot(model, expand_nested=True)
    texts = [text.get_text() for text in picture.figure.axes[0].texts]
    assert f"{ESCAPED} (Conv2D)" in texts
    assert f"{ESCAPED}2" in texts
    assert is_harmless("".join(texts))


@pytest.mark.parametrize("name", ["model.safetensors", "model.keras", "model.h5"])
def test_files_keep_such_names(model, tmp_path, name):
    if not name.endswith("safetensors"):
        pytest.importorskip("h5py")
    model.save(tmp_path / name)
    loaded = models.load_model(tmp_path / name)
    assert (loaded.name, loaded.layers[0].name, loaded.layers[1].layers[-1].name) == (NAME, NAME, f"{NAME}3")
    assert copy.deepcopy(loaded).layers[0].name == NAME
    assert loaded.plan_info()["training"][0]["layer"] == NAME  # a value, which is equal to the layer's name


def test_what_another_file_lacks_is_told_harmlessly(model, tmp_path):
    pytest.importorskip("h5py")
    model.save(tmp_path / "model.h5")
    other = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ValueError, match="Build the model as it was") as error:
        other.load_weights(tmp_path / "model.h5")
    assert is_harmless(str(error.value))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Sequential([Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Dense(1), layers.Dense(1)]).load_weights(
            tmp_path / "model.h5", skip_mismatch=True
        )
    assert caught
    assert all(is_harmless(str(each.message)) for each in caught)


def ends():
    inputs = Input((2,))
    return inputs, layers.Dense(1)(inputs)


@pytest.mark.parametrize("name", ["a\0b", "\0", "\ud800", "a\udfff"])
@pytest.mark.parametrize(
    "make",
    [
        lambda name: layers.Dense(2, name=name),
        lambda name: Input((2,), name=name),
        lambda name: Sequential(name=name),
        lambda name: Model(*ends(), name=name),
    ],
)
def test_characters_that_no_file_holds_are_refused(make, name):
    with pytest.raises(ValueError, match="a layer's name must not contain the character 0 or half of a surrogate pair"):
        make(name)


@pytest.mark.parametrize("name", [3, b"name", ["a"], 1.5])
def test_names_are_text(name):
    for make in (lambda: layers.Dense(2, name=name), lambda: Sequential(name=name)):
        with pytest.raises(TypeError, match="name must be a string"):
            make()
