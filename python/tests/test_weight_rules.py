"""Regularizers and constraints; the golden cases `regularized_...` and `constrained...` compare their values with Keras."""

import pickle

import numpy as np
import pytest
from swiftcnn import Input, Sequential, constraints, layers, models, regularizers, utils


def network(**rules):
    utils.set_random_seed(3)
    layer = layers.Dense(4, **rules)
    model = Sequential([Input((8, 8, 1)), layers.Flatten(), layer, layers.Activation("softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, layer


def penalty(model):
    return 0.5 * np.sum(np.square(model.get_weights()[0], dtype=np.float64))


def test_the_loss_of_fit_and_evaluate_has_the_penalty(data):
    plain, _ = network()
    ruled, _ = network(kernel_regularizer=regularizers.L2(0.5))
    before = penalty(ruled)
    assert ruled.evaluate(*data, verbose=0)[0] == pytest.approx(plain.evaluate(*data, verbose=0)[0] + before, rel=1e-6)
    losses = [model.train_on_batch(*data)[0] for model in (plain, ruled)]
    assert losses[1] == pytest.approx(losses[0] + before, rel=1e-6)
    assert penalty(ruled) < before
    history = ruled.fit(*data, epochs=1, batch_size=len(data[0]), verbose=0, validation_data=data).history
    plain.set_weights(ruled.get_weights())
    evaluated = plain.evaluate(*data, verbose=0)[0] + penalty(ruled)
    assert history["val_loss"][0] == pytest.approx(evaluated, rel=1e-6)


def test_a_frozen_layer_has_no_penalty_and_no_bounds(data):
    model, layer = network(kernel_regularizer="l2", kernel_constraint="unit_norm")
    plain, _ = network()
    layer.trainable = False
    assert model.evaluate(*data, verbose=0) == plain.evaluate(*data, verbose=0)
    before = model.get_weights()[0]
    model.train_on_batch(*data)
    np.testing.assert_array_equal(model.get_weights()[0], before)
    layer.trainable = True
    assert model.evaluate(*data, verbose=0)[0] > plain.evaluate(*data, verbose=0)[0]


def test_constraints_hold_after_every_step(data):
    model, _ = network(kernel_constraint=constraints.MaxNorm(0.3), bias_constraint="non_neg")
    model.fit(*data, epochs=2, batch_size=8, verbose=0)
    kernel, bias = model.get_weights()
    assert np.linalg.norm(kernel, axis=0).max() <= 0.3
    assert bias.min() == 0 < bias.max()


def test_rules_survive_files_pickle_and_configuration(data, tmp_path):
    rules = {"kernel_regularizer": regularizers.l1_l2(0.01, 0.02), "kernel_constraint": constraints.max_norm(3, axis=[0])}
    model, layer = network(bias_regularizer="l1", bias_constraint="non_neg", **rules)
    model.fit(*data, epochs=1, batch_size=8, verbose=0)
    model.save(tmp_path / "m.safetensors")
    loaded = models.load_model(tmp_path / "m.safetensors")
    assert loaded.get_layer(index=1).get_config() == layer.get_config()
    for other in (loaded, pickle.loads(pickle.dumps(model))):
        assert other.evaluate(*data, verbose=0) == model.evaluate(*data, verbose=0)
        other.fit(*data, epochs=1, batch_size=8, verbose=0)
    model.fit(*data, epochs=1, batch_size=8, verbose=0)
    for found, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("given", "l1", "l2"),
    [
        ("l2", None, 0.01),
        ("L1", 0.01, None),
        ("l1_l2", 0.01, 0.01),
        (regularizers.L1L2, 0.0, 0.0),
        (regularizers.l2(), None, 0.01),
        ({"class_name": "L2", "config": {"l2": 0.5}}, None, 0.5),
    ],
)
def test_regularizers_may_be_given_in_many_ways(given, l1, l2):
    layer = layers.Conv2D(3, 3, use_bias=False, kernel_regularizer=given, bias_regularizer=given)
    assert getattr(layer.kernel_regularizer, "l1", None) == l1
    assert getattr(layer.kernel_regularizer, "l2", None) == l2
    Sequential([Input((5, 5, 1)), layer])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: layers.Dense(3, kernel_regularizer="l3"), ValueError, "unknown regularizer 'l3'; known: L1, L1L2, L2"),
        (lambda: layers.Dense(3, kernel_regularizer=0.1), TypeError, "regularizer must be a name or a swiftcnn regularizer"),
        (lambda: layers.Dense(3, kernel_constraint="narrow"), ValueError, "unknown constraint 'narrow'; known: MaxNorm"),
        (lambda: layers.MaxPooling2D(kernel_regularizer="l2"), TypeError, "has no argument kernel_regularizer"),
        (lambda: layers.Dense(3, gamma_constraint="non_neg"), TypeError, "it has: .*kernel_constraint"),
        (lambda: layers.Dense(3, activity_regularizer="l2"), ValueError, "activity_regularizer is not supported"),
        (lambda: regularizers.L2(-1), ValueError, "L2: l2 must be a finite number of at least 0, got -1.0"),
        (lambda: constraints.MaxNorm(float("nan")), ValueError, "max_value must be a finite number"),
        (lambda: constraints.UnitNorm("x"), TypeError, "axis must be an integer"),
    ],
)
def test_bad_rules_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_an_axis_must_be_one_of_the_weight_s():
    layer = layers.Dense(3, kernel_constraint=constraints.UnitNorm(axis=[0, 2]))
    with pytest.raises(ValueError, match=r"dense/kernel: the constraint has axis 2, but the weight has the shape \(4, 3\)"):
        Sequential([Input((4,)), layer])
