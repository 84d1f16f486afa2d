"""The same done with Keras, where it is installed; CI has none. What it gave once is in the parity cases and the fixtures."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, applications, layers, losses, metrics, models, optimizers

keras = pytest.importorskip("keras", reason="Keras is not installed")

X = np.random.default_rng(0).normal(size=(12, 6)).astype(np.float32)
CLASSES = np.arange(12) % 4
ONE_HOT = np.eye(4, dtype=np.float32)[CLASSES]
CLOSE = {"rel": 1e-5, "abs": 1e-6}
LOSSES = sorted(set(losses._KNOWN.values()), key=lambda kind: kind.__name__)


def network(output="softmax"):
    return Sequential([Input((6,)), layers.Dense(8, activation="tanh"), layers.Dense(4, activation=output)])


def theirs_of(model, path):
    model.save(path)
    return keras.models.load_model(path)


@pytest.mark.parametrize("kind", LOSSES)
def test_a_loss_in_a_file_is_the_same_to_both(kind, tmp_path):
    labels = CLASSES if kind is losses.SparseCategoricalCrossentropy else ONE_HOT
    model = network("sigmoid" if "Binary" in kind.__name__ else "softmax")
    name = next(name for name, each in losses._KNOWN.items() if each is kind)
    metric = [metrics.get(name)] if name in metrics._KNOWN else []
    model.compile("sgd", kind(), metrics=metric)
    theirs = theirs_of(model, tmp_path / "m.keras")
    mine = model.evaluate(X, labels, verbose=0, return_dict=True)
    assert theirs.evaluate(X, labels, verbose=0, return_dict=True) == pytest.approx(mine, **CLOSE)
    theirs.save(tmp_path / "back.keras")
    back = models.load_model(tmp_path / "back.keras")
    assert type(back.loss) is kind
    assert back.evaluate(X, labels, verbose=0, return_dict=True) == pytest.approx(mine, **CLOSE)
    np.testing.assert_allclose(kind()(labels, model(X)), keras.losses.get(name)(labels, model(X)).numpy().mean(), rtol=1e-5)


@pytest.mark.parametrize(
    "kind", [losses.SparseCategoricalCrossentropy, losses.CategoricalCrossentropy, losses.BinaryCrossentropy]
)
@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "relu", None])
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.filterwarnings("ignore:.*from_logits=True")
def test_a_crossentropy_behind_every_activation(kind, activation, from_logits, tmp_path):
    labels = CLASSES if kind is losses.SparseCategoricalCrossentropy else ONE_HOT
    model = network(activation)
    model.compile(optimizers.SGD(0.5), kind(from_logits=from_logits), metrics=["accuracy"])
    theirs = theirs_of(model, tmp_path / "m.keras")
    for each in model, theirs:
        each.train_on_batch(X, labels)
    for mine, weights in zip(model.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, weights, rtol=1e-5, atol=1e-6)
    assert model.evaluate(X, labels, verbose=0) == pytest.approx(theirs.evaluate(X, labels, verbose=0), **CLOSE)


def test_scores_in_a_file_are_the_same_to_both(tmp_path):
    chosen = [*(metrics.F1Score(average, name=average) for average in ("micro", "macro", "weighted")), metrics.CosineSimilarity()]
    model, weights = network(), np.linspace(0, 1, 12, dtype=np.float32)
    model.compile("sgd", "categorical_crossentropy", metrics=chosen, weighted_metrics=[metrics.FBetaScore("macro", 2.0, 0.2)])
    theirs = theirs_of(model, tmp_path / "m.keras")
    mine = model.evaluate(X, ONE_HOT, sample_weight=weights, batch_size=5, verbose=0, return_dict=True)
    found = theirs.evaluate(X, ONE_HOT, sample_weight=weights, batch_size=5, verbose=0, return_dict=True)
    assert found == pytest.approx(mine, **CLOSE)
    theirs.save(tmp_path / "back.keras")
    back = models.load_model(tmp_path / "back.keras")
    assert back.evaluate(X, ONE_HOT, sample_weight=weights, batch_size=5, verbose=0, return_dict=True) == pytest.approx(
        mine, **CLOSE
    )


def test_a_score_of_each_class_in_a_file_of_keras(tmp_path):
    theirs = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, activation="softmax")])
    theirs.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    theirs.save(tmp_path / "m.keras")
    with pytest.warns(UserWarning, match="left out, because F1Score has a score for each class"):
        loaded = models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(X, verbose=0), theirs.predict(X, verbose=0), atol=1e-6)


@pytest.mark.parametrize("name", ["Adagrad", "Adadelta", "Adamax", "Nadam", "Lion", "Ftrl"])
def test_an_optimizer_s_state_goes_on_in_both(name, tmp_path):
    model = network()
    model.compile(getattr(optimizers, name)(0.0625), "sparse_categorical_crossentropy")  # a rate that float32 holds exactly
    for _ in range(3):
        model.train_on_batch(X, CLASSES)
    theirs = theirs_of(model, tmp_path / "m.keras")
    theirs.save(tmp_path / "back.keras")
    back = models.load_model(tmp_path / "back.keras")
    for each in (model, theirs, back):
        for _ in range(3):
            each.train_on_batch(X, CLASSES)
    for mine, its, again in zip(model.get_weights(), theirs.get_weights(), back.get_weights(), strict=True):
        np.testing.assert_allclose(its, mine, rtol=1e-4, atol=1e-5)  # steps of float32 in another order
        np.testing.assert_array_equal(again, mine)


def test_single_batches_report_what_keras_reports(tmp_path):
    model = network()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy", "sparse_categorical_crossentropy"])
    theirs = theirs_of(model, tmp_path / "m.keras")
    weights = np.linspace(0, 1, 4, dtype=np.float32)
    for first in (0, 4, 8):
        batch, labels = X[first : first + 4], CLASSES[first : first + 4]
        if first == 8:
            model.reset_metrics()
            theirs.reset_metrics()
        for name in ("test_on_batch", "train_on_batch"):
            mine, its = getattr(model, name)(batch, labels, weights), getattr(theirs, name)(batch, labels, weights)
            assert mine == pytest.approx([float(value) for value in its], **CLOSE)
        mine, its = model.test_on_batch(batch, labels, return_dict=True), theirs.test_on_batch(batch, labels, return_dict=True)
        assert mine == pytest.approx({key: float(value) for key, value in its.items()}, **CLOSE)


@pytest.mark.parametrize(("axis", "invert"), [(-1, False), ((1, 3), True), (None, False)])
def test_statistics_are_adapted_to_the_same_data(axis, invert, tmp_path):
    images = np.random.default_rng(2).normal(3, 2, (20, 4, 5, 3)).astype(np.float32)
    batches = [(images[start : start + 6], np.zeros(6)) for start in range(0, 20, 6)]
    for data in (lambda: images, lambda: iter(batches), lambda: [x for x, _ in batches]):
        mine, theirs = layers.Normalization(axis, invert=invert), keras.layers.Normalization(axis, invert=invert)
        for each in mine, theirs:
            each.adapt(data())
        for found, expected in zip(mine.get_weights(), theirs.get_weights(), strict=True):
            assert found.shape == np.shape(expected)
            np.testing.assert_allclose(found, expected, rtol=1e-5)
        np.testing.assert_allclose(mine.mean, theirs.mean, rtol=1e-5)
        np.testing.assert_allclose(mine(images), theirs(images), rtol=1e-4, atol=1e-5)
    model = Sequential([Input((4, 5, 3)), mine])
    np.testing.assert_allclose(theirs_of(model, tmp_path / "m.keras").predict(images, verbose=0), mine(images), rtol=1e-5)
    back = models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(back.layers[0].mean, mine.mean)


@pytest.mark.parametrize("name", ["VGG16", "VGG19"])
def test_features_of_the_whole_network(name, tmp_path):
    """With random weights, in a file as Keras's own are laid out."""
    import h5py
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    theirs = getattr(keras.applications, name)(include_top=False, weights=None, input_shape=(64, 48, 3), pooling="avg")
    with h5py.File(tmp_path / "w.h5", "w") as file:
        save_weights_to_hdf5_group(file, theirs)
    mine = getattr(applications, name)(include_top=False, weights=tmp_path / "w.h5", input_shape=(64, 48, 3), pooling="avg")
    images = np.random.default_rng(1).integers(0, 256, (2, 64, 48, 3)).astype(np.float32)
    x = applications.vgg16.preprocess_input(images)
    np.testing.assert_allclose(x, keras.applications.vgg16.preprocess_input(images.copy()), rtol=1e-6, atol=1e-5)
    expected, features = theirs.predict(x, verbose=0), mine.predict(x, verbose=0)
    assert np.abs(features - expected).max() <= 1e-4 * np.abs(expected).max()
