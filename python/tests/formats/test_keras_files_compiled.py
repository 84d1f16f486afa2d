"""What `compile` chose and what the optimizer learned, in files that Keras 3.15.1 wrote or would read."""

import json
import shutil
import zipfile

import h5py
import numpy as np
import pytest
from forged_files import config_of
from keras_fixtures import FOLDER
from swiftcnn import Input, Sequential, layers, losses, metrics, models, optimizers
from swiftcnn._formats.keras._optimizers import State, _moments

FUNCTION = {"module": "builtins", "class_name": "function", "registered_name": "function"}  # as Keras writes any function
# What Keras writes of keras.metrics.AUC().
AUC = {
    "module": "keras.metrics",
    "class_name": "AUC",
    "config": {
        "name": "auc",
        "dtype": "float32",
        "num_thresholds": 200,
        "curve": "ROC",
        "summation_method": "interpolation",
        "multi_label": False,
        "num_labels": None,
        "label_weights": None,
        "from_logits": False,
    },
    "registered_name": None,
}


def compiled_as(tmp_path, name="line.keras", drop=(), **changes):
    """A file of Keras with another compile configuration."""
    with zipfile.ZipFile(FOLDER / name) as source:
        content = {entry: source.read(entry) for entry in source.namelist()}
    config = json.loads(content["config.json"])
    config["compile_config"] = {key: value for key, value in config["compile_config"].items() if key not in drop} | changes
    content["config.json"] = json.dumps(config)
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as file:
        for entry, value in content.items():
            file.writestr(entry, value)
    return models.load_model(tmp_path / "m.keras")


def test_the_defaults_of_auc(tmp_path):
    model = compiled_as(tmp_path, loss="categorical_crossentropy", metrics=[AUC])
    assert (model.compiled, model.metrics_names, model.optimizer.iterations) == (True, ["loss", "auc"], 4)


def test_losses_and_metrics_that_are_functions(tmp_path):
    chosen = [{**FUNCTION, "config": name} for name in ("categorical_accuracy", "mean_absolute_error")]
    model = compiled_as(tmp_path, loss={**FUNCTION, "config": "categorical_crossentropy"}, metrics=chosen)
    assert isinstance(model.loss, losses.CategoricalCrossentropy)
    assert model.metrics_names == ["loss", "categorical_accuracy", "mean_absolute_error"]
    assert model.optimizer.iterations == 4


def test_a_function_under_another_name(tmp_path):
    config = {"name": "off by", "dtype": "float32", "fn": {**FUNCTION, "config": "mean_absolute_error"}}
    wrapped = {"module": "keras.metrics", "class_name": "MeanMetricWrapper", "config": config, "registered_name": None}
    model = compiled_as(tmp_path, loss="mse", metrics=[wrapped])
    assert [type(metric) for metric in model._compiled.metrics] == [metrics.MeanAbsoluteError]
    assert model.metrics_names == ["loss", "off by"]


@pytest.mark.parametrize("loss", ["mse", ["mse"], {"out": "mse"}])
@pytest.mark.parametrize("chosen", [["mae"], [["mae"]], {"out": ["mae"]}, {"out": "mae"}])
def test_choices_for_each_output(tmp_path, loss, chosen):
    model = compiled_as(tmp_path, loss=loss, metrics=chosen, loss_weights={"out": 1.0})
    assert isinstance(model.loss, losses.MeanSquaredError)
    assert model.metrics_names == ["loss", "mae"]


def test_no_optimizer(tmp_path):
    """Keras leaves it out when the model was saved as `.h5` before, and opens the file with RMSprop."""
    with pytest.warns(UserWarning, match="the file's optimizer state is not this optimizer's: it begins anew"):
        model = compiled_as(tmp_path, drop=["optimizer"])
    assert (type(model.optimizer), model.optimizer.learning_rate) == (optimizers.RMSprop, pytest.approx(0.001))
    assert model.metrics_names == ["loss", "accuracy"]
    assert model.optimizer.iterations == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"loss": None}, "the file names no losses for the model's only output"),
        ({"loss": ["mse", "mae"]}, "the file names 2 losses"),
        ({"loss": "my_own"}, "unknown loss 'my_own'"),
        ({"loss": {**FUNCTION, "config": "my_own"}}, "unknown loss 'my_own'"),
        ({"loss": {**FUNCTION, "config": 5}}, "is a function whose name must be a string, received 5"),
        ({"loss": 5}, "loss must be a name or a swiftcnn loss object, received 5"),
        ({"loss_weights": ["half"]}, r"loss_weights must be a number, received 'half'"),
        ({"optimizer": {"module": "mine", "class_name": "Adam", "config": {}}}, "'Adam' from 'mine': only Keras's own"),
        ({"optimizer": {"class_name": "Adam", "config": {"amsgrad": True}}}, "amsgrad"),
        ({"optimizer": {"class_name": "Adam", "config": []}}, r"config must be a dict .*received \[\]"),
    ],
)
def test_what_cannot_be_compiled_is_told(tmp_path, changes, message):
    with pytest.warns(UserWarning, match=f"the model is not compiled, because .*{message}.*: compile it yourself"):
        model = compiled_as(tmp_path, **changes)
    assert not model.compiled
    assert model.built


def test_a_model_that_is_not_compiled(tmp_path, recwarn):
    drop = config_of("line.keras")["compile_config"]
    assert not compiled_as(tmp_path, drop=drop).compiled  # with an empty compile configuration, as Keras writes it
    assert not recwarn.list


def test_a_metric_that_is_unknown_is_left_out(tmp_path):
    mean = {"module": "keras.metrics", "class_name": "MeanIoU", "config": {"num_classes": 3}, "registered_name": None}
    with pytest.warns(UserWarning, match="a metric of the model is left out, because unknown metric 'MeanIoU'"):
        model = compiled_as(tmp_path, metrics=["accuracy", mean])
    assert (model.metrics_names, model.optimizer.iterations) == (["loss", "accuracy"], 4)


# The optimizer's state in `.h5`.


def moments(model):
    return _moments(model, State(model))


@pytest.mark.parametrize("name", ["line", "functional", "nested"])
def test_keras_s_state_is_the_same_in_both_files(name):
    from_h5, from_keras = (moments(models.load_model(FOLDER / f"{name}{ending}")) for ending in (".h5", ".keras"))
    assert from_h5.keys() == from_keras.keys()
    for mine, its in zip(from_h5.values(), from_keras.values(), strict=True):
        assert mine.any()
        np.testing.assert_array_equal(mine, its)


@pytest.mark.parametrize("name", ["line", "functional", "nested"])
def test_the_layout_is_keras_s(name, tmp_path):
    """Keras reads the arrays by their order; in its names it puts that of a sequential model before."""

    def layout(path):
        with h5py.File(path) as file:
            group = file["optimizer_weights"]
            names = [name if isinstance(name, str) else name.decode() for name in group.attrs["weight_names"]]
            assert len({*names}) == len(names)
            slots = ["_".join(name.split("/")[-1].split("_")[-1:]) for name in names]
            return [(slot, group[name].shape, group[name].dtype) for slot, name in zip(slots, names, strict=True)]

    models.load_model(FOLDER / f"{name}.keras").save(tmp_path / "m.h5")
    assert layout(tmp_path / "m.h5") == layout(FOLDER / f"{name}.h5")


def trained(optimizer, chain=None):
    chain = chain or [layers.Dense(3, name="first"), layers.Dense(1, name="last")]
    model = Sequential([Input((4,)), *chain])
    model.compile(optimizer, "mse")
    x = np.random.default_rng(1).random((8, 4))
    model.fit(x, x[:, :1], batch_size=2, epochs=2, verbose=0, shuffle=False)
    return model, x


@pytest.mark.parametrize(
    "optimizer", ["sgd", "adam", optimizers.RMSprop(momentum=0.5, centered=True), optimizers.Adam(use_ema=True)]
)
@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_training_goes_on(optimizer, ending, tmp_path):
    model, x = trained(optimizer)
    model.save(tmp_path / f"m{ending}")
    loaded = models.load_model(tmp_path / f"m{ending}")
    assert loaded.optimizer.iterations == 8
    for each in (model, loaded):
        each.fit(x, x[:, :1], batch_size=2, verbose=0, shuffle=False)
    for mine, its in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-5, atol=1e-6)  # the learning rate goes through float32


def test_names_of_moments_that_would_be_equal(tmp_path):
    inner = Sequential([layers.Dense(3, name="c")], name="a_b")
    model, _ = trained("adam", [inner, Sequential([layers.Dense(3, name="b_c")], name="a"), layers.Dense(1)])
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5") as file:
        names = [str(name) for name in file["optimizer_weights"].attrs["weight_names"]]
    assert any("a_b_c_kernel_momentum_1" in name for name in names)
    for mine, its in zip(moments(model).values(), moments(models.load_model(tmp_path / "m.h5")).values(), strict=True):
        np.testing.assert_array_equal(mine, its)


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_a_model_that_is_called_optimizer(tmp_path, ending):
    """Its weights begin as the optimizer's tensors once did in the engine's files."""
    model, _ = trained("adam", [Sequential([layers.Dense(3, name="first")], name="optimizer"), layers.Dense(1)])
    model.save(tmp_path / f"m{ending}")
    loaded = models.load_model(tmp_path / f"m{ending}")
    assert loaded.optimizer.iterations == 8
    assert len(moments(loaded)) == 8
    for mine, its in zip(moments(model).values(), moments(loaded).values(), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_state_of_frozen_layers_is_said_to_be_lost(tmp_path):
    model, _ = trained("adam")
    model.layers[0].trainable = False
    for ending in (".h5", ".keras"):
        with pytest.warns(UserWarning, match="does not hold the optimizer's state of frozen layers"):
            model.save(tmp_path / f"m{ending}")
        assert models.load_model(tmp_path / f"m{ending}").optimizer.iterations == 8


def test_a_layer_that_never_learned_loses_nothing(tmp_path, recwarn):
    frozen = layers.Dense(3, trainable=False)
    model, _ = trained(optimizers.Adagrad(), [frozen, layers.Dense(1)])
    model.save(tmp_path / "m.h5")
    assert not recwarn.list


def with_state(tmp_path, change):
    shutil.copy(FOLDER / "line.h5", tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        change(file["optimizer_weights"])
    return tmp_path / "m.h5"


def renamed(group):
    names = [str(name) for name in group.attrs["weight_names"]]
    group["training/Adam/iter:0"] = group[names[0]]
    group.attrs["weight_names"] = ["training/Adam/iter:0", *names[1:]]


def shortened(group):
    group.attrs["weight_names"] = list(group.attrs["weight_names"])[:-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (renamed, "the optimizer's state in the file is in the order of Keras before 2.11, which is not read: it begins anew"),
        (shortened, "the file's optimizer state is not this optimizer's: it begins anew"),
    ],
)
def test_state_that_is_not_read_is_said_to_be_lost(tmp_path, change, message):
    with pytest.warns(UserWarning, match=message):
        model = models.load_model(with_state(tmp_path, change))
    assert (model.compiled, model.optimizer.iterations) == (True, 0)


def test_state_before_the_first_step(tmp_path, recwarn):
    def unbuilt(group):
        group["adam/iteration"][()] = 0
        group.attrs["weight_names"] = list(group.attrs["weight_names"])[:2]

    assert models.load_model(with_state(tmp_path, unbuilt)).optimizer.iterations == 0
    assert not recwarn.list


@pytest.mark.parametrize("value", [np.nan, np.zeros(3), b"x"])
def test_a_number_of_steps_that_is_none(tmp_path, value):
    def change(group):
        del group["adam/iteration"]
        group["adam/iteration"] = value

    with pytest.raises(ValueError, match=r"m\.h5: the array 'optimizer_weights/adam/iteration' h(old|a)s .*, expected"):
        models.load_model(with_state(tmp_path, change))
