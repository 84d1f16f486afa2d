"""Batch normalization beyond the parity cases: its gradient in training, its statistics, its place in a model."""

import numpy as np
import pytest
from parity_cases import CASES, VALUES, noise, prepared
from swiftcnn import Input, Sequential, layers, models

STEP, TOLERANCE = 2e-3, 5e-3  # as in test_gradients.py
LOSS_ROUNDING = 2.0**-23 / STEP  # of a loss between 1 and 2
# Those without relu, whose kinks the batch's statistics could bring near.
SMOOTH = ["batch_norm_training", "batch_norm_weighted", "batch_norm_frozen", "batch_norm_behind_frozen", "batch_norm_only_bare"]


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_in_training_are_the_slopes_of_the_loss(name):
    case = CASES[name]
    model, weights = prepared(case)
    batch = [VALUES.get(f"{name}/{kind}") for kind in ("x", "y", "sample_weight")]
    x, y, sample_weight = (None if array is None else array[: case["batch_size"]] for array in batch)

    def loss(index, change):
        model.set_weights([weight + change if i == index else weight for i, weight in enumerate(weights)])
        return model.compute_gradients(x, y, sample_weight=sample_weight, training=True)[0]

    _, gradients = model.compute_gradients(x, y, sample_weight=sample_weight, training=True)
    learning = [index for index, gradient in enumerate(gradients) if gradient.any()]
    assert len(learning) == len(model.trainable_weights)
    for index in learning:
        # A bias in front of a normalization has no slope, and a gradient of rounding errors.
        size = max(float(np.linalg.norm(gradients[index])), 1e-3)
        direction = gradients[index] / size + noise(900 + index, gradients[index].shape) / np.sqrt(gradients[index].size)
        slope = (loss(index, STEP * direction) - loss(index, -STEP * direction)) / (2 * STEP)
        expected = float(np.sum(gradients[index] * direction, dtype=np.float64))
        assert slope == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE * size + LOSS_ROUNDING), f"weight {index}"


def normalizer(**settings):
    """A model that a training step changes nowhere but in the moving statistics: the loss asks for the output itself."""
    model = Sequential([Input((6, 5, 3)), layers.BatchNormalization(**settings)])
    model.compile("sgd", "mse")
    return model


def test_no_digits_are_lost_far_from_zero():
    """Mean 1000, deviation 1: squares around 0 would leave one digit of the variance."""
    x = (1000 + np.random.default_rng(2).standard_normal((64, 6, 5, 3))).astype(np.float32)
    model = normalizer(momentum=0.0)
    model.train_on_batch(x, np.zeros_like(x))
    _, _, mean, variance = model.get_weights()
    exact = x.astype(np.float64).reshape(-1, 3)
    np.testing.assert_allclose(mean, exact.mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(variance, exact.var(axis=0), rtol=1e-6)


def test_moving_statistics_follow_training_only():
    x = noise(5, (8, 6, 5, 3)) + np.float32(2)
    model = normalizer(momentum=0.75)
    before = model.get_weights()
    model.evaluate(x, x, verbose=0)
    model.predict(x, verbose=0)
    model.compute_gradients(x, x, training=True)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    model.train_on_batch(x, x)
    np.testing.assert_allclose(model.get_weights()[2], 0.25 * x.mean(axis=(0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[3], 0.75 + 0.25 * x.var(axis=(0, 1, 2)), rtol=1e-5)


def test_the_last_batch_has_statistics_of_its_own():
    x = noise(6, (5, 6, 5, 3))
    by_fit, by_hand = normalizer(momentum=0.5), normalizer(momentum=0.5)
    by_fit.fit(x, x, batch_size=3, shuffle=False, verbose=0)
    for batch in (x[:3], x[3:]):
        by_hand.train_on_batch(batch, batch)
    for one, other in zip(by_fit.get_weights(), by_hand.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("filters", [5, 16])  # direct, and Winograd
@pytest.mark.parametrize("use_bias", [False, True])
def test_folded_into_the_layer_before_it_gives_the_same(filters, use_bias):
    model = Sequential(
        [
            Input((9, 9, 16)),
            layers.Conv2D(filters, 3, use_bias=use_bias),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(7, use_bias=use_bias),
            layers.BatchNormalization(),
        ]
    )
    weights = [noise(20 + i, weight.shape) * np.float32(0.3) for i, weight in enumerate(model.get_weights())]
    model.set_weights(weights)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([1 + gamma, beta, mean, 1 + variance])
    x = noise(7, (4, 9, 9, 16))
    expected = apart(model, x)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def apart(model, x):
    """The output with each normalization computed here, in float64, from the layer before it in a model of its own."""
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = (weight.astype(np.float64) for weight in layer.get_weights())
            x = ((x - mean) / np.sqrt(variance + layer.epsilon) * gamma + beta).astype(np.float32)
        else:
            alone = Sequential([Input(x.shape[1:]), type(layer).from_config(layer.get_config())])
            alone.set_weights(layer.get_weights())
            x = alone.predict(x, verbose=0)
    return x


def small():
    return [
        layers.Conv2D(4, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(4, activation="softmax"),
    ]


@pytest.fixture
def normalized():
    model = Sequential([Input((8, 8, 1)), *small()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_weights_come_in_keras_s_order_and_are_counted(normalized, capsys):
    assert [weight.shape for weight in normalized.layers[1].get_weights()] == [(4,)] * 4
    assert [float(weight[0]) for weight in normalized.layers[1].weights] == [1, 0, 0, 1]
    assert normalized.count_params() == 36 + 16 + 148
    assert len(normalized.trainable_weights) == 5
    assert len(normalized.non_trainable_weights) == 2
    normalized.summary()
    text = capsys.readouterr().out
    assert " Total params: 200 (800.00 B)\n Trainable params: 192 (768.00 B)\n Non-trainable params: 8 (32.00 B)\n" in text


def test_it_learns_and_goes_on_from_a_file(normalized, data, tmp_path):
    normalized.fit(*data, epochs=2, verbose=0)
    normalized.save(tmp_path / "m.safetensors")
    loaded = models.load_model(tmp_path / "m.safetensors")
    mine, its = (each.fit(*data, epochs=2, batch_size=7, verbose=0).history for each in (normalized, loaded))
    assert mine == its
    for one, other in zip(normalized.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"axis": 1}, r"axis must be the last one, -1 or 3, got 1; move the channels to the last axis"),
        ({"momentum": 1.5}, r"momentum must be from 0 to 1, got 1\.5"),
        ({"epsilon": 0.0}, r"epsilon must be a finite number above 0, got 0"),
    ],
)
def test_what_cannot_be_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        normalizer(**settings)


def test_positional_order_and_defaults_are_keras_s():
    layer = layers.BatchNormalization(-1, 0.9, 1e-5, False, False, "ones", "zeros", "ones", "zeros")
    assert list(layer.get_config().values()) == [-1, 0.9, 1e-5, False, False, "ones", "zeros", "ones", "zeros"]
    assert layers.BatchNormalization().get_config() == {
        "axis": -1,
        "momentum": 0.99,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "beta_initializer": "zeros",
        "gamma_initializer": "ones",
        "moving_mean_initializer": "zeros",
        "moving_variance_initializer": "ones",
    }
    assert normalizer(axis=3).built


@pytest.mark.parametrize("shape", [(4,), (1, 1, 4)])
def test_a_single_value_of_a_channel_passes_exactly_no_gradient(shape):
    """A normalized single value is 0 whatever it was. Keras 3.15.1 gives zeros, too."""
    model = Sequential([Input(shape), layers.Dense(5), layers.BatchNormalization(), layers.Dense(3)])
    model.compile("sgd", "mse")
    random = np.random.default_rng(0)
    x, y = random.normal(size=(1, *shape)), random.normal(size=(1, *shape[:-1], 3))
    _, gradients = model.compute_gradients(x, y, training=True)
    kernel, bias, gamma, beta = gradients[:4]
    assert not kernel.any()
    assert not bias.any()
    assert not gamma.any()
    assert beta.any()
