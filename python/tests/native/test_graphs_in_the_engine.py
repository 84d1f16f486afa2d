"""What random graphs found in the engine, each as small as it gets."""

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, models

IMAGES = np.random.default_rng(0).normal(size=(4, 15, 12, 25)).astype(np.float32)
ROWS = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)


@pytest.mark.parametrize("places", [(0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0)])
@pytest.mark.parametrize(
    ("kind", "function"),
    [("Add", np.sum), ("Average", np.mean), ("Multiply", np.prod), ("Maximum", np.max), ("Minimum", np.min)],
)
def test_a_merge_of_one_value_several_times(kind, function, places):
    """It must not be overwritten before it has been read for the last time."""
    x = Input((4,))
    values = [layers.Dense(4)(x), layers.Dense(4)(x)]
    arrays = [Model(x, each).predict(ROWS, verbose=0) for each in values]
    expected = function([arrays[place] for place in places], axis=0)
    model = Model(x, getattr(layers, kind)()([values[place] for place in places]))
    for found in (model.predict(ROWS, verbose=0), model(ROWS, training=True)):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_the_bias_of_a_convolution_before_a_pooling(padding):
    """Behind other weights, and not fused with the pooling: its gradient is the sum of the pooling's."""
    model = Sequential([Input((15, 12, 25)), layers.Conv2D(5, 1), layers.Conv2D(7, 5, padding="same")])
    model.add(layers.MaxPooling2D(3, 2, padding))
    gradients = np.random.default_rng(2).normal(size=(4, *model.output_shape[1:])).astype(np.float32)
    found = model.differentiate(IMAGES, gradients).weights[3]
    np.testing.assert_allclose(found, gradients.sum((0, 1, 2)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("make", [layers.Flatten, layers.Identity, lambda: layers.Dropout(0.5)])
def test_derivatives_of_a_model_that_computes_nothing(make):
    x, unused = Input((2, 2)), Input((3,))
    model = Model([unused, x], make()(x))
    value = np.arange(4, dtype=np.float32).reshape(1, 2, 2)
    gradient = value.reshape(1, *model.output_shape[1:])
    found = model.differentiate([np.ones((1, 3), np.float32), value], gradient)
    np.testing.assert_array_equal(found.outputs, gradient)
    np.testing.assert_array_equal(found.inputs[1], value)
    assert not found.inputs[0].any()


@pytest.mark.parametrize("name", [None, "m.safetensors", "m.h5", "m.keras"])
def test_a_model_within_of_which_one_output_is_used(name, tmp_path):
    """As Keras has it, the layers before the other output keep their weights, and are not run."""
    begin, x = Input((4,)), Input((4,))
    inner = Model(begin, [layers.Dense(2)(begin), layers.Dense(3)(begin)])
    model = Model(x, inner(x)[0])
    if name is not None:
        model.save(tmp_path / name)
        model = models.load_model(tmp_path / name)
    assert [weight.shape for weight in model.get_weights()] == [(4, 2), (2,), (4, 3), (3,)]
    kernel, bias, *unused = model.get_weights()
    np.testing.assert_allclose(model.predict(ROWS, verbose=0), ROWS @ kernel + bias, rtol=1e-5, atol=1e-6)
    model.compile("sgd", "mse")
    model.train_on_batch(ROWS, np.zeros((3, 2)))
    for before, after in zip(unused, model.get_weights()[2:], strict=True):
        np.testing.assert_array_equal(before, after)
