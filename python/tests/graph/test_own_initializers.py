"""Initial weights that Python makes: by initializers and functions of users, and by calling the built-in ones."""

import copy
import json
import math
import pickle
import warnings

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, initializers, layers, models, utils


class Sevens(initializers.Ones):
    def __call__(self, shape, dtype=None, **_):
        return np.full(shape, 7, "float64")


class Counting(initializers.Initializer):
    """Numbers all values from a start, and keeps how it was asked."""

    def __init__(self, start=0):
        super().__init__()
        self.start = start
        self.asked = []

    def __call__(self, shape, dtype=None):
        self.asked.append((shape, dtype))
        return self.start + np.arange(math.prod(shape)).reshape(shape)


class Tenth(initializers.HeNormal):
    def __call__(self, shape, dtype=None):
        return super().__call__(shape, dtype) / 10


def thirds(shape, dtype=None):
    return np.full(shape, 1 / 3, dtype)


def dense(**options):
    return Sequential([Input((4,)), layers.Dense(2, **options)])


def test_an_initializer_of_one_s_own_makes_the_weights():  # the case users/F02
    model = dense(kernel_initializer=Sevens())
    np.testing.assert_array_equal(model.get_weights()[0], np.full((4, 2), 7, np.float32))
    np.testing.assert_array_equal(model.predict(np.ones((1, 4)), verbose=0), [[28, 28]])


@pytest.mark.parametrize(
    "given",
    [thirds, lambda shape, dtype: np.full(shape, 1 / 3), type("Mine", (), {"__call__": lambda self, *_, dtype: thirds(*_)})],
)
def test_functions_make_weights_too(given):
    """As in Keras; of a class that is callable, an instance is made."""
    kernel, bias = dense(kernel_initializer=given, bias_initializer=given).get_weights()
    assert (kernel == np.float32(1 / 3)).all()
    assert (bias == np.float32(1 / 3)).all()


def test_it_is_asked_as_keras_asks_once_for_each_weight():
    counting = Counting(5)
    model = dense(kernel_initializer=counting, bias_initializer=counting)
    assert counting.asked == [((4, 2), "float32"), ((2,), "float32")]
    np.testing.assert_array_equal(model.get_weights()[0], 5 + np.arange(8).reshape(4, 2))
    model.compile("sgd", "mse")
    model.add(layers.Dense(3))
    model.predict(np.ones((1, 4)), verbose=0)
    Model(model.input, model.layers[0].output).predict(np.ones((1, 4)), verbose=0)
    assert len(counting.asked) == 2
    assert dense(use_bias=False, bias_initializer=counting).count_params() == 8  # there is no bias to ask for
    assert len(counting.asked) == 2


def test_every_weight_of_every_layer_can_have_one():
    own = {}

    def numbered(number):
        own[number] = 0
        return lambda shape, dtype: np.full(shape, number)

    model = Sequential(
        [
            Input((9, 9, 2)),
            layers.Conv2D(4, 3, kernel_initializer=numbered(1), bias_initializer=numbered(2)),
            layers.Conv2DTranspose(4, 2, kernel_initializer=numbered(3), bias_initializer=numbered(4)),
            layers.DepthwiseConv2D(3, depthwise_initializer=numbered(5), bias_initializer=numbered(6)),
            layers.SeparableConv2D(
                3, 2, depthwise_initializer=numbered(7), pointwise_initializer=numbered(8), bias_initializer=numbered(9)
            ),
            layers.BatchNormalization(
                gamma_initializer=numbered(10),
                beta_initializer=numbered(11),
                moving_mean_initializer=numbered(12),
                moving_variance_initializer=numbered(13),
            ),
            layers.PReLU(numbered(14)),
            layers.LayerNormalization(gamma_initializer=numbered(15), beta_initializer=numbered(16)),
            layers.Flatten(),
            layers.Dense(2, kernel_initializer=numbered(17), bias_initializer=numbered(18)),
        ]
    )
    weights = model.get_weights()
    assert [float(weight.flat[0]) for weight in weights] == list(map(float, own))
    assert all((weight == weight.flat[0]).all() for weight in weights)


def test_training_goes_on_from_there():
    x = np.random.default_rng(1).random((8, 4))
    mine, theirs = dense(kernel_initializer=thirds), dense()
    theirs.set_weights(mine.get_weights())
    for model in (mine, theirs):
        model.compile("adam", "mse")
        model.fit(x, np.ones((8, 2)), shuffle=False, verbose=0)
    np.testing.assert_array_equal(mine.get_weights()[0], theirs.get_weights()[0])


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (np.zeros(3), ValueError, r"must return an array of the shape \(4, 2\), which it was given, received \(3,\)"),
        (1.0, ValueError, r"must return an array of the shape \(4, 2\)"),
        (np.full((4, 2), np.nan), ValueError, "must return finite numbers, received nan"),
        (np.full((4, 2), 1e300), ValueError, "must return finite numbers, received inf"),
        ("zeros", TypeError, "returned must be an array or nested lists of numbers"),
        (None, TypeError, "returned must be an array or nested lists of numbers"),
        (np.zeros((4, 2), complex), TypeError, "returned has dtype complex128"),
        (np.zeros((4, 2), object), TypeError, "returned has dtype object"),
    ],
    ids=repr,
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_what_it_returns_is_checked(values, error, message):
    with pytest.raises(error, match=f"kernel_initializer of layer 'mine' {message}"):
        dense(kernel_initializer=lambda shape, dtype: values, name="mine")


def test_its_errors_pass_and_leave_the_model_as_it_was():
    calls = []

    def fails_once(shape, dtype):
        calls.append(shape)
        if len(calls) == 1:
            raise ZeroDivisionError("on purpose")
        return np.ones(shape)

    model = Sequential([layers.Dense(2, kernel_initializer=fails_once)])
    with pytest.raises(ZeroDivisionError, match="on purpose"):
        model.build((None, 4))
    assert not model.built
    assert (model.predict(np.ones((1, 4)), verbose=0) == 4).all()


@pytest.mark.parametrize("given", [5, int, layers.Flatten(), [1.0], np.zeros((4, 2)), object()], ids=repr)
def test_what_is_no_initializer_is_refused(given):
    with pytest.raises(TypeError, match="kernel_initializer: initializer must be a name or"):
        layers.Dense(2, kernel_initializer=given)


def test_a_class_that_makes_nothing_is_refused():
    class Mine(initializers.Initializer): ...

    with pytest.raises(TypeError, match=r"Mine derives from Initializer, .*give it a __call__\(shape, dtype=None\)"):
        layers.Dense(2, kernel_initializer=Mine)


# Copies and files.


def test_clones_and_configurations_keep_it():
    counting = Counting()
    model = dense(kernel_initializer=counting)
    model.set_weights([np.zeros((4, 2)), np.zeros(2)])
    assert model.layers[0].get_config()["kernel_initializer"] is counting
    assert "Counting" in repr(model.layers[0])
    for other in (
        models.clone_model(model),
        Sequential.from_config(model.get_config()),
        Sequential([Input((4,)), layers.Dense.from_config(model.layers[0].get_config())]),
        Sequential([Input((4,)), copy.copy(model.layers[0])]),
    ):
        np.testing.assert_array_equal(other.get_weights()[0], np.arange(8).reshape(4, 2))
    unbuilt = pickle.loads(pickle.dumps(Sequential([layers.Dense(2, kernel_initializer=thirds)])))
    unbuilt.build((None, 4))
    assert (unbuilt.get_weights()[0] == np.float32(1 / 3)).all()


@pytest.mark.parametrize("name", ["model.safetensors", "model.keras", "model.h5"])
def test_files_hold_the_weights_and_say_what_is_lost(tmp_path, name):
    if not name.endswith("safetensors"):
        pytest.importorskip("h5py")
    normalization = layers.BatchNormalization(moving_variance_initializer=Sevens(), name="norm")
    model = Sequential([Input((4,)), layers.Dense(2, kernel_initializer=thirds, name="mine"), normalization])
    message = (
        r"does not hold the initializers of your own \(kernel_initializer of 'mine', moving_variance_initializer of 'norm'\)"
    )
    with pytest.warns(UserWarning, match=f"{name} {message}"):
        model.save(tmp_path / name)
    loaded = models.load_model(tmp_path / name)
    for mine, its in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert loaded.layers[0].kernel_initializer == "glorot_uniform"
    assert loaded.layers[1].moving_variance_initializer == "ones"


def test_copies_and_json_say_what_is_lost():
    model = dense(kernel_initializer=thirds, name="mine")
    with pytest.warns(UserWarning, match="a copy does not hold the initializers of your own"):
        duplicate = copy.deepcopy(model)
    np.testing.assert_array_equal(duplicate.get_weights()[0], model.get_weights()[0])
    with pytest.warns(UserWarning, match="JSON does not hold the initializers of your own"):
        described = json.loads(model.to_json())
    assert described["layers"][0]["config"]["kernel_initializer"] == "glorot_uniform"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dense(kernel_initializer="he_normal").to_json()


# By hand.


def test_built_in_ones_can_be_called():
    """Their bounds are those of Keras's formulas; `test_initializer_statistics` looks at the distributions."""
    for shape, fans in (((5, 7), 12), ((3, 3, 4, 8), 9 * 12), ((6,), 12), ((2, 3, 4), 2 * 7), ((1, 2, 3, 4, 5), 6 * 9), ((), 2)):
        values = initializers.GlorotUniform(seed=3)(shape)
        assert (values.shape, values.dtype) == (shape, np.float32)
        assert np.abs(values).max() <= math.sqrt(6 / fans)
        assert np.abs(values).max() > math.sqrt(6 / fans) * (0.9 if values.size > 30 else 0)
    np.testing.assert_array_equal(initializers.Constant(3)((2, 2)), np.full((2, 2), 3))
    np.testing.assert_array_equal(initializers.Identity(2)((2, 3)), [[2, 0, 0], [0, 2, 0]])
    rows = initializers.Orthogonal()((4, 9))
    np.testing.assert_allclose(rows @ rows.T, np.eye(4), atol=1e-6)
    assert initializers.Zeros()((2,), "float64").dtype == np.float64


def test_calls_are_repeated_as_keras_repeats_them():
    normal = initializers.HeNormal()
    np.testing.assert_array_equal(normal((3, 3)), normal((3, 3)))
    assert (normal((3, 3)) != initializers.HeNormal()((3, 3))).any()
    np.testing.assert_array_equal(initializers.HeNormal(seed=4)((3, 3)), initializers.HeNormal(seed=4)((3, 3)))
    first, second = ((utils.set_random_seed(8), initializers.HeNormal()((3, 3)))[1] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_an_override_may_ask_what_it_overrides():
    kernel = Sequential([Input((30,)), layers.Dense(500, kernel_initializer=Tenth)]).get_weights()[0]
    assert kernel.std() == pytest.approx(math.sqrt(2 / 30) / 10, rel=0.05)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: initializers.HeNormal()((0, 3)), ValueError, r"shape must have sizes of at least 1,.* received \(0, 3\)"),
        (lambda: initializers.HeNormal()((-2, 3)), ValueError, "shape must have sizes of at least 1"),
        (lambda: initializers.HeNormal()("ab"), TypeError, "shape must be a tuple"),
        (lambda: initializers.HeNormal()((2.5,)), TypeError, "must be an integer"),
        (lambda: initializers.HeNormal()((2, 2), "nonsense"), TypeError, "nonsense"),
        (lambda: initializers.Orthogonal()((3,)), ValueError, "orthogonal is for weights of two or more axes"),
        (lambda: initializers.Identity()((2, 2, 2)), ValueError, "identity is for matrices"),
        (lambda: initializers.Zeros()((2**21, 2**21, 2**21)), (MemoryError, ValueError), "array"),
    ],
)
def test_calls_are_checked(call, error, message):
    with pytest.raises(error, match=message):
        call()
