"""Losses by hand against their formulas, in float64; in models and files. Keras's values are in the parity cases."""

import math
import warnings

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers, losses, metrics, models

P = np.random.default_rng(0).uniform(0.05, 0.95, (6, 4))
P /= P.sum(-1, keepdims=True)
ONE_HOT = np.eye(4)[[0, 1, 2, 3, 1, 0]]
YES = (np.random.default_rng(1).random((6, 4)) > 0.5).astype(float)
VALUES = np.random.default_rng(2).normal(size=(6, 4))
D = P - VALUES


def focal(share, gamma):
    return (1 - share) ** gamma * -np.log(share)


RIGHT = np.where(YES == 1, P, 1 - P)
FORMULAS = {  # name: labels, the loss of each sample
    "mean_squared_error": (VALUES, np.mean(D**2, -1)),
    "mean_absolute_error": (VALUES, np.mean(abs(D), -1)),
    "mean_absolute_percentage_error": (VALUES, 100 * np.mean(abs(D / VALUES), -1)),
    "mean_squared_logarithmic_error": (YES, np.mean((np.log1p(P) - np.log1p(YES)) ** 2, -1)),
    "huber": (VALUES, np.mean(np.where(abs(D) <= 1, D**2 / 2, abs(D) - 0.5), -1)),
    "log_cosh": (VALUES, np.mean(np.log(np.cosh(D)), -1)),
    "hinge": (YES, np.mean(np.maximum(1 - (2 * YES - 1) * P, 0), -1)),
    "squared_hinge": (2 * YES - 1, np.mean(np.maximum(1 - (2 * YES - 1) * P, 0) ** 2, -1)),
    "categorical_hinge": (ONE_HOT, np.maximum(1 + np.max((1 - ONE_HOT) * P, -1) - np.sum(ONE_HOT * P, -1), 0)),
    "kl_divergence": (ONE_HOT * 0.7 + 0.1, np.sum((ONE_HOT * 0.7 + 0.1) * np.log((ONE_HOT * 0.7 + 0.1) / P), -1)),
    "poisson": (YES, np.mean(P - YES * np.log(P), -1)),
    "cosine_similarity": (
        VALUES,
        -np.sum(P * VALUES, -1) / np.linalg.norm(P, axis=-1) / np.linalg.norm(VALUES, axis=-1),
    ),
    "categorical_crossentropy": (ONE_HOT, -np.log(np.sum(P * ONE_HOT, -1))),
    "sparse_categorical_crossentropy": (ONE_HOT.argmax(-1), -np.log(np.sum(P * ONE_HOT, -1))),
    "binary_crossentropy": (YES, np.mean(-np.log(RIGHT), -1)),
    "binary_focal_crossentropy": (YES, np.mean(focal(RIGHT, 2), -1)),
    "categorical_focal_crossentropy": (ONE_HOT, 0.25 * focal(np.sum(P * ONE_HOT, -1), 2)),
}
WEIGHTS = np.array([1, 2, 0, 0.5, 3, 1])


def test_every_loss_has_its_formula():
    assert set(FORMULAS) == {function.__name__ for function in losses._FUNCTIONS}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_loss_by_hand(name):
    labels, expected = FORMULAS[name]
    loss = losses.get(name)
    assert loss(labels, P) == pytest.approx(expected.mean(), rel=2e-6)
    assert loss(labels, P, WEIGHTS) == pytest.approx((WEIGHTS * expected).mean(), rel=2e-6)


@pytest.mark.parametrize("name", [name for name in FORMULAS if name in metrics._KNOWN])
def test_a_loss_as_a_metric(name):
    labels, expected = FORMULAS[name]
    expected = -expected if name == "cosine_similarity" else expected  # that metric is minus the loss
    metric = metrics.get(name)
    assert metric(labels[:2], P[:2], WEIGHTS[:2]) == pytest.approx(np.average(expected[:2], weights=WEIGHTS[:2]), rel=2e-6)
    metric.update_state(labels[2:], P[2:], WEIGHTS[2:])
    assert metric.result() == pytest.approx(np.average(expected, weights=WEIGHTS), rel=2e-6)


def test_sparse_crossentropy_of_what_does_not_add_up_to_1():
    """Keras clips, then normalizes: its own values."""
    outputs = [[0.2, 0.9, 0.4], [0.1, 0.1, 0.1], [1, 0, 0], [0.5, 0.3, 0.2], [3, 2, -1]]
    expected = [0.5108256, 1.0986123, 16.118095, 1.609438, 0.6931472]
    for row, label, loss in zip(outputs, [1, 0, 1, 2, 0], expected, strict=True):
        assert losses.sparse_categorical_crossentropy([label], [row]) == pytest.approx(loss, rel=1e-6)


CROSSENTROPIES = {  # of logits z
    losses.SparseCategoricalCrossentropy: lambda z: -np.log(np.exp(z) / np.exp(z).sum(-1, keepdims=True))[ONE_HOT == 1],
    losses.CategoricalCrossentropy: lambda z: -np.log(np.exp(z) / np.exp(z).sum(-1, keepdims=True))[ONE_HOT == 1],
    losses.BinaryCrossentropy: lambda z: np.mean(np.log1p(np.exp(-z)) + (1 - ONE_HOT) * z, -1),
}


@pytest.mark.parametrize("kind", CROSSENTROPIES)
@pytest.mark.parametrize(
    "last",
    [
        [layers.Dense(4, activation="softmax")],
        [layers.Dense(4, activation="sigmoid")],
        [layers.Dense(4), layers.Softmax()],
        [layers.Dense(4), layers.Activation("sigmoid")],
    ],
)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.filterwarnings("ignore:.*has from_logits=True")
def test_crossentropies_are_of_what_the_last_softmax_or_sigmoid_receives(kind, last, from_logits):
    """In Keras either activation may stand before either loss, and what the loss is told does not matter then."""
    model = Sequential([Input((5,)), *last])
    model.compile("sgd", kind(from_logits=from_logits), metrics=["accuracy"])
    x = np.random.default_rng(3).normal(size=(6, 5))
    kernel, bias = model.get_weights()
    labels = ONE_HOT.argmax(-1) if kind is losses.SparseCategoricalCrossentropy else ONE_HOT
    expected = CROSSENTROPIES[kind](x @ kernel + bias).mean()
    loss, accuracy = model.evaluate(x, labels, verbose=0)
    assert loss == pytest.approx(expected, rel=1e-5)
    assert accuracy == pytest.approx(np.mean(model.predict(x, verbose=0).argmax(-1) == ONE_HOT.argmax(-1)))


def test_the_largest_of_saturated_sigmoids_is_the_first():
    model = Sequential([Input((2,)), layers.Activation("sigmoid")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    assert model.evaluate([[50.0, 60.0]], [0], verbose=0)[1] == 1


def test_probabilities_for_a_loss_that_is_told_logits_are_warned_of():
    told = losses.SparseCategoricalCrossentropy(from_logits=True)
    with pytest.warns(UserWarning, match=r"Crossentropy has from_logits=True, but the model ends in softmax"):
        network("softmax").compile("sgd", told)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network(None).compile("sgd", told)
        network("softmax").compile("sgd", losses.SparseCategoricalCrossentropy())


def test_options():
    assert losses.Huber(0.1)(VALUES, P) == pytest.approx(
        np.mean(np.where(abs(D) <= 0.1, D**2 / 2, 0.1 * (abs(D) - 0.05))), rel=2e-6
    )
    balanced = losses.BinaryFocalCrossentropy(True, alpha=0.9, gamma=0.5)
    assert balanced(YES, P) == pytest.approx(np.mean(np.where(YES, 0.9, 0.1) * focal(RIGHT, 0.5)), rel=2e-6)
    flat = losses.CategoricalFocalCrossentropy(alpha=1, gamma=0)
    assert flat(ONE_HOT, P) == pytest.approx(losses.CategoricalCrossentropy()(ONE_HOT, P), rel=2e-6)
    logits = np.log(P)
    for kind in (losses.BinaryFocalCrossentropy, losses.BinaryCrossentropy):
        assert kind(from_logits=True)(YES, np.log(P / (1 - P))) == pytest.approx(kind()(YES, P), rel=2e-6)
    for kind in (losses.CategoricalFocalCrossentropy, losses.CategoricalCrossentropy):
        assert kind(from_logits=True)(ONE_HOT, logits) == pytest.approx(kind()(ONE_HOT, P), rel=2e-6)
        smooth = kind(label_smoothing=0.2)(ONE_HOT, P)
        assert smooth == pytest.approx(kind()(0.8 * ONE_HOT + 0.05, P), rel=2e-6)
    assert losses.BinaryFocalCrossentropy(label_smoothing=0.2)(YES, P) == pytest.approx(
        losses.BinaryFocalCrossentropy()(0.8 * YES + 0.1, P), rel=2e-6
    )


@pytest.mark.parametrize("logit", [-1e4, -100, 100, 1e4])
def test_far_away_logits(logit):
    """Neither overflow nor a loss that is stuck: right answers cost nothing, wrong ones go on teaching."""
    for answer in (0, 1):
        value = losses.BinaryFocalCrossentropy(from_logits=True)([[answer]], [[logit]])
        assert value == pytest.approx(0 if (logit > 0) == answer else abs(logit), rel=1e-6)
    assert math.isfinite(losses.LogCosh()([[0.0]], [[logit]]))
    assert math.isfinite(losses.CategoricalFocalCrossentropy(from_logits=True)([[1, 0]], [[logit, 0]]))


def network(output="sigmoid"):
    return Sequential([Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(4, activation=output)])


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("ending", ["safetensors", "keras", "h5"])
def test_a_model_with_it_learns_and_comes_back(name, ending, tmp_path):
    labels = FORMULAS[name][0]
    x = np.random.default_rng(3).normal(size=(6, 5))
    model = network("softmax" if "categorical" in name or name == "kl_divergence" else "sigmoid")
    metric = [name] if name in metrics._KNOWN else []
    model.compile("adam", name, metrics=metric)
    history = model.fit(x, labels, epochs=30, verbose=0).history["loss"]
    assert history[-1] < history[0]
    model.save(tmp_path / f"m.{ending}")
    loaded = models.load_model(tmp_path / f"m.{ending}")
    assert repr(loaded.loss) == repr(losses.get(name))
    assert loaded.evaluate(x, labels, verbose=0, return_dict=True) == model.evaluate(x, labels, verbose=0, return_dict=True)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda: losses.Huber(0), r"Huber: delta must be a finite number above 0, got 0\.0"),
        (lambda: losses.BinaryFocalCrossentropy(gamma=-1), r"gamma must be a finite number of at least 0, got -1\.0"),
        (lambda: losses.CategoricalFocalCrossentropy(label_smoothing=2), r"label_smoothing must be from 0 to 1, got 2\.0"),
        (lambda: "mean_error", "unknown loss 'mean_error'; known: .*mean_absolute_error"),
    ],
)
def test_what_cannot_be(loss, message):
    with pytest.raises(ValueError, match=message):
        network().compile("adam", loss())


@pytest.mark.parametrize("loss", [losses.MeanSquaredError(), losses.Huber(), losses.CategoricalCrossentropy()])
def test_no_samples_have_no_loss(loss):
    """Keras 3.15.1 gives 0, too."""
    assert loss(np.zeros((0, 3)), np.zeros((0, 3))) == 0
