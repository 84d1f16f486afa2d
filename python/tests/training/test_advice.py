"""Warnings to a reader whose accuracy stays where it is: one, with the remedy, and never without need."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from image_files import write_folder
from swiftcnn import Input, Sequential, layers
from swiftcnn._batches import batch_source
from swiftcnn.layers import Dense, Flatten
from swiftcnn.preprocessing import image_dataset_from_directory
from swiftcnn.preprocessing.image import ImageDataGenerator

REMEDY = r"takes every sample for class \d.*Scale the inputs to 0\.\.\.1"


def network(optimizer="sgd", loss="sparse_categorical_crossentropy"):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, activation="softmax")])
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


def constant(model):
    """Makes the model answer everything with class 1."""
    model.set_weights([np.zeros((64, 4), np.float32), np.array([0, 1e-3, 0, 0], np.float32)])
    model.optimizer.learning_rate = 0
    return model


@pytest.mark.parametrize("one_hot", [False, True])
def test_a_model_that_knows_one_class_is_told_of_once(data, one_hot):
    x, y = data
    model = constant(network(loss="categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"))
    with pytest.warns(UserWarning, match=REMEDY) as caught:
        model.fit(x, np.eye(4)[y] if one_hot else y, batch_size=1, epochs=9, verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_short_or_successful_training_is_left_alone(data):
    x, y = data
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        constant(network()).fit(x, y, batch_size=1, epochs=2, verbose=0)  # 80 steps
        network("adam").fit(x, y, batch_size=8, epochs=60, verbose=0)
        constant(network()).fit(x, np.ones(40), batch_size=1, epochs=9, verbose=0)  # there is but one class
        binary = Sequential([Input((8, 8, 1)), Flatten(), Dense(1)])
        binary.compile("sgd", "mse")
        binary.fit(x, np.random.default_rng(1).random(40), batch_size=1, epochs=4, verbose=0)


def regression(outputs=1):
    model = Sequential([Input((4,)), Dense(outputs)])
    model.compile("sgd", "mse")
    model.optimizer.learning_rate = 0
    return model


@pytest.mark.parametrize("kind", [np.int64, np.float64, np.uint32])
def test_targets_of_a_regression_are_not_counted_as_classes(kind):
    """Sorted whole numbers up to 4e9, which as classes would take 32 GB."""
    times = np.linspace(0, 4e9, 64).round().astype(kind)
    x = np.ones((64, 4), np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        regression().fit(x, times, batch_size=8, shuffle=False, verbose=0)
        regression().fit(x, np.arange(64) // 32, batch_size=8, shuffle=False, verbose=0)  # would be classes to another loss
        regression().fit(iter(batches_of(x, times, 8)), verbose=0)
        regression(2).fit(x, np.eye(2)[np.arange(64) // 32], batch_size=1, epochs=3, shuffle=False, verbose=0)


REGRESSION = """
import resource
import numpy as np
from swiftcnn import Input, Sequential
from swiftcnn.layers import Dense
model = Sequential([Input((4,)), Dense(1)])
model.compile("adam", "mse")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model.fit(np.ones((64, 4)), np.linspace(0, 1e8, 64).round().astype(np.int64), verbose=0)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_largest_target():
    command = [sys.executable, "-c", REGRESSION]
    assert int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout) < 100_000  # KB


@pytest.mark.parametrize(
    ("loss", "outputs", "labels"),
    [
        ("sparse_categorical_crossentropy", 4, [0] * 20 + [3] * 20),
        ("categorical_crossentropy", 4, np.eye(4)[[0] * 20 + [3] * 20]),
        ("categorical_focal_crossentropy", 4, np.eye(4)[[0] * 20 + [3] * 20]),
        ("binary_crossentropy", 1, [[0]] * 20 + [[1]] * 20),
        ("binary_crossentropy", 1, np.arange(40) >= 20),
    ],
)
def test_classes_are_those_of_a_cross_entropy(loss, outputs, labels, data):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(outputs, activation="sigmoid")])
    model.compile("sgd", loss)
    with pytest.warns(UserWarning, match=SORTED):
        model.fit(data[0], labels, batch_size=5, shuffle=False, verbose=0)


def test_pixels_are_no_surprise_to_a_model_that_scales_them(data):
    pixels, y = (data[0] * 200).astype(np.uint8), data[1]
    model = Sequential([Input((8, 8, 1)), layers.BatchNormalization(), Flatten(), Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(pixels, y, verbose=0)
        network().fit(pixels.astype(np.float32) - 40, y, verbose=0)
    with pytest.warns(UserWarning, match="unscaled"):
        network().fit(pixels, y, verbose=0)


def batches_of(x, y, size=1):
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]


def test_collapse_is_told_of_batches_too(data):
    x, y = data
    with pytest.warns(UserWarning, match=r"after 120 steps .*Scale the inputs to 0\.\.\.1") as caught:
        constant(network()).fit(iter(batches_of(x, y) * 9), steps_per_epoch=40, epochs=9, verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="after 160 steps"):
        constant(network()).fit(iter(batches_of(x, y) * 4), verbose=0)  # nothing tells the number of steps but their end


def test_unscaled_batches_are_told_of_once(data):
    pixels, y = data[0] * 200, data[1]
    with pytest.warns(UserWarning, match="unscaled pixels") as caught:
        network().fit(iter(batches_of(pixels, y, 8) * 2), steps_per_epoch=5, epochs=2, verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__


SORTED = "come sorted by class, and shuffle=False keeps them so"


def test_data_that_stay_sorted_are_told_of(data):
    order = np.argsort(data[1], kind="stable")
    x, y = data[0][order], data[1][order]
    for labels in (y, y[::-1]):
        with pytest.warns(UserWarning, match=SORTED) as caught:
            network().fit(x, labels, batch_size=5, epochs=2, shuffle=False, verbose=0)
        assert len(caught) == 1
        assert caught[0].filename == __file__
    one_hot = network(loss="categorical_crossentropy")
    with pytest.warns(UserWarning, match=SORTED):
        one_hot.fit(ImageDataGenerator().flow(x, np.eye(4)[y], batch_size=5, shuffle=False), verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network().fit(x, y, batch_size=5, verbose=0)
        network().fit(*data, batch_size=5, shuffle=False, verbose=0)  # classes in turn
        network().fit(x, y, batch_size=40, shuffle=False, verbose=0)  # one batch holds them all
        network().fit(x, np.ones(40), batch_size=5, shuffle=False, verbose=0)  # there is but one class
        one_hot.fit(ImageDataGenerator().flow(x, np.eye(4)[y], batch_size=5), verbose=0)
        one_hot.evaluate(ImageDataGenerator().flow(x, np.eye(4)[y], batch_size=5, shuffle=False), verbose=0)


@pytest.mark.parametrize("part", [1, 3, 7, 1000])
def test_labels_are_looked_at_in_parts(data, part, monkeypatch):
    monkeypatch.setattr("swiftcnn._training.diagnostics.PART", part)
    x, y = data[0], np.sort(data[1])
    for labels in (y, y[::-1], np.eye(4)[y]):
        model = network(loss="categorical_crossentropy" if labels.ndim == 2 else "sparse_categorical_crossentropy")
        with pytest.warns(UserWarning, match=SORTED):
            model.fit(x, labels, batch_size=5, shuffle=False, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for labels in (np.append(y[:-1], 0), np.append(1, y[1:]), np.ones(40), data[1]):
            network().fit(x, labels, batch_size=5, shuffle=False, verbose=0)


def test_only_the_first_labels_are_looked_at(data, monkeypatch):
    monkeypatch.setattr("swiftcnn._training.diagnostics.PART", 4)
    monkeypatch.setattr("swiftcnn._training.diagnostics.MOST_LABELS", 20)
    with pytest.warns(UserWarning, match=SORTED):
        network().fit(data[0], np.append(np.sort(data[1])[:-1], 0), batch_size=5, shuffle=False, verbose=0)


def test_a_sorted_folder_is_told_of(tmp_path):
    folder = write_folder(tmp_path / "images", per_class=6, size=(8, 8))
    options = {"target_size": (8, 8), "color_mode": "grayscale", "batch_size": 4}
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(3, activation="softmax")])
    model.compile("adam", "categorical_crossentropy")
    flow = ImageDataGenerator(rescale=1 / 255).flow_from_directory
    with pytest.warns(UserWarning, match=SORTED):
        model.fit(flow(folder, shuffle=False, **options), verbose=0)
    data = image_dataset_from_directory(folder, image_size=(8, 8), color_mode="grayscale", batch_size=4, shuffle=False)
    model.compile("adam", "sparse_categorical_crossentropy")
    with pytest.warns(UserWarning, match=SORTED):
        model.fit(data.map(lambda x, y: (x / 255, y)), verbose=0)
    model.compile("adam", "categorical_crossentropy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(flow(folder, shuffle=False, **options), verbose=0)
        model.fit(flow(folder, **options), verbose=0)


@pytest.mark.parametrize("name", ["fit", "evaluate", "predict"])
def test_the_old_names_of_generators_are_told_of(name, data):
    with pytest.warns(UserWarning, match=rf"{name}_generator is a name of Keras 2.*{name} takes generators too") as caught:
        getattr(network(), f"{name}_generator")(iter(batches_of(*data, 8)), 5, verbose=0)
    assert [each.filename for each in caught] == [__file__]


@pytest.mark.parametrize(
    ("line", "old"),
    [
        ("from swiftcnn.layers.core import Dense, Dropout, Activation, Flatten", "layers.core"),
        ("from swiftcnn.layers.convolutional import Conv2D, MaxPooling2D, ZeroPadding2D", "layers.convolutional"),
        ("from swiftcnn.layers.pooling import GlobalAveragePooling2D", "layers.pooling"),
        ("from swiftcnn.layers.normalization import BatchNormalization", "layers.normalization"),
        ("from swiftcnn.layers.advanced_activations import LeakyReLU, PReLU, ELU", "layers.advanced_activations"),
        ("from swiftcnn.layers.experimental import preprocessing; preprocessing.RandomFlip()", "layers.experimental"),
        ("swiftcnn.keras.layers.experimental.preprocessing.Rescaling(1 / 255)", "layers.experimental"),
    ],
)
def test_old_places_of_layers_are_told_of(line, old, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(f"import swiftcnn\n{line}\n{line}\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stderr.startswith(f"{script}:2: UserWarning: {old} is a name of Keras 2")
    assert done.stderr.count("Warning") == 1


def test_np_utils_is_told_of_once():
    code = (
        "from swiftcnn.utils import np_utils\nfrom swiftcnn.utils.np_utils import to_categorical\n"
        "print(np_utils.to_categorical([1, 0]).tolist() == to_categorical([1, 0]).tolist() == [[0, 1], [1, 0]])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert done.stderr.count("Warning") == done.stderr.count("use swiftcnn.utils.to_categorical") == 1


@pytest.mark.parametrize("line", ["from swiftcnn.utils import np_utils", "importlib.import_module('swiftcnn.utils.np_utils')"])
def test_a_warning_of_an_import_names_its_line(line, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(f"import importlib\n{line}\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stderr.startswith(f"{script}:2: UserWarning: np_utils is a name of Keras 2")


def test_a_generator_that_may_have_no_end_is_told_of(data, monkeypatch):
    monkeypatch.setattr(batch_source, "MANY", 30)
    with pytest.warns(UserWarning, match="x has given 30 batches, and nothing tells.*steps_per_epoch") as caught:
        network("adam").fit(iter(batches_of(*data)), verbose=0)
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network("adam").fit(iter(batches_of(*data)), steps_per_epoch=40, verbose=0)
