"""What models and layers have before they are built or compiled, as in Keras 3.15.1.

Attributes that are not there yet are an AttributeError, so that `hasattr` answers, and there are no weights.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, metrics, utils
from swiftcnn.layers import Conv2D, Dense, Flatten

OF_LINES = ("input", "output", "inputs", "outputs", "input_shape", "output_shape")
OF_WEIGHTS = ("weights", "variables", "trainable_weights", "non_trainable_weights", "trainable_variables")


def emptied() -> Sequential:
    model = Sequential([Input((3,)), Dense(2)])
    model.pop()
    return model


UNBUILT: dict[str, Callable[[], Sequential]] = {
    "empty": Sequential,
    "no shape": lambda: Sequential([Dense(2)]),
    "only an input": lambda: Sequential([Input((3,))]),
    "emptied": emptied,
}


@pytest.mark.parametrize("kind", UNBUILT)
def test_a_model_that_lacks_layers_or_a_shape_has_nothing(kind: str) -> None:
    model = UNBUILT[kind]()
    assert [name for name in OF_LINES if hasattr(model, name)] == []
    assert not model.built
    assert [getattr(model, name) for name in OF_WEIGHTS] == [[]] * len(OF_WEIGHTS)
    assert model.get_weights() == []
    missing = "does not know the shape of its input yet" if kind == "no shape" else "has no layers: add some first"
    for name in OF_LINES:
        with pytest.raises(AttributeError, match=missing):
            getattr(model, name)
    with pytest.raises(ValueError, match=missing):
        model.count_params()


def test_a_model_with_layers_and_a_shape_has_all() -> None:
    inputs = Input((3,))
    for model in (Sequential([Input((3,)), Dense(2)]), Model(inputs, Dense(2)(inputs))):
        assert [name for name in OF_LINES if not hasattr(model, name)] == []
        assert (model.input_shape, model.output_shape, model.output_names) == ((None, 3), (None, 2), ["dense"])
        assert [weight.name for weight in model.weights] == ["kernel", "bias"]
        assert (model.dtype, model.compute_dtype, model.layers[-1].dtype) == ("float32",) * 3
    assert not hasattr(Sequential(), "output_names")


def test_a_wrong_layer_is_no_attribute_that_is_missing() -> None:
    model = Sequential()
    model.add(Input((4, 4, 1)))
    model.add(Conv2D(2, 9))
    with pytest.raises(ValueError, match="padding='same'"):
        hasattr(model, "output_shape")


@pytest.mark.parametrize("make", [lambda: Dense(2), lambda: Conv2D(2, 3), lambda: layers.BatchNormalization(), Flatten])
def test_a_layer_without_a_model_has_nothing(make: Any) -> None:
    layer = make()
    names = (*(name for name in OF_LINES if not name.endswith("s")), "kernel", "bias", "gamma")
    assert [name for name in names if hasattr(layer, name)] == []
    assert [getattr(layer, name) for name in OF_WEIGHTS] == [[]] * len(OF_WEIGHTS)
    assert (layer.built, layer.get_weights()) == (False, [])
    with pytest.raises(AttributeError, match="is on no line before it is added to a model"):
        _ = layer.output
    unbuilt = Sequential([layer])
    assert [name for name in names if hasattr(layer, name)] == []
    assert (layer.built, layer.weights, unbuilt.layers) == (False, [], [layer])


def test_an_input_is_ready() -> None:
    inputs = Input((3, 4))
    assert (inputs.built, inputs.output_shape, inputs.input_shape, inputs.count_params()) == (True, (None, 3, 4), (None, 3, 4), 0)


def test_weights_of_all_layers_may_be_copied_one_by_one() -> None:
    def model() -> Any:
        inputs = Input((3,), name="in")
        return Model(inputs, layers.Add(name="sum")([inputs, layers.Dense(3, name="dense")(inputs)]))

    one, other = model(), model()
    for layer in other.layers:
        layer.set_weights(one.get_layer(layer.name).get_weights())
    np.testing.assert_array_equal(one.get_weights()[0], other.get_weights()[0])
    with pytest.raises(ValueError, match="input 'in' has 0 weights, received 1"):
        one.layers[0].set_weights([np.zeros(3)])


def test_what_compile_chooses_is_not_there_before() -> None:
    model = Sequential([Input((3,)), Dense(2)])
    assert not hasattr(model, "optimizer")
    with pytest.raises(AttributeError, match=r"the model is not compiled: call model\.compile"):
        _ = model.optimizer
    assert (model.loss, model.metrics, model.metrics_names, model.compiled) == (None, [], [], False)
    with pytest.raises(ValueError, match=r"the model is not compiled: call model\.compile"):
        model.fit(np.ones((2, 3)), np.ones((2, 2)))
    model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mae"])
    assert [(type(metric), metric.name) for metric in model.metrics] == [
        (metrics.MeanAbsoluteError, "mae"),
        (metrics.MeanAbsoluteError, "weighted_mae"),
    ]


# Built as soon as the shape is known.


def test_a_model_is_built_once_its_input_is_known() -> None:
    for first in ({"input_shape": (2,)}, {"input_dim": 2}, {"batch_input_shape": (None, 2)}):
        model = Sequential(name="seq")
        assert not model.built
        model.add(Dense(4, **first))
        assert model.built
        model.add(Dense(5, input_shape=(3, 4)))  # which is ignored
        assert model.built
        assert all(layer.built for layer in model.layers)
        assert repr(model) == "<Sequential name=seq, layers=2, built=True>"
        assert len(model.weights) == 4
        assert (model.pop().name, model.built, len(model.weights)) == ("dense_1", True, 2)


def test_models_as_first_layers_tell_the_shape() -> None:
    inputs = Input((16, 16, 3))
    functional = Model(inputs, Conv2D(4, 3, padding="same")(inputs))
    for first in (functional, Sequential([Input((16, 16, 3)), Conv2D(4, 3, padding="same")])):
        model = Sequential()
        model.add(first)
        model.add(Flatten())
        model.add(Dense(1))
        assert model.built
        assert all(layer.built for layer in model.layers)
        assert model(np.ones((1, 16, 16, 3))).shape == (1, 1)


def test_a_model_without_a_shape_is_built_by_it() -> None:
    model = Sequential([Dense(4), Dense(5)])
    assert not model.built
    assert not any(layer.built for layer in model.layers)
    assert model(np.ones((3, 2))).shape == (3, 5)
    assert model.built
    assert all(layer.built for layer in model.layers)
    assert (model.pop().units, model.built, len(model.weights)) == (5, True, 2)


def test_a_model_cannot_be_built_for_another_shape() -> None:
    model = Sequential([Input((2,)), Dense(2)])
    with pytest.raises(ValueError, match=r"model 'sequential' takes samples of the shape \(2,\), and cannot be built for \(4,\)"):
        model.build((3, 4))
    model.build((3, 2))
    model.build()
    assert model.input_shape == (None, 2)
    with pytest.raises(ValueError, match="does not know the shape of its input yet"):
        Sequential([Dense(2)]).build()
    empty = Sequential()
    with pytest.raises(ValueError, match="has no layers"):
        empty.build((None, 3))
    empty.add(Dense(1, input_shape=(5,)))
    assert empty.input_shape == (None, 5)
    with pytest.raises(TypeError, match="input_shape must be a tuple such as"):
        Sequential([Dense(2)]).build(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("build", [lambda model, x: model.build(x.shape), lambda model, x: model.predict(x, verbose=0)])
def test_a_shape_that_a_layer_cannot_take_is_forgotten(build: Any) -> None:
    model = Sequential([Conv2D(2, 5), Flatten()])
    with pytest.raises(ValueError, match="padding='same'"):
        build(model, np.ones((1, 4, 4, 1)))
    assert not model.built
    build(model, np.ones((1, 6, 6, 1)))
    assert model.output_shape == (None, 8)


def test_models_inside_learn_their_shapes_from_the_model_around_them() -> None:
    deepest = Sequential([Dense(4)], name="deepest")
    inner = Sequential([deepest, Dense(3)], name="inner")
    assert not inner.built
    model = Sequential([Input((8, 8, 1)), Flatten(), inner, Dense(2)])
    assert (inner.built, deepest.built) == (True, True)
    assert (inner.input_shape, inner.output_shape, deepest.output_shape) == ((None, 64), (None, 3), (None, 4))
    for one, other in zip(inner.get_weights(), model.get_weights()[:4], strict=True):
        np.testing.assert_array_equal(one, other)
    features = Model(model.input, model.layers[0].output).predict(np.ones((2, 8, 8, 1)), verbose=0)
    assert inner.predict(features, verbose=0).shape == (2, 3)


def test_shapes_can_be_asked_for_without_building() -> None:
    image = Conv2D(4, 3, strides=2)
    assert image.compute_output_shape((None, 9, 9, 2)) == (None, 4, 4, 4)
    assert image.compute_output_shape((5, 8, 8, 1)) == (5, 3, 3, 4)
    inner = Sequential([Dense(4), Dense(8)])
    model = Sequential([inner, Dense(3)])
    assert model.compute_output_shape((1, 2)) == (1, 3)
    assert inner.compute_output_shape([None, 2]) == (None, 8)
    assert [image.built, inner.built, model.built] == [False] * 3
    built = Sequential([Input((2,)), Dense(3)])
    before = built.get_weights()[0]
    assert built.compute_output_shape((None, 2)) == (None, 3)
    np.testing.assert_array_equal(built.get_weights()[0], before)
    with pytest.raises(ValueError, match="padding='same'"):
        image.compute_output_shape((None, 2, 2, 1))
    with pytest.raises(TypeError, match="input_shape must be a tuple such as"):
        image.compute_output_shape(3)  # type: ignore[arg-type]


def test_asking_for_shapes_leaves_the_seeds_alone() -> None:
    def weights(ask: bool) -> Any:
        utils.set_random_seed(3)
        if ask:
            Sequential([Sequential([Input((2,)), Dense(2)]).layers[0], Dense(3)]).compute_output_shape((None, 2))
        else:
            Sequential([Input((2,)), Dense(2)])
        return Sequential([Input((4,)), Dense(4)]).get_weights()[0]

    np.testing.assert_array_equal(weights(True), weights(False))


def test_a_model_around_an_empty_one_is_not_built_yet() -> None:
    inner = Sequential()
    inner.add(Input((16,)))
    model = Sequential([inner])
    assert (model.built, model.weights) == (False, [])
    inner.add(Dense(2))
    assert model.built
    assert model.output_shape == (None, 2)
