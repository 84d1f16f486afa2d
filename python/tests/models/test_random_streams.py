"""Random numbers belong to layers: parts of a model draw what the whole draws."""

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, models

X = np.random.default_rng(0).random((6, 8), np.float32)


def made():
    return Sequential(
        [
            Input((8,)),
            layers.Dense(16, name="first"),
            layers.Dropout(0.5, name="drop"),
            layers.Dense(16, name="second"),
            layers.GaussianNoise(0.5, name="noise"),
            layers.AlphaDropout(0.3, name="alpha"),
            layers.Dropout(0.2, seed=3, name="own"),
        ]
    )


def outputs_of(model):
    return Model(model.input, [layer.output for layer in model.layers])(X, training=True)


def test_parts_draw_what_the_whole_draws():
    base = made()
    whole = base(X, training=True)
    features = outputs_of(base)
    assert np.array_equal(features[-1], whole)
    for layer, feature in zip(base.layers, features, strict=True):
        assert np.array_equal(Model(base.input, layer.output)(X, training=True), feature)
    assert not np.array_equal(features[1], features[0])


def test_a_part_that_begins_within_does_too():
    base = made()
    features = outputs_of(base)
    after = Model(base.layers[1].output, base.output)
    assert np.array_equal(after(features[1], training=True), features[-1])


def test_a_model_around_does_too():
    base = made()
    expected = base(X, training=True)
    around = Sequential([Input((8,)), layers.Dropout(0.0), base, layers.Dropout(0.0)])
    assert np.array_equal(around(X, training=True), expected)


def test_it_does_not_matter_which_was_first():
    base = made()
    part = Model(base.input, base.get_layer("noise").output)
    first = part(X, training=True)
    assert np.array_equal(outputs_of(base)[3], first)


@pytest.mark.parametrize("name", ["model.safetensors", "model.keras"])
def test_files_keep_them(tmp_path, name):
    base = made()
    part = Model(base.input, base.get_layer("noise").output)
    _ = base.get_weights()
    expected = part(X, training=True)
    part.save(tmp_path / name)
    if name.endswith(".keras"):  # which has no place for them
        assert np.array_equal(models.load_model(tmp_path / name).predict(X, verbose=0), part.predict(X, verbose=0))
    else:
        assert np.array_equal(models.load_model(tmp_path / name)(X, training=True), expected)


def test_a_longer_line_gives_every_layer_its_own():
    inner = Sequential([layers.Dropout(0.5)])
    outer = Sequential([Input((8,)), inner, layers.Dropout(0.5)])
    outer(X, training=True)
    inner.add(layers.Dropout(0.5))
    ones = np.ones((50, 8), np.float32)
    counts = [(model(ones, training=True) != 0).sum() for model in (Sequential(inner.layers[:1]), inner, outer)]
    assert counts[0] > 1.5 * counts[1] > 2 * counts[2]
