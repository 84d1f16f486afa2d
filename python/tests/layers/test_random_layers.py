"""Noise and random changes of images; the golden cases `augmented_...` compare given amounts with Keras.

What a layer makes of an image shows in a gradient: behind it a Dense layer of one unit, whose kernel's gradient is its input.
"""

import pickle

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers, utils

IMAGES = np.random.default_rng(1).random((64, 6, 8, 3), np.float32)
SAMPLING = {"fill_mode": "wrap", "interpolation": "nearest"}
LAYERS = [
    layers.RandomFlip("vertical", seed=3),
    layers.RandomRotation((-0.1, 0.2), "constant", fill_value=0.5),
    layers.RandomTranslation(0.2, (0.1, 0.3), **SAMPLING),
    layers.RandomZoom(0.2, seed=1),
    layers.RandomZoom(0.2, (-0.3, 0.1)),
    layers.RandomContrast(0.2, (0, 1)),
    layers.RandomContrast((0.1, 0.3), (0, 1)),
    layers.RandomBrightness(0.2, (0, 1)),
    layers.RandomCrop(4, 5, seed=1),
    layers.GaussianNoise(0.1, seed=2),
    layers.GaussianDropout(0.3),
    layers.SpatialDropout2D(0.3),
    layers.AlphaDropout(0.3),
    layers.Dropout(0.3, seed=4),
]


def network(layer, shape=(6, 8, 3), *before):
    utils.set_random_seed(5)
    head = [layers.Flatten(), layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    model = Sequential([Input(shape), *before, type(layer).from_config(layer.get_config()), *head])
    model.compile("sgd", "mse")
    return model


def changed(layer, images=IMAGES, training=True):
    """What the layer makes of each image of the batch."""
    model = network(layer, images.shape[1:])
    shape = model.layers[0].output_shape[1:]
    targets = np.full((len(images), 1), -0.5 * len(images), np.float32)
    made = []
    for weight in np.eye(len(images), dtype=np.float32):
        _, gradients = model.compute_gradients(images, targets, weight, training=training)
        made.append(gradients[0].reshape(shape))
    return np.array(made)


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_configuration_and_pickle_keep_a_layer(layer):
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
    assert pickle.loads(pickle.dumps(layer)).get_config() == layer.get_config()
    model = network(layer)
    copy = pickle.loads(pickle.dumps(model))
    for each in (model, copy):
        each.train_on_batch(IMAGES, np.ones(64))
    np.testing.assert_array_equal(copy.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("layer", [layer for layer in LAYERS if not isinstance(layer, layers.RandomCrop)], ids=repr)
def test_without_training_nothing_changes(layer):
    np.testing.assert_array_equal(changed(layer, IMAGES[:4], training=False), IMAGES[:4])
    assert not np.array_equal(changed(layer, IMAGES[:4]), IMAGES[:4])


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_a_seed_and_a_step_determine_what_is_drawn(layer):
    x, y = IMAGES[:5], np.ones(5)
    model, again = network(layer), network(layer)
    first = model.compute_gradients(x, y, training=True)[1][0]
    np.testing.assert_array_equal(again.compute_gradients(x, y, training=True)[1][0], first)
    model.optimizer.learning_rate = 0
    model.train_on_batch(x, y)
    assert not np.array_equal(model.compute_gradients(x, y, training=True)[1][0], first)
    other = network(type(layer).from_config({**layer.get_config(), "seed": 77}))
    assert not np.array_equal(other.compute_gradients(x, y, training=True)[1][0], first)


@pytest.mark.parametrize(("mode", "axes"), [("horizontal", (1,)), ("vertical", (0,)), ("horizontal_and_vertical", (0, 1))])
def test_about_half_of_the_images_are_flipped(mode, axes):
    flipped = 0
    for image, made in zip(IMAGES, changed(layers.RandomFlip(mode)), strict=True):
        if np.array_equal(made, np.flip(image, axes)):
            flipped += 1
        else:
            np.testing.assert_array_equal(made, image)
    assert 18 <= flipped <= 46  # 64 throws of a coin: beyond this in 3 of 10,000 seeds


def test_amounts_are_uniform_over_their_range():
    shades = (changed(layers.RandomBrightness((-0.2, 0.4), (-1, 1)), 0 * IMAGES) / 2)[:, 0, 0, 0]
    assert shades.min() == pytest.approx(-0.2, abs=0.05)
    assert shades.max() == pytest.approx(0.4, abs=0.05)
    assert shades.mean() == pytest.approx(0.1, abs=0.07)
    factors = np.std(changed(layers.RandomContrast(0.5, (-9, 9))), axis=(1, 2)) / np.std(IMAGES, axis=(1, 2))
    np.testing.assert_allclose(factors, factors[:, :1].repeat(3, 1), rtol=1e-4)
    assert 0.5 <= factors.min() < 0.6 < 1.4 < factors.max() <= 1.5
    columns = np.broadcast_to(np.arange(8, dtype=np.float32)[:, None], (64, 6, 8, 3))
    shifts = (columns - changed(layers.RandomTranslation(0.0, (-0.125, 0.25)), columns))[:, 3, 4, 0]
    assert -1 <= shifts.min() < -0.8 < 1.8 < shifts.max() <= 2


def test_crops_are_parts_of_the_images():
    places = set()
    for image, made in zip(IMAGES, changed(layers.RandomCrop(4, 6)), strict=True):
        windows = {(y, x): image[y : y + 4, x : x + 6] for y in range(3) for x in range(3)}
        places |= {place for place, window in windows.items() if np.array_equal(window, made)}
    assert len(places) == 9


def middle(images, height, width):
    """Bilinear, by NumPy: each output reads between the two nearest pixels along each axis."""
    for axis, size in ((1, height), (2, width)):
        old = images.shape[axis]
        place = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        share = (place - low).reshape([-1 if each == axis else 1 for each in range(4)])
        images = images.take(low, axis) * (1 - share) + images.take(np.minimum(low + 1, old - 1), axis) * share
    return images


@pytest.mark.parametrize(
    ("size", "window"),
    [((3, 4), np.s_[:, :, :]), ((12, 16), np.s_[:, :, :]), ((5, 5), np.s_[:, :, 1:7]), ((2, 8), np.s_[:, 2:4, :])],
)
def test_without_training_a_crop_is_the_resized_middle(size, window):
    found = changed(layers.RandomCrop(*size), IMAGES[:3], training=False)
    np.testing.assert_allclose(found, middle(IMAGES[:3][window], *size), atol=1e-6)
    if size[0] > 6:  # too small to crop, so that training does the same
        np.testing.assert_array_equal(changed(layers.RandomCrop(*size), IMAGES[:3]), found)


def test_noise_is_normal():
    ones = np.ones((16, 40, 40, 3), np.float32)
    for layer, deviation in ((layers.GaussianNoise(0.5), 0.5), (layers.GaussianDropout(0.2), 0.5)):
        noise = (changed(layer, ones).ravel() - 1) / deviation
        assert noise.mean() == pytest.approx(0, abs=0.015)  # 76,800 numbers: four deviations
        assert noise.std() == pytest.approx(1, abs=0.01)
        for border, below in ((-3, 0.00135), (-1, 0.158655), (0.5, 0.691462), (2, 0.97725)):
            assert np.mean(noise < border) == pytest.approx(below, abs=4 * np.sqrt(below * (1 - below) / noise.size))


def test_spatial_dropout_drops_whole_channels():
    ones = np.ones((40, 3, 4, 24), np.float32)
    made = changed(layers.SpatialDropout2D(0.25), ones)
    np.testing.assert_array_equal(made, np.broadcast_to(made[:, :1, :1], made.shape))
    kept = made[:, 0, 0] > 0
    assert set(np.unique(made)) == {0, np.float32(1 / 0.75)}
    assert kept.mean() == pytest.approx(0.75, abs=0.056)  # 960 channels: four deviations


def test_alpha_dropout_keeps_mean_and_variance():
    normal = np.random.default_rng(4).normal(size=(16, 40, 40, 3)).astype(np.float32)
    rate, least = 0.3, -1.7580993408473766
    made = changed(layers.AlphaDropout(rate), normal)
    assert made.mean() == pytest.approx(0, abs=0.015)  # 76,800 numbers: four deviations
    assert made.std() == pytest.approx(1, abs=0.011)
    scale = ((1 - rate) * (1 + rate * least**2)) ** -0.5
    shift = -scale * least * rate
    replaced = made == np.float32(scale * least + shift)
    assert replaced.mean() == pytest.approx(rate, abs=4 * np.sqrt(rate * (1 - rate) / made.size))
    np.testing.assert_allclose(made[~replaced], scale * normal[~replaced] + shift, rtol=1e-5, atol=1e-6)


def test_alpha_dropout_of_everything_is_zero():
    np.testing.assert_array_equal(changed(layers.AlphaDropout(1), IMAGES[:4]), 0 * IMAGES[:4])


def test_alpha_dropout_draws_what_dropout_draws():
    """Its numbers are the same function of seed, layer, step, image and element."""
    ones = np.ones((4, 6, 8, 3), np.float32)
    dropped = changed(layers.Dropout(0.4), ones) == 0
    made = changed(layers.AlphaDropout(0.4), ones)
    np.testing.assert_array_equal(made == made[dropped][0], dropped)


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_gradients_go_through(layer):
    """Behind a convolution: its gradients are the slopes of the loss, with the same amounts drawn."""
    before = layers.Conv2D(3, 1, kernel_initializer="he_normal")
    model = network(layer, (6, 8, 3), before)
    rng = np.random.default_rng(2)
    weights = [weight + rng.normal(0, 0.1, weight.shape).astype(np.float32) for weight in model.get_weights()]
    y = rng.random(5)

    def loss(step):
        model.set_weights([weights[0] + np.float32(step) * direction, *weights[1:]])
        return model.compute_gradients(IMAGES[:5], y, training=True)

    direction = rng.normal(0, 1, weights[0].shape).astype(np.float32)
    slope = (loss(1e-3)[0] - loss(-1e-3)[0]) / 2e-3
    expected = float(np.sum(loss(0)[1][0] * direction))
    assert slope == pytest.approx(expected, rel=2e-2, abs=2e-3)


def test_a_model_learns_with_all_of_them():
    utils.set_random_seed(1)
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, 256)
    x = (rng.random((256, 8, 8, 1)) * 0.5 + y[:, None, None, None] * 0.5).astype(np.float32)
    chain = [
        layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomTranslation(0.1, 0.1), layers.RandomZoom(0.1),
        layers.RandomContrast(0.1, (0, 1)), layers.RandomBrightness(0.05, (0, 1)), layers.RandomCrop(7, 7),
        layers.GaussianNoise(0.05), layers.Conv2D(8, 3, activation="relu"), layers.SpatialDropout2D(0.1), layers.Flatten(),
        layers.GaussianDropout(0.1), layers.Dense(2, activation="softmax"),
    ]  # fmt: skip
    model = Sequential([Input((8, 8, 1)), *chain])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=12, batch_size=32, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.95


def test_a_size_beyond_memory_is_refused_when_the_model_is_built():
    with pytest.raises(ValueError, match="more elements than memory can hold"):
        network(layers.RandomCrop(2**40, 2**40))


@pytest.mark.parametrize("layer", [each for each in LAYERS if type(each).__name__.startswith(("Random", "Spatial"))], ids=repr)
def test_only_images_will_do(layer):
    with pytest.raises(ValueError, match=r"expects images \(height, width, channels\), got an input of shape \(7,\)"):
        network(layer, (7,))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: layers.RandomFlip("sideways"),
            'mode must be .horizontal. or .vertical. or .horizontal_and_vertical., got "sideways"',
        ),
        (lambda: layers.RandomRotation(1.5), r"RandomRotation: factor must be between -1 and 1, got \[-1.5, 1.5\]"),
        (
            lambda: layers.RandomRotation(0.1, "mirror"),
            'fill_mode must be .reflect. or .wrap. or .constant. or .nearest., got "mirror"',
        ),
        (lambda: layers.RandomTranslation(0.1, (0, 2)), r"width_factor must be between -1 and 1, got \[0.0, 2.0\]"),
        (lambda: layers.RandomZoom((-1, 0)), "height_factor must be above -1"),
        (lambda: layers.RandomContrast(2), r"factor must be one number, or two, between 0 and 1, got \[2.0, 2.0\]"),
        (lambda: layers.RandomBrightness((0, 3)), r"factor must be between -1 and 1, got \[0.0, 3.0\]"),
        (lambda: layers.RandomCrop(0, 3), "height must be a positive integer, got 0"),
        (lambda: layers.GaussianNoise(-1), "stddev must be a finite number of at least 0, got -1.0"),
        (lambda: layers.GaussianDropout(1), "rate must be at least 0 and below 1, got 1.0"),
        (lambda: layers.SpatialDropout2D(2), "rate must be from 0 to 1, got 2.0"),
        (lambda: layers.RandomRotation((0.1, 0.2, 0.3)), "factor must be two numbers"),
        (lambda: layers.RandomContrast(0.1, 255), "value_range must be two numbers, received 255"),
        (lambda: layers.RandomFlip(seed=-1), "seed must be at least 0, or None, received -1"),
        (lambda: layers.RandomZoom(0.1, data_format="channels_first"), "data_format must be None or 'channels_last'"),
        (lambda: layers.AlphaDropout(-0.5), "rate must be from 0 to 1, got -0.5"),
        (lambda: layers.AlphaDropout(0.5, (None, 1)), "noise_shape must be None.*drawn by itself"),
        (lambda: layers.Dropout(0.5, (None, 1)), "noise_shape must be None.*SpatialDropout2D"),
    ],
)
def test_bad_settings_are_refused_at_once(make, message):
    with pytest.raises(ValueError, match=message):
        make()
