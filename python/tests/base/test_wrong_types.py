"""Values of wrong types anywhere: TypeError or ValueError with the argument's name, and never what Python makes of them."""

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, callbacks, initializers, layers, models, optimizers, utils, visualization
from swiftcnn.optimizers import schedules


class Opaque:
    def __repr__(self):
        return "OPAQUE"


def network():
    return Sequential([Input((4,)), layers.Dense(2)])


@pytest.mark.parametrize("value", [None, "3", b"3", 1.5, int, 1j, [3], np.zeros(2), np.array([3]), np.float32(2), Opaque(), True])
def test_integers(value):
    for call in (
        lambda: layers.Dense(value),
        lambda: layers.Dropout(0.5, seed=value) if value is not None else layers.Conv2D(value, 3),
        lambda: network().plan_info(value),
        lambda: network().get_layer(index=value) if value is not None else network().plan_info(value),
    ):
        with pytest.raises(TypeError, match=r"(units|seed|batch_size|index|filters) must be an integer, received"):
            call()


@pytest.mark.parametrize(
    "value", [None, "3", b"3", bytearray(b"3"), memoryview(b"3"), int, 1j, [3.0], np.zeros(2), np.array([3.0]), Opaque(), False]
)
def test_numbers(value):
    for call in (
        lambda: layers.Dropout(value),
        lambda: optimizers.SGD(value),
        lambda: schedules.ExponentialDecay(value, 1, 1),
        lambda: initializers.Constant(value),
    ):
        with pytest.raises(TypeError, match=r"(rate|learning_rate|initial_learning_rate|value) must be a number, received"):
            call()


@pytest.mark.parametrize("value", [10**400, -(10**5000), float("inf"), np.float64("nan")], ids=["large", "larger", "inf", "nan"])
def test_numbers_that_are_not_finite(value):
    with pytest.raises(ValueError, match="rate must be a finite number"):
        layers.Dropout(value)
    if isinstance(value, int):
        with pytest.raises(ValueError, match=r"units must fit in 64 bits, received an integer of \d+ bits"):
            layers.Dense(value)


@pytest.mark.parametrize("value", [None, 3, 0.5, "weights", {"kernel": 1}, {1, 2}, (each for each in "ab"), Opaque()])
def test_weights(value):
    model = network()
    for target, owner in ((model, "model 'sequential"), (model.layers[0], "layer 'dense'")):
        with pytest.raises(TypeError, match=f"weights must be a list of 2 arrays for {owner}.*, received"):
            target.set_weights(value)


@pytest.mark.parametrize("value", [3, "layers", b"layers", {"a": 1}, layers.Dense(2), layers.Dense, Opaque(), Input((4,))])
def test_lists_of_layers(value):
    with pytest.raises(TypeError, match="layers must be a list of layers, received"):
        Sequential(value)


def test_what_can_be_iterated_is_a_list_of_layers():
    for value in (None, [], (), iter([]), np.array([], object)):
        assert Sequential(value).layers == []
    assert len(Sequential(each for each in (Input((4,)), layers.Dense(2))).layers) == 1


@pytest.mark.parametrize("value", [None, 3, "model", [1], {}, np.zeros(3), Opaque(), layers.Dense(2), Model])
def test_models(value):
    x = np.zeros((1, 8, 8, 1))
    for call in (
        lambda: models.save_model(value, "model.safetensors"),
        lambda: visualization.feature_maps(value, x, 0),
        lambda: visualization.plot_feature_maps(value, x, "conv"),
        lambda: visualization.grad_cam(value, x),
        lambda: visualization.plot_grad_cam(value, x),
    ):
        with pytest.raises(TypeError, match="model must be a Model of swiftcnn, received"):
            call()
    for call in (lambda: models.clone_model(value), lambda: utils.model_to_dot(value)):
        with pytest.raises(TypeError, match="model must be a model, received"):
            call()


def test_pictures_of_what_is_none():
    pytest.importorskip("matplotlib")
    with pytest.raises(TypeError, match="layer must be a Layer of swiftcnn, received 3"):
        visualization.plot_filters(3)
    with pytest.raises(TypeError, match="class_names must be a list of names, received 3"):
        visualization.plot_confusion_matrix([0, 1], [1, 0], 3)
    with pytest.raises(ValueError, match="class_names must have a name for class 1, received"):
        visualization.plot_misclassified(np.zeros((2, 4, 4, 1)), [0, 1], [1, 0], ["zero"])
    with pytest.raises(ValueError, match="count must be at least 1, received 0"):
        visualization.plot_misclassified(np.zeros((2, 4, 4, 1)), [0, 1], [1, 0], count=0)
    for history, message in (
        ({"loss": 3}, r"history\['loss'\] must be a list of numbers, received 3"),
        ({"loss": ["a"]}, r"history\['loss'\] has dtype"),
        ({3: [1.0]}, "a name in history must be a string, received 3"),
        (None, "history must be what fit returned"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            visualization.plot_history(history)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"line_length": "80"}, TypeError, "line_length must be an integer"),
        ({"line_length": 10}, ValueError, "line_length must be from 40 to 10000"),
        ({"line_length": 2**40}, ValueError, "line_length must be from 40 to 10000"),
        ({"line_length": -100}, ValueError, "line_length must be from 40 to 10000"),
        ({"positions": 3}, TypeError, "positions must be a list of numbers"),
        ({"positions": ["a", "b", "c"]}, TypeError, "each of positions must be a number"),
        ({"positions": [0.5, 1.0]}, ValueError, "positions must be three rising parts of the line"),
        ({"positions": [0.8, 0.5, 1.0]}, ValueError, "positions must be three rising parts of the line"),
        ({"positions": [30, 60, 90]}, ValueError, "positions must be three rising parts of the line"),
        ({"print_fn": 3}, TypeError, "print_fn must be a function of the text"),
        ({"expand_nested": "yes"}, TypeError, "expand_nested must be True or False"),
        ({"show_trainable": 1}, TypeError, "show_trainable must be True or False"),
    ],
)
def test_summaries(arguments, error, message):
    with pytest.raises(error, match=message):
        network().summary(**arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: schedules.PiecewiseConstantDecay(3, [0.1]), "boundaries must be a list of numbers, received 3"),
        (lambda: schedules.PiecewiseConstantDecay([1], "ab"), "values must be a list of numbers, received 'ab'"),
        (lambda: schedules.PiecewiseConstantDecay([None], [0.1, 0.2]), "each of boundaries must be a number, received None"),
        (lambda: schedules.serialize({}), "learning_rate_schedule must be a LearningRateSchedule of swiftcnn"),
        (lambda: initializers.Ones()((2,), {"layers": [3]}), "dtype must be a type of floating-point numbers"),
        (lambda: initializers.Ones()((2,), "int32"), "dtype must be a type of floating-point numbers"),
        (lambda: utils.normalize([1.0], order=[]), r"order must be a number, received \[\]"),
        (lambda: utils.normalize([1.0], axis="x"), "axis must be an integer"),
        (lambda: network().save("model.keras", save_format={}), "save_format must be a string"),
        (lambda: callbacks.EarlyStopping(verbose={}), "verbose must be an integer"),
        (lambda: callbacks.ReduceLROnPlateau(verbose="1"), "verbose must be an integer"),
        (lambda: callbacks.LearningRateScheduler(float, verbose=None), "verbose must be an integer"),
        (lambda: callbacks.ModelCheckpoint("model", verbose=1.5), "verbose must be an integer"),
    ],
)
def test_others(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_axes_that_there_are_not():
    with pytest.raises(ValueError, match="axis must be one of x, from -1 to 0, received 1"):
        utils.normalize([1.0], axis=1)


@pytest.mark.parametrize("value", [None, "loud", 3, np.zeros((2, 2)), [1], {}])
def test_verbosity(model, data, value):
    with pytest.raises(ValueError, match="verbose must be 'auto', 0, 1 or 2, received"):
        model.fit(*data, verbose=value)
    assert callbacks.EarlyStopping(verbose=True).verbose == 1


def test_grad_cam_of_a_functional_model_is_that_of_the_same_layers(data):
    inputs = Input((8, 8, 1))
    maps = layers.Conv2D(3, 3)(inputs)
    functional = Model(inputs, layers.Dense(4, activation="softmax")(layers.Flatten()(maps)))
    sequential = Sequential([inputs, *functional.layers[1:]])
    for options in ({}, {"layer": "conv2d"}, {"class_index": 2}):
        heats = [visualization.grad_cam(model, data[0][:3], **options) for model in (functional, sequential)]
        np.testing.assert_array_equal(heats[0], heats[1])
    with pytest.raises(TypeError, match="class_index must be an integer"):
        visualization.grad_cam(functional, data[0][:1], class_index="two")
