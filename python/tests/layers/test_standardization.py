"""`Normalization.adapt`: statistics from arrays and batches, before and after the layer is in a model.

What the layer computes by them is among the parity cases, `normalization...`.
"""

import itertools
import pickle
import subprocess
import sys

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, models, utils

X = np.random.default_rng(0).normal(3, 2, (50, 4, 5, 3)).astype(np.float32)
MEAN, VARIANCE = X.mean((0, 1, 2), np.float64), X.var((0, 1, 2), np.float64)


class Halves(utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return X[index::2], np.zeros(25)


def adapted(data, **settings):
    layer = layers.Normalization(**settings)
    layer.adapt(data)
    return layer


DATA = [
    X,
    X.astype(np.float64),
    X[:, ::-1],
    (X[start : start + 7] for start in range(0, 50, 7)),
    iter([(X[:20], np.zeros(20)), (X[20:], np.zeros(30))]),
    [X[:1], X[1:]],
    [(X[:20], 1), (X[20:], 2)],
    Halves(),
    Halves(workers=3),
]


@pytest.mark.parametrize("data", DATA, ids=[type(each).__name__ for each in DATA])
def test_data_of_every_kind_give_mean_and_variance(data):
    layer = adapted(data)
    mean, variance, count = layer.get_weights()
    np.testing.assert_allclose(mean, MEAN, rtol=1e-6)
    np.testing.assert_allclose(variance, VARIANCE, rtol=1e-6)
    assert count.shape == ()
    made = layer(X)
    np.testing.assert_allclose(made.mean((0, 1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(made.std((0, 1, 2)), 1, atol=1e-6)


def test_a_large_offset_costs_no_digits():
    """Sums of squares in float32 would lose the variance."""
    far = X.astype(np.float64) + 1e6
    _, variance, _ = adapted([far[:11], far[11:]]).get_weights()
    np.testing.assert_allclose(variance, VARIANCE, rtol=1e-6)


def test_large_arrays_are_read_in_pieces(monkeypatch):
    monkeypatch.setattr("swiftcnn.layers._standardization.PIECE", 200)
    mean, variance, _ = adapted(X).get_weights()
    np.testing.assert_allclose(mean, MEAN, rtol=1e-6)
    np.testing.assert_allclose(variance, VARIANCE, rtol=1e-6)


@pytest.mark.parametrize(
    ("axis", "others", "shape"),
    [
        (-1, (0, 1, 2), (1, 1, 1, 3)),
        (1, (0, 2, 3), (1, 4, 1, 1)),
        ((3, 1), (0, 2), (1, 4, 1, 3)),
        ((-3, -2, -1), (0,), (1, 4, 5, 3)),
        (None, None, (1, 1, 1, 1)),
    ],
)
def test_axes_have_statistics_of_their_own(axis, others, shape):
    layer = adapted(X, axis=axis)
    mean, variance, _ = layer.get_weights()
    assert mean.shape == variance.shape == tuple(size for size in shape if size > 1)
    np.testing.assert_allclose(layer.mean.numpy(), X.mean(others, keepdims=True, dtype=np.float64), rtol=1e-6)
    assert layer.mean.shape == layer.variance.shape == shape
    np.testing.assert_allclose(layer(X), (X - layer.mean) / np.sqrt(layer.variance), rtol=1e-5, atol=1e-6)
    inverse = layers.Normalization(axis, layer.mean.reshape(mean.shape), layer.variance.reshape(mean.shape), invert=True)
    np.testing.assert_allclose(inverse(layer(X)), X, rtol=1e-5, atol=1e-5)


def test_single_numbers_may_come_without_an_axis_of_their_own():
    layer = adapted(np.array([1.0, 2, 3, 4, 5]), axis=None)
    np.testing.assert_allclose(layer(np.array([[1.0], [2], [3]])), [[-(2**0.5)], [-(0.5**0.5)], [0]], rtol=1e-6)


def test_a_declared_shape_is_the_one_that_counts():
    """As TensorFlow's tutorial on regression has it."""
    layer = layers.Normalization(input_shape=[1], axis=None)
    layer.adapt(np.array([1.0, 2, 3, 4, 5]))
    model = Sequential([layer, layers.Dense(1, kernel_initializer="ones")])
    np.testing.assert_allclose(model.predict(np.array([3.0, 5.0]), verbose=0), [[0], [2**0.5]], rtol=1e-6)
    with pytest.raises(ValueError, match=r"samples of the shape \(2,\), received \(3,\)"):
        layers.Normalization(input_shape=(2,)).adapt(np.ones((4, 3)))


def test_values_without_variance_are_divided_by_what_keras_takes():
    layer = adapted(np.full((4, 2), 3.0))
    np.testing.assert_allclose(layer(np.array([[3.0, 4.0]])), [[0, 1e7]])


def test_a_model_takes_over_what_was_adapted_before():
    layer = adapted(X)
    model = Sequential([Input((4, 5, 3)), layer, layers.Flatten(), layers.Dense(2)])
    np.testing.assert_array_equal(model.get_weights()[0], layer.get_weights()[0])
    np.testing.assert_allclose(model.get_weights()[0], MEAN, rtol=1e-6)
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict(X, verbose=0), model.predict(X, verbose=0))
    inputs = Input((4, 5, 3))
    np.testing.assert_allclose(Model(inputs, layer(inputs)).predict(X, verbose=0), layer(X), rtol=1e-6)


def test_a_model_computes_by_what_is_adapted_later():
    layer = layers.Normalization()
    model = Sequential([Input((4, 5, 3)), layer])
    np.testing.assert_array_equal(model.predict(X, verbose=0), X)
    layer.adapt(X)
    np.testing.assert_allclose(model.predict(X, verbose=0), (X - MEAN) / np.sqrt(VARIANCE), rtol=1e-5, atol=1e-6)
    layer.adapt(2 * X)
    np.testing.assert_allclose(model.predict(2 * X, verbose=0), (X - MEAN) / np.sqrt(VARIANCE), rtol=1e-5, atol=1e-6)


def test_a_model_without_a_shape_waits_for_its_own():
    layer = layers.Normalization()
    model = Sequential([layer, layers.Flatten(), layers.Dense(2)])
    layer.adapt(X)
    assert not model.built
    model.build((None, 4, 5, 3))
    np.testing.assert_allclose(model.get_weights()[0], MEAN, rtol=1e-6)


def test_adapting_takes_no_seed_of_a_model():
    def first_weights(adapt):
        utils.set_random_seed(3)
        layer = layers.Normalization()
        if adapt:
            layer.adapt(X)
        return Sequential([Input((4, 5, 3)), layer, layers.Flatten(), layers.Dense(2)]).get_weights()[3]

    np.testing.assert_array_equal(first_weights(True), first_weights(False))


def test_statistics_do_not_learn(tmp_path):
    model = Sequential([Input((4, 5, 3)), adapted(X), layers.Flatten(), layers.Dense(2)])
    model.compile("adam", "mse")
    before = model.get_weights()
    model.fit(X, np.ones((50, 2)), epochs=2, verbose=0)
    for old, new in zip(before[:3], model.get_weights()[:3], strict=True):
        np.testing.assert_array_equal(old, new)
    assert [weight.name for weight in model.layers[0].non_trainable_weights] == ["mean", "variance", "count"]
    assert (model.layers[0].count_params(), model.layers[0].trainable_weights) == (7, [])
    model.save(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(models.load_model(tmp_path / "m.safetensors")(X), model(X))


def test_given_statistics_are_no_weights():
    layer = layers.Normalization(mean=MEAN, variance=list(VARIANCE))
    assert (layer.mean, layer.get_weights()) == (None, [])
    model = Sequential([Input((4, 5, 3)), layer])
    assert model.count_params() == 0
    assert layer.variance.shape == (1, 1, 1, 3)
    np.testing.assert_allclose(model.predict(X, verbose=0), (X - MEAN) / np.sqrt(VARIANCE), rtol=1e-5, atol=1e-6)
    again = layers.Normalization.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


def test_images_that_are_normalized_are_not_called_unscaled(recwarn):
    images = np.random.default_rng(1).integers(0, 256, (20, 4, 4, 1)).astype(np.uint8)
    model = Sequential([Input((4, 4, 1)), adapted(images), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(images, np.linspace(0, 1, 20), verbose=0)
    assert not [each for each in recwarn if "unscaled" in str(each.message)]


class Endless(Halves):
    @property
    def num_batches(self):
        return None


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("a", TypeError, "data must be an array"),
        (None, TypeError, "data must be an array"),
        ({"a": 1}, TypeError, "data must be an array"),
        (3, ValueError, "received the single number 3"),
        (
            [[1, 2], [3, 4]],
            TypeError,
            r"a list must hold batches, each an array, received \[1, 2\] in it: pass numpy.array",
        ),
        ([], ValueError, "at least one batch"),
        (iter(()), ValueError, "at least one batch"),
        (X[:0], ValueError, "at least one sample, received none"),
        (np.full((3, 4, 5, 3), np.nan), ValueError, "finite numbers"),
        (np.full((3, 4, 5, 3), 1e300), ValueError, "whose mean and variance float32 can hold"),
        (np.full((3, 4, 5, 3), "a"), TypeError, "data has dtype <U1"),
        (X[..., :2], ValueError, r"samples of the shape \(4, 5, 3\), received \(4, 5, 2\)"),
        (X[0], ValueError, r"samples of the shape \(4, 5, 3\), received \(5, 3\)"),
        (X[0, 0, 0], ValueError, r"axis must name axes of a sample, received \(-1,\) and data of 1 axes"),
        ([X, X[..., :2]], ValueError, r"one shape, received samples of \(4, 5, 3\) and then of \(4, 5, 2\)"),
        (Endless(), ValueError, "data must have an end"),
    ],
)
def test_mistakes_change_nothing(data, error, message):
    layer = layers.Normalization()
    Sequential([Input((4, 5, 3)), layer])
    layer.adapt(X)
    before = layer.get_weights()
    with pytest.raises(error, match=message):
        layer.adapt(data)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_layers_that_cannot_adapt_say_so():
    with pytest.raises(ValueError, match="omit mean and variance"):
        layers.Normalization(mean=1, variance=1).adapt(X)
    with pytest.raises(AttributeError, match="mean is a copy of the layer's weight"):
        layers.Normalization().mean = 3
    layer = adapted(X)
    with pytest.raises(ValueError, match=r"layer 'normalization.*' has weights of shapes"):
        Sequential([Input((4, 5, 2)), layer]).get_weights()


def test_some_batches_of_many_will_do():
    endless = (X for _ in itertools.count())
    np.testing.assert_allclose(adapted(itertools.islice(endless, 3)).get_weights()[0], MEAN, rtol=1e-6)


CUT = """
import os, sys, numpy as np
from swiftcnn import layers
path = sys.argv[1]
np.memmap(path, np.float32, "w+", shape=(1000, 300))[:] = 1
data = np.memmap(path, np.float32, "r", shape=(1000, 300))
os.truncate(path, 4096)
try:
    layers.Normalization().adapt(data)
except ValueError as error:
    print(error)
"""


def test_a_file_that_was_cut_ends_no_process(tmp_path):
    ended = subprocess.run([sys.executable, "-c", CUT, tmp_path / "data"], capture_output=True, text=True, check=True)
    assert "was cut while it is in use" in ended.stdout
