"""`ActivityRegularization`: what it adds to losses, by its formula; test_graph_networks.py has a network with values of Keras.

The expressions were found equal to what Keras 3.15.1 computes.
"""

import numpy as np
import pytest
import swiftcnn
from swiftcnn import Input, Model, Sequential, layers, models

L1, L2 = 0.02, 0.03
ROWS = 5
RANDOM = np.random.default_rng(3)
X, Y = RANDOM.normal(size=(ROWS, 3)).astype(np.float32), RANDOM.normal(size=(ROWS, 2)).astype(np.float32)
KERNEL = RANDOM.normal(size=(3, 2)).astype(np.float32)
OUTPUT = X.astype(float) @ KERNEL


def penalty(values, l1=L1, l2=L2):
    """A sample's share, on average."""
    return (l1 * np.abs(values).sum() + l2 * np.square(values.astype(float)).sum()) / len(values)


def dense():
    return layers.Dense(2, use_bias=False, name="dense")


def in_a_line():
    return Sequential([Input((3,)), dense(), layers.ActivityRegularization(L1, L2)])


def in_a_graph():
    inputs = Input((3,))
    return Model(inputs, layers.ActivityRegularization(l1=L1, l2=L2)(dense()(inputs)))


def within_a_model():
    inputs = Input((3,))
    return Model(inputs, in_a_line()(inputs))


def started(make):
    model = make()
    model.set_weights([KERNEL])
    model.compile(swiftcnn.optimizers.SGD(0.1), "mse", metrics=["mse"])
    return model


every_place = pytest.mark.parametrize("make", [in_a_line, in_a_graph, within_a_model])
SQUARES = np.square(OUTPUT - Y).mean()
CLOSE = {"rel": 1e-5}  # float32


@every_place
@pytest.mark.parametrize("batch_size", [1, 2, 5, None])
def test_it_is_in_the_loss_and_in_no_metric(make, batch_size):
    loss, metric = started(make).evaluate(X, Y, batch_size=batch_size, verbose=0)
    assert loss == pytest.approx(SQUARES + penalty(OUTPUT), **CLOSE)
    assert metric == pytest.approx(SQUARES, **CLOSE)


@every_place
def test_single_batches_and_fit_have_it(make):
    expected = pytest.approx(SQUARES + penalty(OUTPUT), **CLOSE)
    assert started(make).test_on_batch(X, Y)[0] == expected
    assert started(make).train_on_batch(X, Y)[0] == expected
    assert started(make).compute_gradients(X, Y)[0] == expected
    history = started(make).fit(X, Y, validation_data=(X, Y), verbose=0).history
    assert history["loss"] == [expected]
    assert history["val_loss"][0] < history["loss"][0]
    np.testing.assert_array_equal(started(make).predict(X, verbose=0), started(make)(X))


@every_place
def test_weights_of_samples_weigh_the_loss_alone(make):
    weights = np.array([0.0, 2.0, 1.0, 0.5, 3.0])
    weighted = (np.square(OUTPUT - Y).mean(axis=1) * weights).mean()
    expected = pytest.approx(weighted + penalty(OUTPUT), **CLOSE)
    assert started(make).evaluate(X, Y, sample_weight=weights, verbose=0)[0] == expected
    assert started(make).train_on_batch(X, Y, sample_weight=weights)[0] == expected


@every_place
def test_gradients_are_those_of_the_formula(make):
    of_output = 2 * (OUTPUT - Y) / Y.size + (L1 * np.sign(OUTPUT) + 2 * L2 * OUTPUT) / ROWS
    expected = X.T.astype(float) @ of_output
    model = started(make)
    np.testing.assert_allclose(model.compute_gradients(X, Y)[1][0], expected, rtol=1e-4, atol=1e-6)
    model.train_on_batch(X, Y)
    np.testing.assert_allclose(model.get_weights()[0], KERNEL - 0.1 * expected, rtol=1e-4, atol=1e-6)


def test_each_call_counts():
    """The layer is called on the inputs, on a sum, and on one of two outputs, which has no loss."""
    inputs, shared = Input((3,)), layers.ActivityRegularization(L1, L2, name="shared")
    x = shared(inputs)
    first = dense()(layers.Add()([x, shared(layers.Rescaling(2.0)(x))]))
    model = Model(inputs, [first, shared(layers.Rescaling(0.5, name="half")(first))])
    model.set_weights([KERNEL])
    model.compile("sgd", ["mse", None])
    output = 3 * OUTPUT
    expected = np.square(output - Y).mean() + penalty(X) + penalty(2 * X) + penalty(output / 2)
    assert model.evaluate(X, [Y, Y], verbose=0, return_dict=True)["loss"] == pytest.approx(expected, **CLOSE)


def test_weights_of_losses_leave_it():
    inputs = Input((3,))
    x = layers.ActivityRegularization(l2=L2)(inputs)
    model = Model(inputs, [dense()(x), layers.Dense(2, use_bias=False, name="other")(x)])
    model.set_weights([KERNEL, KERNEL])
    model.compile("sgd", ["mse", "mse"], loss_weights=[0.25, 2.0])
    logs = model.evaluate(X, [Y, Y], verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(2.25 * SQUARES + penalty(X, 0), **CLOSE)
    assert (logs["dense_loss"], logs["other_loss"]) == (pytest.approx(SQUARES, **CLOSE), pytest.approx(SQUARES, **CLOSE))


def test_a_part_without_it_has_none():
    model = in_a_graph()
    model.set_weights([KERNEL])
    part = Model(model.input, model.get_layer("dense").output)
    part.compile("sgd", "mse")
    assert part.evaluate(X, Y, verbose=0) == pytest.approx(SQUARES, **CLOSE)


@every_place
@pytest.mark.parametrize("ending", ["safetensors", "keras", "h5"])
def test_saved_and_loaded(make, ending, tmp_path):
    model = started(make)
    model.save(tmp_path / f"m.{ending}")
    loaded = models.load_model(tmp_path / f"m.{ending}")
    assert loaded.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)
