"""Fresh weights have the distribution that Keras documents: its bounds, mean and deviation, not its bits."""

import math

import numpy as np
import pytest
import swiftcnn
from swiftcnn import initializers
from swiftcnn.initializers._initializer import RandomInitializer

# (layer, shape of the input, fan in, fan out): a convolution's fans count the kernel's area.
LAYERS = {
    "dense": (lambda kernel: swiftcnn.layers.Dense(500, kernel_initializer=kernel), (300,), 300, 500),
    "conv": (lambda kernel: swiftcnn.layers.Conv2D(200, (3, 5), kernel_initializer=kernel), (8, 8, 50), 750, 3000),
}
VARIANCES = {
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, _: 2 / fan_in,
    "lecun": lambda fan_in, _: 1 / fan_in,
}
# A normal distribution cut at two deviations is this much narrower than the whole.
CUT_NORMAL = 0.87962566


def fresh(layer, initializer, seed=3):
    build, shape, fan_in, fan_out = LAYERS[layer]
    swiftcnn.utils.set_random_seed(seed)
    model = swiftcnn.Sequential([swiftcnn.Input(shape), build(initializer)])
    kernel, bias = model.get_weights()
    assert not bias.any()
    return kernel.astype(np.float64), fan_in, fan_out


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", ["uniform", "normal"])
@pytest.mark.parametrize("family", VARIANCES)
def test_bounds_mean_and_deviation(family, kind, layer):
    kernel, fan_in, fan_out = fresh(layer, f"{family}_{kind}")
    deviation = math.sqrt(VARIANCES[family](fan_in, fan_out))
    limit = deviation * (math.sqrt(3) if kind == "uniform" else 2 / CUT_NORMAL)
    # 150,000 draws: the mean is within 5 of its own deviations, the deviation within 2 %, the extremes near the limit.
    assert abs(kernel.mean()) < 5 * deviation / math.sqrt(kernel.size)
    assert kernel.std() == pytest.approx(deviation, rel=0.02)
    assert 0.98 * limit < np.abs(kernel).max() <= limit * (1 + 1e-6)


@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_the_distribution_in_quarters(kind):
    kernel, fan_in, fan_out = fresh("dense", f"glorot_{kind}")
    deviation = math.sqrt(2 / (fan_in + fan_out))
    # Quartiles of a uniform variable, and of a standard normal one cut at 2, in the uncut normal's deviation.
    quartile = deviation * (math.sqrt(3) / 2 if kind == "uniform" else 0.6391 / CUT_NORMAL)
    assert np.quantile(kernel, [0.25, 0.5, 0.75]) == pytest.approx([-quartile, 0, quartile], abs=0.02 * deviation)


def test_seeds_and_places_give_different_numbers():
    first, *_ = fresh("dense", "he_normal")
    again, *_ = fresh("dense", "he_normal")
    other, *_ = fresh("dense", "he_normal", seed=4)
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.02
    assert np.unique(first).size > 0.9 * first.size


@pytest.mark.parametrize(("name", "value"), [("zeros", 0), ("ones", 1)])
def test_constants(name, value):
    kernel, *_ = fresh("dense", name)
    assert np.all(kernel == value)


@pytest.mark.parametrize(
    ("initializer", "mean", "deviation", "bound"),
    [
        (initializers.RandomNormal(0.5, 0.1), 0.5, 0.1, None),
        (initializers.TruncatedNormal(-0.5, 0.1), -0.5, 0.1 * CUT_NORMAL, 0.2),
        (initializers.RandomUniform(-0.2, 0.6), 0.2, 0.8 / math.sqrt(12), 0.4),
        ("random_normal", 0, 0.05, None),
        ("normal", 0, 0.05, None),
        ("uniform", 0, 0.1 / math.sqrt(12), 0.05),
        (initializers.VarianceScaling(3, "fan_out", "uniform"), 0, math.sqrt(3 / 500), 3 / math.sqrt(500)),
        (initializers.VarianceScaling(0.5, "fan_avg", "normal"), 0, math.sqrt(0.5 / 400), 2 / CUT_NORMAL * math.sqrt(0.5 / 400)),
        (initializers.VarianceScaling(distribution="untruncated_normal"), 0, math.sqrt(1 / 300), None),
    ],
)
def test_parameters(initializer, mean, deviation, bound):
    kernel, *_ = fresh("dense", initializer)
    assert abs(kernel.mean() - mean) < 5 * deviation / math.sqrt(kernel.size)
    assert kernel.std() == pytest.approx(deviation, rel=0.02)
    if bound is None:  # normal numbers, of which 4.6 % are beyond two deviations and 0.27 % beyond three
        beyond = [np.mean(np.abs(kernel - mean) > times * deviation) for times in (2, 3)]
        assert beyond == pytest.approx([0.0455, 0.0027], rel=0.2)
    else:
        assert 0.98 * bound < np.abs(kernel - mean).max() <= bound * (1 + 1e-6)


@pytest.mark.parametrize("layer", LAYERS)
def test_orthogonal(layer):
    kernel, *_ = fresh(layer, initializers.Orthogonal(gain=2))
    matrix = kernel.reshape(-1, kernel.shape[-1])
    rows, columns = matrix.shape
    product = matrix @ matrix.T if rows < columns else matrix.T @ matrix
    np.testing.assert_allclose(product, 4 * np.eye(min(rows, columns)), atol=1e-6)
    # Any direction is as likely as another: an entry's variance is gain^2 over the longer side.
    assert matrix.std() == pytest.approx(2 / math.sqrt(max(rows, columns)), rel=0.02)
    assert abs(matrix.mean()) < 5 * matrix.std() / math.sqrt(matrix.size)


def test_identity_and_constant():
    kernel, *_ = fresh("dense", initializers.Identity(gain=3))
    np.testing.assert_array_equal(kernel, 3 * np.eye(300, 500))
    kernel, *_ = fresh("conv", initializers.Constant(0.25))
    assert np.all(kernel == 0.25)


def dense(**initializers):
    return swiftcnn.Sequential([swiftcnn.Input((3,)), swiftcnn.layers.Dense(2, **initializers)])


@pytest.mark.parametrize(
    ("initializer", "message"),
    [
        (lambda: initializers.RandomNormal(stddev=-1), r"RandomNormal: stddev must be a finite number of at least 0, got -1\.0"),
        (lambda: initializers.RandomUniform(1, 0), r"minval must not be greater than maxval, got 1\.0 and 0\.0"),
        (lambda: initializers.VarianceScaling(0), r"scale must be a finite number above 0, got 0\.0"),
        (lambda: initializers.VarianceScaling(mode="fan"), r"mode must be 'fan_in' or 'fan_out' or 'fan_avg', got \"fan\""),
        (lambda: "glorot", r"kernel_initializer: unknown initializer 'glorot'; known: .*glorot_normal"),
    ],
)
def test_what_cannot_be(initializer, message):
    with pytest.raises(ValueError, match=message):
        dense(kernel_initializer=initializer())


def test_what_does_not_fit_the_weight():
    with pytest.raises(ValueError, match=r"conv2d/kernel: the initializer: identity is for matrices, got the shape \(3, 5, 50"):
        fresh("conv", "identity")
    with pytest.raises(ValueError, match=r"dense/bias: the initializer: orthogonal is for weights of two or more axes, got"):
        dense(bias_initializer="orthogonal")
    with pytest.raises(TypeError, match=r"RandomNormal has no argument sigma; it has: mean, stddev, seed"):
        initializers.RandomNormal(sigma=1)


@pytest.mark.parametrize("kind", [getattr(initializers, name) for name in initializers._classes.__all__])
def test_what_is_described_comes_back(kind, tmp_path):
    made = kind(seed=5) if issubclass(kind, RandomInitializer) else kind()
    assert repr(initializers.get(initializers.describe("it", made))) == repr(made)
    assert initializers.get(made) is made
    keras_s = {"class_name": kind.__name__, "config": made.get_config()}
    assert initializers.describe("it", keras_s) == initializers.describe("it", made)
    model = swiftcnn.Sequential([swiftcnn.Input((4,)), swiftcnn.layers.Dense(6, kernel_initializer=made)])
    for ending in ("safetensors", "keras"):
        model.save(tmp_path / f"m.{ending}")
        again = swiftcnn.models.load_model(tmp_path / f"m.{ending}")
        assert again.layers[0].get_config() == model.layers[0].get_config()
        fresh_ones = swiftcnn.models.clone_model(again).get_weights()
        np.testing.assert_array_equal(fresh_ones[0], model.get_weights()[0])  # by its own seed, or without one
