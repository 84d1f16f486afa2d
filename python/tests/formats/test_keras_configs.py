"""What Keras's get_config and to_json return (golden/make_keras_configs.py), in from_config, get and model_from_json."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from swiftcnn import (
    Input,
    Model,
    Sequential,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
)

DESCRIBED = json.loads((Path(__file__).parents[1] / "golden" / "keras_configs.json").read_text())
MODULES = {
    "layers": layers,
    "losses": losses,
    "metrics": metrics,
    "optimizers": optimizers,
    "initializers": initializers,
    "regularizers": regularizers,
    "constraints": constraints,
    "schedules": optimizers.schedules,
}
CASES = [(kind, each) for kind in MODULES for each in DESCRIBED[kind]]


def plain(value):
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(("kind", "described"), CASES, ids=[f"{kind}.{each['class_name']}" for kind, each in CASES])
def test_settings_are_keras_s(kind, described):
    module, config = MODULES[kind], described["config"]
    value = getattr(module, described["class_name"]).from_config(config)
    mine = value.get_config()
    compared = 0
    for key, expected in config.items():
        if key in mine and not isinstance(expected, dict):
            assert plain(mine[key]) == pytest.approx(expected) if isinstance(expected, float) else plain(mine[key]) == expected
            compared += 1
    assert compared or not mine or described["class_name"] in ("Huber", "Identity")  # of which Keras tells nothing
    if kind != "layers":
        assert module.get(described).get_config() == mine
    assert type(value).from_config(mine).get_config() == mine


def test_objects_within_a_description_are_read():
    def layer(name):
        (config,) = (each["config"] for each in DESCRIBED["layers"] if each["class_name"] == name)
        return getattr(layers, name).from_config(config)

    convolution = layer("Conv2D")
    assert convolution.activation == {"class": "LeakyReLU", "config": {"negative_slope": 0.125}}
    assert convolution.kernel_initializer == "he_normal"
    assert convolution.kernel_regularizer.l1 == pytest.approx(0.01)
    assert layer("Conv2DTranspose").kernel_constraint.max_value == 1.5
    assert layer("Dense").activation == "softmax"
    assert layer("Dense").bias_initializer == {"name": "constant", "value": 0.5}
    assert layer("BatchNormalization").gamma_regularizer.l2 == pytest.approx(0.01)
    assert layer("InputLayer").shape == (None, 3)
    (adam,) = (each["config"] for each in DESCRIBED["optimizers"] if each["class_name"] == "Adam")
    rate = optimizers.Adam.from_config(adam)._learning_rate
    assert isinstance(rate, optimizers.schedules.ExponentialDecay)
    assert rate.decay_rate == 0.5


def test_functions():
    loss, metric = DESCRIBED["functions"]
    assert isinstance(losses.get(loss), losses.MeanSquaredError)
    assert (type(metrics.get(metric)), metrics.get(metric).name) == (metrics.BinaryAccuracy, "binary_accuracy")
    with pytest.raises(ValueError, match="unknown loss 'my_own'"):
        losses.get({**loss, "config": "my_own"})


def outline(model):
    return [(each.name, outline(each) if isinstance(each, Model) else type(each).__name__) for each in model.layers]


LINE = [("base", [("conv", "Conv2D"), ("norm", "BatchNormalization")]), ("flat", "Flatten"), ("head", "Dense")]


def test_a_sequential_model():
    model = Sequential.from_config(DESCRIBED["models"]["sequential"])
    assert (type(model), model.name, model.built, model.compiled) == (Sequential, "outer", True, False)
    assert outline(model) == LINE
    assert model.input_shape == (None, 8, 8, 1)
    assert [weight.shape for weight in model.trainable_weights] == [(72, 3), (3,)]  # the base is frozen
    again = Sequential.from_config(model.get_config())
    assert again.get_config() == model.get_config()


def test_a_model_without_a_shape():
    model = Sequential.from_config(DESCRIBED["models"]["unbuilt"])
    assert (outline(model), model.built) == ([("only", "Dense")], False)
    assert model(np.ones((1, 3), np.float32)).shape == (1, 2)


def test_a_functional_model():
    model = Model.from_config(DESCRIBED["models"]["functional"])
    assert (type(model), model.name) == (Model, "line")
    assert [name for name, _ in outline(model)][1:] == ["base", "flat", "head"]
    assert model.predict(np.zeros((2, 8, 8, 1)), verbose=0).shape == (2, 3)


def test_json_of_a_compiled_model():
    model = models.model_from_json(json.dumps(DESCRIBED["models"]["json"]))
    assert outline(model) == LINE
    assert model.compiled
    assert (type(model.optimizer), float(model.optimizer.learning_rate)) == (optimizers.SGD, 0.5)
    assert isinstance(model.loss, losses.CategoricalCrossentropy)
    assert model.metrics_names == ["loss", "binary_accuracy", "auc_1", "mae"]
    assert outline(models.model_from_json(model.to_json())) == LINE


def test_a_subclass_keeps_its_class():
    class Own(Sequential):
        pass

    assert type(Own.from_config(DESCRIBED["models"]["sequential"])) is Own


def test_a_description_is_not_changed():
    config = copy.deepcopy(DESCRIBED["models"])
    Sequential.from_config(config["sequential"])
    Model.from_config(config["functional"])
    assert config == DESCRIBED["models"]


def test_descriptions_of_keras_2():
    config = {"name": "d", "trainable": True, "batch_input_shape": (None, 4), "dtype": "float32", "units": 3}
    initializer = {"class_name": "GlorotUniform", "config": {"seed": None}}
    layer = layers.Dense.from_config({**config, "kernel_initializer": initializer})
    assert Sequential([layer]).input_shape == (None, 4)
    assert layers.InputLayer.from_config({"batch_input_shape": (None, 4), "sparse": False, "ragged": False}).shape == (None, 4)
    listed = [{"class_name": "Dense", "config": {**config, "activation": "relu"}}]
    assert Sequential.from_config({"name": "s", "layers": listed}).output_shape == (None, 3)


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        (layers.Dense, {"units": 2, "surprise": 7}, "Dense has surprise=7, which swiftcnn does not have"),
        (layers.Dropout, {"rate": 0.1, "noise_shape": [1]}, r"noise_shape must be None, received \[1\]"),
        (optimizers.Adam, {"amsgrad": True}, "amsgrad"),
        (metrics.AUC, {"multi_label": True}, "AUC: multi_label must be False, received True"),
        (
            layers.Dense,
            {"units": 2, "kernel_regularizer": {"module": "mine", "class_name": "L2", "config": {}}},
            "Dense, kernel_regularizer is of the class 'L2' from 'mine': only Keras's own can be read",
        ),
        (
            layers.Dense,
            {"units": 2, "activation": {"class_name": "function", "module": "builtins", "config": "exec"}},
            "Dense, activation is .*exec.*only Keras's own activations",
        ),
        (
            layers.Dense,
            {"units": 2, "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": "3"}}},
            "Dense, kernel_constraint: MaxNorm: max_value must be a number, received '3'",
        ),
    ],
)
def test_what_has_an_effect_that_is_not_here_is_refused(kind, change, message):
    with pytest.raises(ValueError, match=message):
        kind.from_config(change)


@pytest.mark.parametrize("config", [None, 5, "units", [("units", 2)], {2: 3}])
def test_what_is_no_config(config):
    with pytest.raises(TypeError, match="config must be a dict of settings by name, as get_config returns it"):
        layers.Dense.from_config(config)


def test_another_type_of_numbers_is_told():
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}, "registered_name": None}
    with pytest.warns(UserWarning, match="Dense computes in mixed_float16 in Keras; here it computes in float32"):
        layers.Dense.from_config({"units": 2, "dtype": policy})


def test_a_config_without_end():
    config = {"name": "s", "layers": []}
    config["layers"].append({"class_name": "Sequential", "config": config})
    with pytest.raises(ValueError, match=r"Circular|deep"):
        Sequential.from_config(config)


def test_what_users_made_themselves_gets_its_config_as_it_is():
    class Own(optimizers.schedules.LearningRateSchedule):
        def __init__(self, **settings):
            super().__init__()
            self.settings = settings

        def __call__(self, step):
            return 0.1

    assert Own.from_config({"dtype": "mine", "class": 3}).settings == {"dtype": "mine", "class": 3}
    assert Sequential([Input((1,)), layers.Dense(1)]).built
