"""Random layers, regularizers, constraints, rare optimizers and weighted metrics in files of Keras.

What Keras makes of such files is tried where it is installed; CI has none.
"""

import json
import zipfile
from importlib.util import find_spec

import numpy as np
import pytest
from swiftcnn import Input, Sequential, constraints, layers, models, optimizers, utils
from swiftcnn._formats.keras import _optimizers
from swiftcnn._formats.keras._optimizers import State, _moments

X = np.random.default_rng(1).random((16, 8, 8, 3), np.float32)
Y = np.arange(16) % 4


class Own(optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.25


def network(optimizer):
    utils.set_random_seed(1)
    chain = [
        layers.RandomFlip("horizontal", seed=3), layers.RandomRotation(0.1), layers.RandomTranslation(0.1, (0.0, 0.1), "wrap"),
        layers.RandomZoom(0.1), layers.RandomContrast(0.2, (0, 1)), layers.RandomBrightness(0.1, (0, 1)),
        layers.GaussianNoise(0.1), layers.Conv2D(4, 3, kernel_regularizer="l2", bias_constraint="non_neg"),
        layers.DepthwiseConv2D(3, depthwise_regularizer="l1"), layers.SpatialDropout2D(0.2), layers.Flatten(),
        layers.GaussianDropout(0.2), layers.Dropout(0.3, seed=4),
        layers.Dense(4, activation="softmax", kernel_constraint=constraints.MinMaxNorm(0.1, 1.0, 0.5)),
    ]  # fmt: skip
    model = Sequential([Input((8, 8, 3)), *chain])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
    model.fit(X, Y, epochs=2, batch_size=8, verbose=0)
    return model


OPTIMIZERS = [
    lambda: optimizers.Adagrad(0.1), lambda: optimizers.Adadelta(1.0), lambda: optimizers.Adamax(0.01),
    lambda: optimizers.Nadam(0.01), lambda: optimizers.Lion(0.01), lambda: optimizers.Ftrl(0.1),
    lambda: optimizers.SGD(Own(), momentum=0.9),
]  # fmt: skip


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.filterwarnings("ignore:a file of Keras does not hold the schedule Own")
def test_a_file_of_keras_gives_the_model_back(make, ending, tmp_path):
    model = network(make())
    model.save(tmp_path / f"m{ending}")
    loaded = models.load_model(tmp_path / f"m{ending}")
    assert loaded.metrics_names == ["loss", "accuracy", "weighted_accuracy"]
    assert loaded.optimizer.iterations == 4
    weights = np.linspace(0, 1, 16, dtype=np.float32)
    told = model.evaluate(X, Y, sample_weight=weights, verbose=0)
    assert loaded.evaluate(X, Y, sample_weight=weights, verbose=0) == told
    kept = _moments(model, State(model))
    assert kept
    found_moments = _moments(loaded, State(loaded))
    assert found_moments.keys() == kept.keys()
    for found, expected in zip(found_moments.values(), kept.values(), strict=True):
        assert expected.any()
        np.testing.assert_array_equal(found, expected)


def test_an_optimizer_that_keras_does_not_have_keeps_its_state(monkeypatch, tmp_path):
    monkeypatch.setattr(_optimizers, "IN_TURN", {})  # as for a class that no list of Keras's orders names
    model = network(optimizers.Lion(0.01))
    model.save(tmp_path / "m.keras")
    loaded = models.load_model(tmp_path / "m.keras")
    assert loaded.optimizer.iterations == 4
    kept, found = _moments(model, State(model)), _moments(loaded, State(loaded))
    assert found.keys() == kept.keys() != set()
    for one, other in zip(found.values(), kept.values(), strict=True):
        assert other.any()
        np.testing.assert_array_equal(one, other)


def test_a_schedule_of_one_s_own_is_written_as_its_rate(tmp_path):
    with pytest.warns(UserWarning, match="does not hold the schedule Own, only the rate that it has come to"):
        network(optimizers.SGD(Own())).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        compiled = json.loads(archive.read("config.json"))["compile_config"]
    assert compiled["optimizer"]["config"]["learning_rate"] == 0.25
    assert (compiled["metrics"], compiled["weighted_metrics"]) == (["accuracy"], ["accuracy"])


@pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
@pytest.mark.parametrize("make", OPTIMIZERS)
def test_keras_reads_what_is_written(make, tmp_path):
    import keras

    model = network(make())
    model.save(tmp_path / "m.keras")
    theirs = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(theirs.predict(X, verbose=0), model.predict(X, verbose=0), atol=1e-5)
    assert theirs.evaluate(X, Y, verbose=0)[0] == pytest.approx(model.evaluate(X, Y, verbose=0)[0], rel=1e-5)
