"""Folders of images as batches: labels, parts, threads, seeds, memory."""

import os
import threading
import time
import tracemalloc

import numpy as np
import pytest
from image_batches import MAKERS, SIZE, assert_equal_batches, flow, folder, one_pass
from image_files import CLASSES, images, write_folder
from PIL import Image
from swiftcnn import Sequential, layers, utils
from swiftcnn._batches.batch_source import BatchSource
from swiftcnn.preprocessing.image import ImageDataGenerator

__all__ = ["folder"]  # a fixture


def test_what_a_folder_tells(folder, capsys):
    data = flow(folder, batch_size=5, shuffle=False)
    assert capsys.readouterr().out == "Found 12 images belonging to 3 classes.\n"
    assert (data.samples, data.n, len(data), data.num_classes) == (12, 12, 3, 3)
    assert data.class_indices == {"ant": 0, "bee": 1, "cat": 2}
    assert data.labels.tolist() == data.classes.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert data.filenames[0] == os.path.join("ant", "000.png")
    assert data.image_shape == (8, 6, 3)
    x, y = next(data)
    assert x.shape == (5, 8, 6, 3)
    assert x.dtype == y.dtype == np.float32
    assert 0 <= x.min() < x.max() <= 1
    np.testing.assert_array_equal(y, np.eye(3)[[0, 0, 0, 0, 1]])
    assert next(data)[0].shape[0] == 5
    assert next(data)[0].shape[0] == 2
    np.testing.assert_array_equal(next(data)[0], x)  # from the beginning
    next(data)
    assert data.batch_index == 2
    data.reset()
    assert data.batch_index == 0
    np.testing.assert_array_equal(next(data)[0], x)
    np.testing.assert_array_equal(data[0][0], x)
    with pytest.raises(IndexError, match="there is no batch 3: there are 3"):
        data[3]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("binary", [0, 1]), ("sparse", [0, 1]), ("categorical", [[1, 0], [0, 1]]), ("input", None), (None, None)],
)
def test_class_modes(mode, expected, folder):
    batch = flow(folder, classes=["cat", "ant"], class_mode=mode, batch_size=20, shuffle=False)[0]
    if mode is None:
        assert batch.shape == (8, 8, 6, 3)
    elif mode == "input":
        np.testing.assert_array_equal(*batch)
    else:
        np.testing.assert_array_equal(batch[1], np.repeat(expected, 4, 0))


def test_the_parts_of_a_folder(folder):
    generator = ImageDataGenerator(validation_split=0.25)
    parts = {name: generator.flow_from_directory(folder, subset=name, shuffle=False) for name in ("training", "validation")}
    assert parts["training"].labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert parts["validation"].filenames == [os.path.join(name, "000.png") for name in CLASSES]


def test_the_parts_of_an_array():
    x, y = images(10), np.arange(10) % 2
    generator = ImageDataGenerator(validation_split=0.2)
    assert (generator.flow(x, y, subset="training").n, generator.flow(x, y, subset="validation").n) == (8, 2)
    x, y, weight = generator.flow(x, y, sample_weight=np.arange(10.0), subset="validation", shuffle=False)[0]
    np.testing.assert_array_equal(weight, [0, 1])
    with pytest.raises(ValueError, match="hold different classes: shuffle x and y first"):
        generator.flow(images(10), np.arange(10), subset="training")
    assert generator.flow(images(10), np.arange(10), subset="training", ignore_class_split=True).n == 8


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_seed_gives_the_same_batches_with_any_number_of_threads(make, folder):
    runs = []
    for workers in (0, 2, 7):
        data = make(folder, seed=3)
        data.workers, data.max_queue_size = workers, 3
        runs.append(one_pass(data) + one_pass(data))
    assert_equal_batches(runs[0], runs[1])
    assert_equal_batches(runs[0], runs[2])
    first, second = runs[0][:3], runs[0][3:]
    assert any((a[0] != b[0]).any() for a, b in zip(first, second, strict=True))  # every pass has its own order
    other = one_pass(make(folder, seed=4))
    assert any((a[0] != b[0]).any() for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_steps_go_on_in_a_folder(make, folder):
    """steps_per_epoch=1 takes the batches of a pass one after the other, then those of the next pass, in its order."""
    data = make(folder, seed=3)
    passes = one_pass(data) + one_pass(data)
    stream = BatchSource("x", make(folder, seed=3), 1, "steps_per_epoch", 6, goes_on=True)
    epochs = [[(batch.x, batch.y) for batch in stream.epoch()] for _ in range(6)]
    stream.close()
    assert [len(epoch) for epoch in epochs] == [1] * 6
    assert_equal_batches(passes, [epoch[0] for epoch in epochs])


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_set_random_seed_is_enough(make, folder):
    runs = []
    for _ in range(2):
        utils.set_random_seed(9)
        runs.append(one_pass(make(folder)))
    assert_equal_batches(*runs)


def test_labels_stay_with_their_images(folder):
    by_image = {x.tobytes(): y.tolist() for x, y in zip(*flow(folder, batch_size=20, shuffle=False)[0], strict=True)}
    for x, y in one_pass(flow(folder, batch_size=5)) + one_pass(flow(folder, batch_size=3, seed=1)):
        for image, label in zip(x, y, strict=True):
            assert by_image[image.tobytes()] == label.tolist()


def test_a_model_learns_from_a_folder(tmp_path):
    for label, name in enumerate(CLASSES):
        (tmp_path / name).mkdir()
        for number in range(10):
            shade = np.full((12, 12, 3), 20 + number, np.uint8)
            shade[..., label] = 200
            Image.fromarray(shade).save(tmp_path / name / f"{number}.png")
    train = flow(tmp_path, batch_size=6)
    model = Sequential([layers.Flatten(input_shape=(*SIZE, 3)), layers.Dense(3, "softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(train, epochs=30, verbose=0, validation_data=flow(tmp_path, shuffle=False))
    assert history.history["val_accuracy"][-1] == 1
    assert model.evaluate(train, verbose=0)[1] == 1
    ordered = flow(tmp_path, shuffle=False, batch_size=7)
    assert (model.predict(ordered, verbose=0).argmax(-1) == ordered.labels).all()
    data = utils.image_dataset_from_directory(tmp_path, image_size=SIZE, label_mode="categorical", verbose=False)
    with pytest.warns(UserWarning, match="unscaled pixels"):
        model.fit(data, verbose=0)
    assert threading.active_count() == 1


def test_image_dataset(folder, capsys):
    data = utils.image_dataset_from_directory(folder, image_size=SIZE, batch_size=5)
    assert capsys.readouterr().out == "Found 12 files belonging to 3 classes.\n"
    assert data.class_names == list(CLASSES)
    assert [os.path.basename(os.path.dirname(path)) for path in data.file_paths] == [CLASSES[label] for label in data.labels]
    batches = list(data)
    assert [x.shape for x, _ in batches] == [(5, 8, 6, 3), (5, 8, 6, 3), (2, 8, 6, 3)]
    assert (batches[0][0].dtype, batches[0][1].dtype) == (np.float32, np.int32)
    training, validation = utils.image_dataset_from_directory(folder, validation_split=0.25, subset="both", seed=1)
    assert capsys.readouterr().out.endswith("Using 9 files for training.\nUsing 3 files for validation.\n")
    assert not set(training.file_paths) & set(validation.file_paths)
    assert (len(training.file_paths), len(validation.file_paths)) == (9, 3)


@pytest.mark.parametrize(("mode", "shape"), [("int", (8,)), ("binary", (8, 1)), ("categorical", (8, 2)), (None, None)])
def test_label_modes(mode, shape, folder):
    options = {"label_mode": mode, "class_names": ["bee", "ant"], "image_size": SIZE, "shuffle": False, "verbose": False}
    batch = utils.image_dataset_from_directory(folder, **options)[0]
    if mode is None:
        assert batch.shape == (8, 8, 6, 3)
    else:
        assert batch[1].shape == shape
        assert (batch[1].argmax(-1) if mode == "categorical" else batch[1].ravel()).tolist() == [0] * 4 + [1] * 4


def test_labels_that_are_given(folder):
    labels = list(range(12))
    data = utils.image_dataset_from_directory(folder, labels, image_size=SIZE, shuffle=False, verbose=False)
    assert data[0][1].tolist() == labels
    assert data.class_names == sorted(map(str, labels), key=int)
    assert utils.image_dataset_from_directory(folder, None, image_size=SIZE, verbose=False)[0].shape == (12, 8, 6, 3)


def test_featurewise_values_need_fit():
    generator = ImageDataGenerator(featurewise_std_normalization=True)
    with pytest.warns(UserWarning, match=r"do nothing yet: call fit\(x\) with the training images first"):
        generator.standardize(images(1)[0])
    generator.fit(images(), augment=True, rounds=2, seed=1)
    assert generator.mean.shape == generator.std.shape == (1, 1, 3)


def test_changed_images_can_be_kept(folder, tmp_path):
    (tmp_path / "kept").mkdir()
    next(flow(folder, batch_size=5, save_to_dir=tmp_path / "kept", save_prefix="seen", save_format="jpeg"))
    assert len(list((tmp_path / "kept").glob("seen_*.jpeg"))) == 5


def test_memory_does_not_grow_with_the_folder(tmp_path):
    write_folder(tmp_path / "images", per_class=1, size=(64, 64))
    for name in CLASSES:
        for number in range(1, 120):
            os.link(tmp_path / "images" / name / "000.png", tmp_path / "images" / name / f"{number:03d}.png")
    data = ImageDataGenerator().flow_from_directory(tmp_path / "images", target_size=(128, 128), batch_size=4)
    batch = 4 * 128 * 128 * 3 * 4
    tracemalloc.start()
    batches = BatchSource("x", data, 0).epoch()
    next(batches)
    time.sleep(0.5)  # as long as training on a batch may take: the threads could read the whole folder
    seen = 1 + sum(1 for _ in batches)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == len(data) == 90
    assert peak < (data.max_queue_size + data.workers + 3) * batch < 20 * batch
