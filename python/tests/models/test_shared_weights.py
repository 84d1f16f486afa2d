"""Models that have layers in common have one set of weights between them."""

import pickle

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, callbacks, layers, models

X = np.random.default_rng(1).random((24, 6, 6, 2), np.float32)


def are_same(a, b):
    return all(np.array_equal(first, second) for first, second in zip(a, b, strict=True))


@pytest.fixture
def autoencoder():
    """The whole, and its two halves, which were made first."""
    inputs = Input((6, 6, 2))
    encoder = Model(inputs, layers.Dense(5)(layers.Flatten()(layers.BatchNormalization()(layers.Conv2D(3, 3)(inputs)))))
    decoder = Sequential([Input((5,)), layers.Dense(72), layers.Reshape((6, 6, 2))])
    whole = Model(inputs, decoder(encoder(inputs)))
    whole.compile("adam", "mse")
    return whole, encoder, decoder


def test_the_parts_learn_with_the_whole(autoencoder):
    whole, encoder, decoder = autoencoder
    before = encoder.predict(X, verbose=0)
    for _ in range(3):
        whole.fit(X, X, epochs=1, verbose=0)
        codes = encoder.predict(X, verbose=0)
        assert are_same(encoder.get_weights() + decoder.get_weights(), whole.get_weights())
        np.testing.assert_array_equal(decoder.predict(codes, verbose=0), whole.predict(X, verbose=0))
    assert not are_same([before], [codes])


def test_two_that_learn_in_turn_keep_their_optimizers(autoencoder):
    """As a generator and a discriminator do: beside models that get the weights of the others by hand."""
    whole, encoder, decoder = autoencoder
    copies = [models.clone_model(model) for model in (encoder, decoder)]
    copied_inputs = Input((6, 6, 2))
    other = Model(copied_inputs, copies[1](copies[0](copied_inputs)))
    for model in (other, *copies):
        model.compile("adam", "mse")
    decoder.compile("adam", "mse")
    other.set_weights(whole.get_weights())
    codes = np.random.default_rng(2).random((24, 5), np.float32)
    for _ in range(3):
        for mine, its in ((whole, other), (decoder, copies[1])):
            data = X if mine is whole else codes
            assert mine.train_on_batch(data, X) == its.train_on_batch(data, X)
            assert are_same(whole.get_weights(), other.get_weights())


def test_what_is_restored_reaches_the_parts(autoencoder, tmp_path):
    whole, encoder, decoder = autoencoder

    class Stop(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise RuntimeError("stopped")

    backup = callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(RuntimeError, match="stopped"):
        whole.fit(X, X, epochs=4, verbose=0, callbacks=[backup, Stop()])
    kept = whole.get_weights()
    whole.set_weights([np.zeros_like(weight) for weight in kept])
    assert not encoder.predict(X, verbose=0).any()
    whole.fit(X, X, epochs=3, verbose=0, callbacks=[backup])
    assert not are_same(kept, whole.get_weights())
    assert are_same(encoder.get_weights() + decoder.get_weights(), whole.get_weights())


def test_weights_that_are_set_or_loaded_reach_the_whole(autoencoder, tmp_path):
    whole, encoder, _ = autoencoder
    encoder.save_weights(tmp_path / "encoder.weights.h5")
    expected = encoder.get_weights()
    encoder.layers[1].set_weights([weight + 1 for weight in encoder.layers[1].get_weights()])
    assert not are_same(expected, whole.get_weights()[: len(expected)])
    encoder.load_weights(tmp_path / "encoder.weights.h5")
    assert are_same(expected, whole.get_weights()[: len(expected)])


def test_a_copy_has_weights_of_its_own(autoencoder):
    whole, encoder, _ = autoencoder
    kept = encoder.get_weights()
    copy = pickle.loads(pickle.dumps(encoder))
    whole.fit(X, X, epochs=1, verbose=0)
    assert are_same(copy.get_weights(), kept)
    assert not are_same(encoder.get_weights(), kept)


def test_a_layer_frozen_in_one_is_frozen_at_once_in_the_one_that_learns(autoencoder):
    whole, encoder, _ = autoencoder

    seen = []

    class Freeze(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(encoder.layers[1].get_weights())
            encoder.layers[1].trainable = epoch == 0

    encoder.predict(X, verbose=0)
    whole.fit(X, X, epochs=3, verbose=0, callbacks=[Freeze()])
    assert not are_same(seen[0], seen[1])
    assert are_same(seen[1], seen[2])


def test_a_layer_added_to_one_leaves_the_weights_where_they_are():
    base = Sequential([Input((4,)), layers.Dense(3)])
    outer = Sequential([Input((4,)), base.layers[0], layers.Dense(2)])
    outer.compile("sgd", "mse")
    outer.predict(np.ones((2, 4)), verbose=0)
    base.add(layers.Dense(5))
    outer.fit(np.ones((2, 4)), np.ones((2, 2)), epochs=1, verbose=0)
    assert are_same(base.get_weights()[:2], outer.get_weights()[:2])
