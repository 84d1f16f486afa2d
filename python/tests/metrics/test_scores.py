"""F scores and the cosine in training; Keras's values are in golden/metrics.json and the parity cases `scores_...`."""

import json
import zipfile

import numpy as np
import pytest
from swiftcnn import Input, Sequential, losses, metrics, models, optimizers, utils
from swiftcnn.layers import Dense, Flatten

CHOSEN = [
    metrics.F1Score("macro"),
    metrics.F1Score("micro", name="micro"),
    metrics.FBetaScore("weighted", 2.0, 0.2),
    metrics.CosineSimilarity(),
]


def classifier(chosen, weighted=None, units=4):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(units, activation="softmax" if units > 1 else "sigmoid")])
    model.compile(optimizers.SGD(0.0), "categorical_crossentropy", metrics=chosen, weighted_metrics=weighted)
    return model


def by_hand(model, x, y, weights=None):
    outputs = model.predict(x, verbose=0)
    return [type(metric).from_config(metric.get_config())(y, outputs, weights) for metric in CHOSEN]


def test_scores_of_a_fit_are_those_of_all_its_samples(data):
    x, y = data[0], utils.to_categorical(data[1])
    model = classifier(CHOSEN)
    expected = by_hand(model, x, y)
    assert model.evaluate(x, y, batch_size=7, verbose=0)[1:] == pytest.approx(expected, rel=1e-6)
    history = model.fit(x, y, batch_size=7, verbose=0, validation_data=(x[:20], y[:20])).history
    names = ["f1_score", "micro", "fbeta_score", "cosine_similarity"]
    assert [history[name][0] for name in names] == pytest.approx(expected, rel=1e-6)
    assert [history[f"val_{name}"][0] for name in names] == pytest.approx(by_hand(model, x[:20], y[:20]), rel=1e-6)


def test_scores_of_batches_that_are_handed_over(data):
    x, y = data[0], utils.to_categorical(data[1])
    model = classifier(CHOSEN)
    batches = [(x[start : start + 9], y[start : start + 9]) for start in range(0, 40, 9)]
    expected = model.evaluate(x, y, batch_size=9, verbose=0)
    assert model.evaluate(iter(batches), verbose=0) == pytest.approx(expected, rel=1e-6)
    assert list(model.fit(iter(batches), verbose=0).history["f1_score"]) == pytest.approx(expected[1:2], rel=1e-6)


def test_scores_by_the_samples_weights(data):
    x, y = data[0], utils.to_categorical(data[1])
    weights = np.random.default_rng(1).random(len(x)).astype(np.float32)
    model = classifier(CHOSEN[:1], CHOSEN)
    names = ["loss", "f1_score", "weighted_f1_score", "micro", "fbeta_score", "cosine_similarity"]
    assert model.metrics_names == names
    told = model.evaluate(x, y, sample_weight=weights, batch_size=7, verbose=0)
    assert told[2:] == pytest.approx(by_hand(model, x, y, weights), rel=1e-6)
    assert told[1] == pytest.approx(by_hand(model, x, y)[0])


@pytest.mark.parametrize("ending", ["safetensors", "keras", "h5"])
def test_scores_survive_a_file(data, tmp_path, ending):
    x, y = data[0], utils.to_categorical(data[1])
    model = classifier(CHOSEN[2:], CHOSEN[:1])
    model.save(tmp_path / f"m.{ending}")
    loaded = models.load_model(tmp_path / f"m.{ending}")
    weights = np.linspace(0, 1, len(x), dtype=np.float32)
    told = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
    assert loaded.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True) == told
    assert [repr(metric) for metric in loaded._compiled.metrics] == [repr(metric) for metric in CHOSEN[2:] + CHOSEN[:1]]


@pytest.mark.parametrize("metric", ["f1_score", "FBetaScore", metrics.F1Score, metrics.FBetaScore(beta=2.0)])
def test_a_score_of_each_class_is_no_number_for_a_history(metric):
    with pytest.raises(ValueError, match=r"Score has a score for each class, .*: compile with F\w+Score\(average='macro'\)"):
        classifier([metric])
    with pytest.raises(ValueError, match="average='macro'"):
        classifier([], [metric])


def test_a_file_of_keras_with_a_score_of_each_class(data, tmp_path):
    classifier(CHOSEN[:1]).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(content["config.json"])
    config["compile_config"]["metrics"][0]["config"]["average"] = None
    content["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as archive:
        for name, bytes_ in content.items():
            archive.writestr(name, bytes_)
    with pytest.warns(UserWarning, match=r"a metric of the model is left out, because F1Score has a score for each class"):
        loaded = models.load_model(tmp_path / "other.keras")
    assert loaded.compiled  # with its optimizer's state, for which the metric does not matter
    assert loaded.metrics_names == ["loss"]
    assert loaded.predict(data[0], verbose=0).shape == (40, 4)


def test_a_score_of_each_class_by_hand():
    y = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]])
    outputs = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [0.4, 0.4, 0.1]])  # the last one a tie
    score = metrics.F1Score()
    assert score.result().shape == (0,)
    score.update_state(y[:3], outputs[:3])
    np.testing.assert_allclose(score(y[3:], outputs[3:]), [2 / 4, 2 / 4, 0], rtol=1e-6)
    assert metrics.F1Score("macro")(y, outputs) == pytest.approx(1 / 3)
    assert metrics.F1Score("micro")(y, outputs) == pytest.approx(4 / 9)
    assert metrics.F1Score("weighted")(y, outputs) == pytest.approx((1 + 2) / 8)
    score.reset_state()
    assert score(np.eye(2), np.zeros((2, 2))).tolist() == [0, 0]  # outputs of nothing are no answer


def test_what_scores_cannot_be_told_from():
    with pytest.raises(ValueError, match=r"received \(2,\) and \(2, 3\): make rows of class numbers with utils.to_categorical"):
        metrics.F1Score()([0, 1], np.zeros((2, 3)))
    score = metrics.F1Score(average="macro")
    score.update_state(np.eye(3), np.eye(3))
    with pytest.raises(ValueError, match="'f1_score' was given 3 classes before, but y_pred has 2; reset it first"):
        score.update_state(np.eye(2), np.eye(2))
    assert score.result() == 1
    with pytest.raises(ValueError, match="F1Score: average must be 'micro' or 'macro' or 'weighted', got \"mean\""):
        metrics.F1Score("mean")
    with pytest.raises(ValueError, match=r"FBetaScore: beta must be a finite number above 0, got 0\.0"):
        metrics.FBetaScore(beta=0)
    for threshold in (0, 2):
        with pytest.raises(ValueError, match=rf"F1Score: threshold must be above 0 and at most 1, or None, got {threshold}\.0"):
            classifier([metrics.F1Score("macro", threshold)])
    with pytest.raises(ValueError, match="'f1_score' compares with one target value for each output, but the loss takes class"):
        Sequential([Input((2,)), Dense(2)]).compile("sgd", "sparse_categorical_crossentropy", metrics=CHOSEN[:1])


def test_the_cosine_is_minus_the_loss_of_its_name(data):
    y = utils.to_categorical(data[1])
    outputs = np.random.default_rng(2).normal(size=y.shape)
    assert metrics.CosineSimilarity()(y, outputs) == pytest.approx(-losses.CosineSimilarity()(y, outputs))
    assert losses.cosine_similarity(y, y).tolist() == pytest.approx([-1] * 40)
    assert classifier(["cosine_similarity"]).metrics_names == ["loss", "cosine_similarity"]
    with pytest.raises(ValueError, match=r"losses.cosine_similarity is minus the metric of this name: use metrics.Cosine"):
        classifier([losses.cosine_similarity])
