"""Metrics: Keras's values by hand and in training, and errors that help."""

import json
import pathlib

import metric_runs
import numpy as np
import pytest
import swiftcnn
from swiftcnn import Input, Sequential, losses, metrics, models, optimizers, utils
from swiftcnn.layers import Dense, Flatten

GOLDEN = json.loads((pathlib.Path(__file__).parents[1] / "golden" / "metrics.json").read_text())


def test_every_metric_has_keras_s_value():
    found = metric_runs.metric_values(metrics)
    for (name, config, _), mine, golden in zip(metric_runs.METRICS, found, GOLDEN["metrics"], strict=True):
        # A list for every class of a score without an average, which may be 0.
        for ours, theirs in zip(mine, golden, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7, err_msg=f"{name} {config}")


def test_every_function_has_keras_s_values():
    found = metric_runs.function_values(swiftcnn)
    for (_, name, settings, _), mine, golden in zip(metric_runs.FUNCTIONS, found, GOLDEN["functions"], strict=True):
        # The engine computes them in float32, as Keras does by default; logarithms near 1 lose some digits to it.
        np.testing.assert_allclose(mine, golden, rtol=5e-6, atol=1e-7, err_msg=f"{name} {settings}")


def test_functions_by_position_by_short_names_and_in_compile(data):
    x, y = data
    one_hot = utils.to_categorical(y)
    outputs = np.random.default_rng(2).random((40, 4))
    np.testing.assert_array_equal(
        metrics.top_k_categorical_accuracy(one_hot, outputs, 2), metrics.top_k_categorical_accuracy(one_hot, outputs, k=2)
    )
    np.testing.assert_array_equal(losses.huber(one_hot, outputs, 0.1), losses.huber(one_hot, outputs, delta=0.1))
    np.testing.assert_array_equal(losses.mse(one_hot, outputs), losses.MSE(one_hot, outputs))
    assert losses.mse(one_hot.reshape(5, 8, 4), outputs.reshape(5, 8, 4)).shape == (5, 8)
    assert losses.mse(one_hot, outputs).mean() == pytest.approx(losses.MeanSquaredError()(one_hot, outputs))
    model = classifier(losses.categorical_crossentropy, [metrics.categorical_accuracy, losses.mse])
    assert list(model.evaluate(x, one_hot, verbose=0, return_dict=True)) == ["loss", "categorical_accuracy", "mse"]
    assert isinstance(model.loss, losses.CategoricalCrossentropy)


def test_functions_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match=r"y_true must have the shape of y_pred, .*got the shape"):
        losses.mse(np.zeros((3, 2)), np.zeros((3, 4)))
    with pytest.raises(ValueError, match="SparseCategoricalCrossentropy: ignore_class must be None, received 0: all classes"):
        losses.sparse_categorical_crossentropy([1], [[0.5, 0.5]], ignore_class=0)
    with pytest.raises(TypeError, match="y_pred must be an array or nested lists of numbers"):
        losses.mse([1.0], None)


def test_accuracy_of_class_numbers_is_for_the_hand():
    advice = r"compile with metrics=\['accuracy'\], which compares classes, and feed this one by hand"
    with pytest.raises(ValueError, match=f"Accuracy is not computed during training: {advice}"):
        classifier("categorical_crossentropy", [metrics.Accuracy()])
    with pytest.raises(ValueError, match=r"must have the same shape, received \(2,\) and \(3,\)"):
        metrics.Accuracy()([1, 2], [1, 2, 3])


def test_every_schedule_has_keras_s_rates():
    found = metric_runs.rates(optimizers.schedules)
    for (name, config), mine, golden in zip(metric_runs.SCHEDULES, found, GOLDEN["rates"], strict=True):
        # Keras computes them in float32.
        np.testing.assert_allclose(mine, golden, rtol=2e-6, atol=1e-8, err_msg=f"{name} {config}")


def classifier(loss, metrics_, optimizer="adam", units=4):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(units, activation="softmax" if units > 1 else "sigmoid")])
    model.compile(optimizer, loss, metrics=metrics_)
    return model


def test_metrics_go_by_name_and_keep_the_name_that_was_typed(data):
    x, y = data
    names = ["accuracy", "AUC", "precision", "Recall", "top_k_categorical_accuracy", "mse", "FalsePositives"]
    model = classifier("categorical_crossentropy", names)
    history = model.fit(x, utils.to_categorical(y), epochs=2, verbose=0, validation_split=0.2).history
    assert set(history) == {f"{prefix}{name}" for prefix in ("", "val_") for name in [*names, "loss"]}


def test_metrics_of_a_fit_are_those_of_all_its_samples(data):
    x, y = data
    chosen = [metrics.AUC(name="area"), metrics.Precision(thresholds=0.3), metrics.RootMeanSquaredError()]
    model = classifier("categorical_crossentropy", chosen, optimizers.SGD(0.0))
    one_hot, outputs = utils.to_categorical(y), model.predict(x, verbose=0)
    by_hand = [type(metric)(**metric.get_config())(one_hot, outputs) for metric in chosen]
    np.testing.assert_allclose(model.evaluate(x, one_hot, batch_size=7, verbose=0)[1:], by_hand, rtol=1e-6)
    history = model.fit(x, one_hot, batch_size=7, verbose=0).history
    np.testing.assert_allclose([history[metric.name][0] for metric in chosen], by_hand, rtol=1e-6)


def test_metrics_of_batches_that_are_handed_over_are_those_of_all_samples(data):
    x, y = data
    one_hot = utils.to_categorical(y)
    model = classifier("categorical_crossentropy", ["AUC", "precision", "accuracy"], optimizers.SGD(0.0))
    batches = [(x[start : start + 9], one_hot[start : start + 9]) for start in range(0, 40, 9)]
    expected = model.evaluate(x, one_hot, batch_size=9, verbose=0)
    assert model.evaluate(iter(batches), verbose=0) == pytest.approx(expected, rel=1e-6)
    history = model.fit(iter(batches), verbose=0).history
    assert [history[name][0] for name in ("loss", "AUC", "precision", "accuracy")] == pytest.approx(expected, rel=1e-6)
    validated = model.fit(iter(batches), validation_data=(x, one_hot), verbose=0).history
    assert validated["val_AUC"][0] == pytest.approx(expected[1], rel=1e-6)


def test_top_k_of_a_model_counts_from_its_logits(data):
    x, y = data
    model = classifier("sparse_categorical_crossentropy", [metrics.SparseTopKCategoricalAccuracy(k=2)])
    ranks = np.argsort(-model.predict(x, verbose=0), axis=-1)
    expected = np.mean([label in best for label, best in zip(y, ranks[:, :2], strict=True)])
    assert model.evaluate(x, y, verbose=0)[1] == pytest.approx(expected)


def test_a_metric_of_several_options_survives_a_file(data, tmp_path):
    from swiftcnn.models import load_model

    chosen = [metrics.AUC(50, "pr", "minoring"), metrics.Recall(top_k=2, class_id=1), metrics.TrueNegatives(0.25)]
    model = classifier("categorical_crossentropy", chosen)
    model.save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    one_hot = utils.to_categorical(data[1])
    assert loaded.evaluate(data[0], one_hot, verbose=0) == model.evaluate(data[0], one_hot, verbose=0)
    assert [repr(metric) for metric in loaded._compiled.metrics] == [repr(metric) for metric in chosen]


def test_without_batches_a_metric_is_zero_and_reset_forgets():
    metric = metrics.Precision()
    assert metric.result() == 0
    assert metric([1, 0], [0.9, 0.8]) == 0.5
    metric.reset_state()
    assert metric.result() == 0


@pytest.mark.parametrize(
    ("metric", "y_true", "y_pred", "message"),
    [
        (metrics.AUC(), [1, 0], [0.5], r"y_true must have the shape of y_pred, \(1,\); got the shape \(2,\)"),
        (metrics.SparseCategoricalAccuracy(), [1, 4], np.eye(2, 3), r"y_true holds 4 at sample 1.*from 0 to 2"),  # 35
        (metrics.SparseCategoricalAccuracy(), [1], np.eye(2, 3), "y_true must hold one class number for each row of y_pred"),
        (metrics.CategoricalAccuracy(), [0, 1], np.eye(2, 3), r"y_true must have the shape of y_pred, \(2, 3\)"),  # 36
        (metrics.Recall(class_id=3), np.eye(2, 3), np.eye(2, 3), "class_id 3, but y_pred has 3 classes"),
        (metrics.MeanSquaredError(), [0, 1], [np.nan, 0], "y_pred holds nan at sample 0"),  # 31
        (metrics.get("accuracy"), [0, 1], [0, 1], "'accuracy' stands for the accuracy that fits a model's loss"),
    ],
)
def test_what_a_metric_cannot_compare(metric, y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        metric.update_state(y_true, y_pred)
    assert metric._tallies is None


def test_weights_that_cannot_be():  # 37
    for weight in ([1], [1, -1]):
        with pytest.raises(ValueError, match="sample_weight must be 2 weights of at least 0"):
            metrics.AUC().update_state([1, 0], [0.5, 0.2], sample_weight=weight)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.AUC(num_thresholds=1), "AUC: num_thresholds must be an integer from 2 to 1000000, got 1"),
        (lambda: metrics.AUC(curve="GR"), "AUC: curve must be 'ROC' or 'PR', got \"GR\""),
        (lambda: metrics.Precision(thresholds=[0.1, 0.2]), "thresholds must be one number"),
        (lambda: metrics.Precision(thresholds=2), "Precision: thresholds must be from 0 to 1, or None, got 2.0"),
        (lambda: metrics.Precision(top_k=0), "Precision: top_k must be a positive integer, or None, got 0"),
        (lambda: metrics.TopKCategoricalAccuracy(k=0), "TopKCategoricalAccuracy: k must be a positive integer, got 0"),
    ],
)
def test_options_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        classifier("categorical_crossentropy", [make()])


def test_metrics_that_do_not_fit_the_loss():
    with pytest.raises(ValueError, match="'precision' compares with one target value for each output, but the loss takes class"):
        classifier("sparse_categorical_crossentropy", ["precision"])
    with pytest.raises(ValueError, match="compares with class numbers, but the loss takes one target"):
        classifier("categorical_crossentropy", [metrics.SparseTopKCategoricalAccuracy()])
    with pytest.raises(ValueError, match="class_id 4, but the model's output has 4 classes"):
        classifier("categorical_crossentropy", [metrics.Recall(class_id=4)])


def test_a_confusion_matrix_counts():
    expected = [[1, 1, 0], [0, 2, 0], [1, 0, 0]]
    true, called = [0, 0, 1, 1, 2], [0, 1, 1, 1, 0]
    assert metrics.confusion_matrix(true, called).tolist() == expected
    assert metrics.confusion_matrix(np.eye(3)[true], np.eye(3)[called]).tolist() == expected
    assert metrics.confusion_matrix([], [], 2).tolist() == [[0, 0], [0, 0]]
    for arguments, message in [
        (([0, 1], [0]), "must be as many, received 2 and 1"),
        (([0, 3], [0, 1], 3), "classes must be 0 to 2"),
        (([0, -1], [0, 1]), "classes must be 0 to"),
        (([0.5], [1]), "y_true must be class numbers"),
        (([1e9], [1]), "a matrix of 1000000001 classes is too large, 8192 are the most"),
        (([0], [0], 2**40), "a matrix of 1099511627776 classes is too large"),
    ]:
        with pytest.raises(ValueError, match=message):
            metrics.confusion_matrix(*arguments)


def test_weighted_metrics_count_samples_by_their_weights(model, data):
    x, y = data
    weights = np.random.default_rng(1).random(len(x)).astype(np.float32)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
    assert model.metrics_names == ["loss", "accuracy", "weighted_accuracy"]
    right = model.predict(x, verbose=0).argmax(1) == y
    told = model.evaluate(x, y, sample_weight=weights, batch_size=7, verbose=0)
    assert told[1:] == pytest.approx([right.mean(), np.average(right, weights=weights)])
    assert model.evaluate(x, y, verbose=0)[2] == pytest.approx(right.mean())
    history = model.fit(x, y, class_weight={0: 3.0}, epochs=1, batch_size=len(x), verbose=0).history
    assert history["weighted_accuracy"][0] == pytest.approx(np.average(right, weights=np.where(y == 0, 3, 1)))
    batches = [(x[:9], y[:9], weights[:9]), (x[9:], y[9:], weights[9:])]
    found = model.evaluate(iter(batches), steps=2, verbose=0)
    assert found == pytest.approx(model.evaluate(x, y, sample_weight=weights, verbose=0))


def test_weighted_metrics_survive_a_model_file(model, data, tmp_path):
    weighted = metrics.SparseTopKCategoricalAccuracy(2, name="top")
    model.compile("sgd", "sparse_categorical_crossentropy", weighted_metrics=[weighted])
    model.save(tmp_path / "m.safetensors")
    loaded = models.load_model(tmp_path / "m.safetensors")
    weights = np.linspace(0, 1, len(data[0]), dtype=np.float32)
    told = model.evaluate(*data, sample_weight=weights, verbose=0, return_dict=True)
    assert loaded.evaluate(*data, sample_weight=weights, verbose=0, return_dict=True) == told
    assert list(told) == ["loss", "top"]
    assert told["top"] != model.evaluate(*data, verbose=0, return_dict=True)["top"]
    weighted.update_state(data[1], model.predict(data[0], verbose=0))  # the object itself is left alone


# One sample as arrays of one axis. All values are Keras's, 3.15.1.

ONE = np.array([0, 1, 1, 0, 0.0]), np.array([0.2, 0.1, 0.5, 0, 0.2])
OF_ONE_SAMPLE = {
    "CategoricalCrossentropy": 2.995732307434082,
    "CategoricalHinge": 0.5999999642372131,
    "KLDivergence": 2.995729446411133,
    "CategoricalFocalCrossentropy": 0.5095951557159424,
    "CosineSimilarity": 0.7276068925857544,
}


@pytest.mark.parametrize("name", OF_ONE_SAMPLE)
def test_one_axis_is_one_sample_of_several_classes(name):
    if name != "CategoricalFocalCrossentropy":  # which is no metric
        assert getattr(metrics, name)()(*ONE) == pytest.approx(OF_ONE_SAMPLE[name], rel=1e-6)
    sign = -1 if name == "CosineSimilarity" else 1
    assert getattr(losses, name)()(*ONE) == pytest.approx(sign * OF_ONE_SAMPLE[name], rel=1e-6)
    assert getattr(losses, name)()(*ONE, sample_weight=[0.5]) == pytest.approx(sign * OF_ONE_SAMPLE[name] / 2, rel=1e-6)


def test_accuracies_of_one_sample():
    assert metrics.CategoricalAccuracy()(*ONE) == 0
    assert metrics.CategoricalAccuracy()([0, 0, 1.0], [0.1, 0.2, 0.7]) == 1
    assert metrics.TopKCategoricalAccuracy(2)([0, 1, 0.0], [0.1, 0.2, 0.7]) == 1
    assert metrics.BinaryAccuracy()(*ONE) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("kind", "settings", "weights", "expected"),
    [
        ("Precision", {"top_k": 3}, None, 1 / 3),
        ("Recall", {"top_k": 3}, None, 1 / 2),
        ("Precision", {"top_k": 3, "thresholds": 0.15}, None, 1 / 3),
        ("Recall", {"top_k": 2, "thresholds": 0.15}, None, 1 / 2),
        ("Precision", {"top_k": 3}, [1, 2, 0.5, 4, 1], 0.2),
        ("Recall", {"top_k": 3}, [1, 2, 0.5, 4, 1], 0.2),
        ("Precision", {"top_k": 2}, [1, 2, 0.5, 4, 1], 1 / 3),
    ],
)
def test_the_largest_outputs_of_one_sample(kind, settings, weights, expected):
    assert getattr(metrics, kind)(**settings)(*ONE, weights) == pytest.approx(expected)
    rows = [part[np.newaxis] for part in ONE]
    if weights is None:
        assert getattr(metrics, kind)(**settings)(*rows) == pytest.approx(expected)


def test_one_sample_and_several_add_up():
    precision = metrics.Precision(top_k=3)
    precision.update_state(*ONE)
    precision.update_state([[1, 0, 0.0]], [[0.2, 0.5, 0.6]])
    assert precision.result() == pytest.approx(1 / 3)
    assert metrics.Precision(top_k=2)([0, 1, 1], [0.5, 0.5, 0.5]) == 0.5  # the first of equal ones
    with pytest.raises(ValueError, match=r"class_id needs y_pred of the shape \(n, classes\), received the shape \(5,\)"):
        metrics.Precision(top_k=3, class_id=2)(*ONE)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int32, float])
def test_single_numbers(kind):
    """Of weights they count for all samples, as in Keras; predictions need an axis of samples."""
    for made in (metrics.MeanSquaredError(), losses.MeanSquaredError()):
        by_hand = made([1.0, 2.0], [2.0, 4.0], sample_weight=[2, 2])
        assert made([1.0, 2.0], [2.0, 4.0], sample_weight=kind(2)) == by_hand == (2.5 if isinstance(made, metrics.Metric) else 5)
        for arguments in ((kind(1), kind(2)), ([1.0], kind(2)), (kind(1), [2.0])):
            with pytest.raises(ValueError, match=r"y_(true|pred) must be an array or a list, received the single number"):
                made(*arguments)
    assert metrics.Accuracy()([1, 2], [1, 3], sample_weight=kind(2)) == 0.5
    with pytest.raises(ValueError, match="y_pred must be an array or a list, received the single number 2"):
        losses.mean_squared_error(kind(1), kind(2))
    assert losses.sparse_categorical_crossentropy(np.int64(1), [0.25, 0.75]) == pytest.approx(-np.log(0.75), rel=1e-6)
    with pytest.raises(ValueError, match=r"sample_weight must have the shape \(2,\)"):
        metrics.Accuracy()([1, 2], [1, 3], sample_weight=[1, 2, 3])
