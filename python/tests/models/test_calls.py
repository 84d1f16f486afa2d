"""Models and layers called on arrays: which layers then work as in training, and what they draw."""

import numpy as np
import pytest
import swiftcnn
from swiftcnn import Input, Sequential, layers, utils

IMAGES = np.random.default_rng(1).random((6, 8, 10, 3), np.float32)
RANDOM_IMAGE_LAYERS = [
    layers.RandomFlip(),
    layers.RandomRotation(0.3),
    layers.RandomTranslation(0.3, 0.3),
    layers.RandomZoom(0.5),
    layers.RandomContrast(0.5),
    layers.RandomBrightness(0.5, value_range=(0, 1)),
    layers.RandomCrop(8, 8),
]
NOISE_LAYERS = [layers.Dropout(0.5), layers.SpatialDropout2D(0.5), layers.GaussianNoise(0.5), layers.GaussianDropout(0.5)]


def are_same(a, b):
    return np.array_equal(np.asarray(a), np.asarray(b))


@pytest.mark.parametrize("layer", RANDOM_IMAGE_LAYERS, ids=repr)
def test_random_image_layers_act_unless_told_not_to(layer):
    utils.set_random_seed(1)  # one flip of both axes or none for an image: six images in 64 draws all stay as they are
    still = layer(IMAGES, training=False)
    assert are_same(still, Sequential([Input(IMAGES.shape[1:]), layer]).predict(IMAGES, verbose=0))
    for called in (layer, Sequential([layer])):
        assert not are_same(called(IMAGES), still)
        assert not are_same(called(IMAGES, training=True), still)
        assert not are_same(called(IMAGES), called(IMAGES)), "each call draws anew"
        assert are_same(called(IMAGES, training=False), still)


@pytest.mark.parametrize("layer", NOISE_LAYERS, ids=repr)
def test_noise_acts_only_when_told_to(layer):
    for called in (layer, Sequential([layer])):
        assert are_same(called(IMAGES), IMAGES)
        assert are_same(called(IMAGES, training=False), IMAGES)
        assert not are_same(called(IMAGES, training=True), IMAGES)
        assert not are_same(called(IMAGES, training=True), called(IMAGES, training=True)), "each call draws anew"


def test_of_a_mixed_model_only_the_random_image_layers_act():
    model = Sequential([Input(IMAGES.shape[1:]), layers.RandomFlip("horizontal"), layers.Dropout(0.5)])
    for image, output in zip(IMAGES, model(IMAGES), strict=True):
        assert are_same(output, image) or are_same(output, image[:, ::-1])
    assert (model(IMAGES, training=True) == 0).mean() > 0.3


def test_dropout_in_training_has_the_mean_of_inference():
    utils.set_random_seed(1)
    model = Sequential([Input((20,)), layers.Dropout(0.5), layers.Dense(4)])
    x = np.random.default_rng(2).random((5, 20), np.float32)
    draws = np.array([model(x, training=True) for _ in range(500)])
    error = draws.std(0) / np.sqrt(len(draws))
    assert np.all(np.abs(draws.mean(0) - model(x)) < 5 * error)
    assert np.all(draws.std(0) > 0.05)


def test_batch_normalization_learns_from_a_call_what_it_learns_from_a_step():
    def network():
        utils.set_random_seed(3)
        model = Sequential(
            [Input((8, 10, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Flatten(), layers.Dense(1)]
        )
        model.compile("sgd", "mse")
        model.optimizer.learning_rate = 0
        return model

    called, trained = network(), network()
    before = called.layers[1].moving_mean
    called(IMAGES)
    assert are_same(called.layers[1].moving_mean, before)
    called(IMAGES, training=True)
    trained.train_on_batch(IMAGES, np.zeros(6))
    assert not are_same(called.layers[1].moving_mean, before)
    for mine, its in zip(called.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_a_call_in_training_normalizes_by_its_batch_unless_frozen():
    x = np.random.default_rng(4).normal(3, 2, (50, 4)).astype(np.float32)
    model = Sequential([Input((4,)), layers.BatchNormalization(epsilon=1e-6)])
    outputs = model(x, training=True)
    np.testing.assert_allclose(outputs.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(outputs.std(0), 1, atol=1e-4)
    model.layers[0].trainable = False
    kept = model.get_weights()
    np.testing.assert_array_equal(model(x, training=True), model(x))
    for after, before in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("training", [None, True])
def test_a_seed_determines_the_calls_at_any_number_of_threads(training):
    def outputs(threads):
        swiftcnn.set_num_threads(threads)
        utils.set_random_seed(5)
        model = Sequential([Input((8, 10, 3)), layers.RandomRotation(0.2), layers.Conv2D(5, 3), layers.Dropout(0.4)])
        return [model(IMAGES, training=training) for _ in range(3)]

    before = swiftcnn.build_info()["threads"]
    try:
        first = outputs(1)
        for threads in (1, 2, 3):
            for mine, its in zip(outputs(threads), first, strict=True):
                np.testing.assert_array_equal(mine, its)
    finally:
        swiftcnn.set_num_threads(before)


def test_calls_leave_training_as_it_was():
    def weights(calls):
        utils.set_random_seed(6)
        model = Sequential([Input((8, 10, 3)), layers.RandomFlip(), layers.Dropout(0.3), layers.Flatten(), layers.Dense(2)])
        model.compile("adam", "mse")
        for _ in range(3):
            for _ in range(calls):
                model(IMAGES, training=True)
            model.train_on_batch(IMAGES, np.ones((6, 2)))
        return model.get_weights()

    for mine, its in zip(weights(0), weights(2), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_a_single_sample_and_none_at_all():
    model = Sequential([Input((8, 10, 3)), layers.RandomZoom(0.3), layers.Dropout(0.4)])
    assert model(IMAGES[:1], training=True).shape == (1, 8, 10, 3)
    with pytest.raises(ValueError, match="no samples"):
        model(IMAGES[:0], training=True)


def test_what_cannot_be_called_is_told():
    model = Sequential([Input((8, 10, 3)), layers.Dropout(0.4)])
    with pytest.raises(TypeError, match="training must be True or False, received 'yes'"):
        model(IMAGES, training="yes")
    with pytest.raises(ValueError, match=r"8, 9, 3"):
        model(IMAGES[:, :, :9], training=True)
    with pytest.raises(ValueError, match="x holds nan"):
        model(np.full_like(IMAGES, np.nan), training=True)
    outputs = np.empty_like(IMAGES)
    engine = model._built_engine()
    for behavior, draw in ((3, 0), (-1, 0), (2, -1), (2, 2**31)):
        with pytest.raises(ValueError, match=r"from 0 to"):
            engine.call(IMAGES, behavior, draw, outputs)
    with pytest.raises(ValueError, match=r"room for"):
        engine.call(IMAGES, 2, 0, outputs[:5])
