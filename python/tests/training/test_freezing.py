"""`trainable`: what is frozen stays, and its moments with it."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers, models


def changed(model, data, epochs=1):
    """For each layer, whether a fit changes its weights."""
    before = [layer.get_weights() for layer in model.layers]
    model.fit(*data, epochs=epochs, verbose=0)
    pairs = zip(model.layers, before, strict=True)
    return [any((a != b).any() for a, b in zip(layer.get_weights(), old, strict=True)) for layer, old in pairs if old]


def network():
    return [
        layers.Conv2D(4, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(8, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]


@pytest.fixture
def four():
    """Layers with weights: convolution, normalization, two dense ones."""
    model = Sequential([Input((8, 8, 1)), *network()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("kept", [[0], [0, 1], [1], [4], [0, 1, 4], [5], [0, 1, 4, 5]])
def test_only_what_is_trainable_changes(four, data, kept):
    for index in kept:
        four.layers[index].trainable = False
    assert changed(four, data) == [index not in kept for index in (0, 1, 4, 5)]


def test_a_model_is_frozen_and_thawed_whole(four, data):
    four.trainable = False
    assert not four.trainable
    assert changed(four, data) == [False] * 4
    assert four.trainable_weights == []
    assert len(four.non_trainable_weights) == len(four.weights) == 10
    four.trainable = True
    assert changed(four, data) == [True] * 4


def test_moments_of_a_frozen_layer_wait(four, data):
    """Frozen for an epoch and then thawed, its optimizer state is the one it had: a saved model shows it."""
    four.fit(*data, verbose=0)
    slots = moments(four, "dense/kernel")
    four.layers[4].trainable = False
    four.fit(*data, verbose=0)
    for now, then in zip(moments(four, "dense/kernel"), slots, strict=True):
        np.testing.assert_array_equal(now, then)
    assert (moments(four, "dense_1/kernel")[0] != 0).any()


def moments(model, weight):
    from safetensors.numpy import load

    tensors = load(model._engine.serialize())
    assert not any("moving" in name for name in tensors if name.startswith("optimizer/"))
    return [tensors[f"optimizer/{slot}/{weight}"] for slot in ("momentum", "velocity")]


def test_a_frozen_normalization_works_as_in_inference(four, data):
    four.fit(*data, verbose=0)
    four.layers[1].trainable = False
    x, y = data
    frozen, inference = (four.compute_gradients(x, y, training=training) for training in (True, False))
    assert frozen[0] == pytest.approx(four.evaluate(x, y, batch_size=40, verbose=0)[0], rel=1e-5)
    assert frozen[0] == inference[0]
    np.testing.assert_array_equal(frozen[1][0], inference[1][0])


def test_gradients_of_frozen_weights_are_zero(four, data):
    four.compute_gradients(*data, training=True)
    four.layers[4].trainable = False
    gradients = four.compute_gradients(*data, training=True)[1]
    assert [bool(gradient.any()) for gradient in gradients] == [True] * 4 + [False] * 4 + [True] * 2


def test_counts_follow(four, capsys):
    four.layers[4].trainable = False
    assert len(four.layers[4].trainable_weights) == 0
    assert len(four.layers[4].non_trainable_weights) == 2
    four.summary()
    assert " Non-trainable params: 304 (1.19 KB)" in capsys.readouterr().out


def test_a_file_keeps_what_is_frozen(four, data, tmp_path):
    four.layers[0].trainable = four.layers[1].trainable = False
    four.fit(*data, verbose=0)
    four.save(tmp_path / "m.safetensors")
    loaded = models.load_model(tmp_path / "m.safetensors")
    assert [layer.trainable for layer in loaded.layers] == [False, False, True, True, True, True]
    assert [changed(model, data) for model in (four, loaded)] == [[False, False, True, True]] * 2
    for one, other in zip(four.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_may_be_said_before_there_are_weights(data):
    model = Sequential([layers.Flatten(), layers.Dense(8, trainable=False), layers.Dense(4)])
    model.layers[2].trainable = False
    model.layers[2].trainable = True
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert layers.Dense(8, trainable=False).get_config()["trainable"] is False
    copy = Sequential.from_config(model.get_config())
    assert [layer.trainable for layer in copy.layers] == [True, False, True]
    model.build((None, 8, 8, 1))
    assert changed(model, data) == [False, True]


def test_trainable_is_true_or_false():
    with pytest.raises(TypeError, match="trainable must be True or False, received 'no'"):
        layers.Dense(3).trainable = "no"
