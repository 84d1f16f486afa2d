"""Fresh weights have the distribution that Keras documents: its bounds, mean and deviation, not its bits."""

import math

import numpy as np
import pytest
import swiftcnn

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
