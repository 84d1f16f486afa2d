"""What is done to a data set of batches, as in `dataset.cache().shuffle(1000).prefetch(AUTOTUNE)`."""

import threading

import numpy as np
import pytest
from image_batches import SIZE, assert_equal_batches, folder, one_pass
from image_files import CLASSES
from swiftcnn import Sequential, layers, utils
from swiftcnn.preprocessing import AUTOTUNE

__all__ = ["folder"]  # a fixture


@pytest.fixture
def dataset(folder):
    """12 images in batches of 5, 5 and 2, in another order in every pass."""
    return utils.image_dataset_from_directory(folder, image_size=SIZE, batch_size=5, seed=3, verbose=False)


@pytest.fixture
def ordered(folder):
    return utils.image_dataset_from_directory(folder, image_size=SIZE, batch_size=5, shuffle=False, verbose=False)


def samples(batches):
    return sorted((x.tobytes(), int(label)) for images, labels in batches for x, label in zip(images, labels, strict=True))


def test_the_tutorials_chain_trains_a_model(dataset):
    scaled = (
        dataset.map(lambda x, y: (x / 255, y), num_parallel_calls=AUTOTUNE).cache().shuffle(1000).prefetch(buffer_size=AUTOTUNE)
    )
    assert scaled.class_names == list(CLASSES)
    assert len(scaled) == scaled.cardinality() == 3
    model = Sequential([layers.Flatten(input_shape=(*SIZE, 3)), layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    assert model.fit(scaled, epochs=200, verbose=0, validation_data=scaled).history["val_accuracy"][-1] == 1
    assert model.predict(scaled.take(1), verbose=0).shape in ((5, 3), (2, 3))
    assert threading.active_count() == 1


def test_map_changes_every_batch(ordered):
    plain, doubled = one_pass(ordered), one_pass(ordered.map(lambda x, y: (2 * x, y + 1)))
    assert_equal_batches([(2 * x, y + 1) for x, y in plain], doubled)
    labels = list(ordered.map(lambda x, y: y))
    assert [batch.tolist() for batch in labels] == [y.tolist() for _, y in plain]
    with pytest.raises(TypeError, match=r"map needs a function of a batch, .* received 3"):
        ordered.map(3)
    for act, error, message in (
        (lambda: ordered.map(len, "many"), TypeError, "num_parallel_calls must be an integer, received 'many'"),
        (lambda: ordered.shuffle("all"), TypeError, "buffer_size must be an integer, received 'all'"),
        (lambda: ordered.shuffle(0), ValueError, "buffer_size must be at least 1, received 0"),
        (lambda: ordered.prefetch(0.5), TypeError, r"buffer_size must be an integer, received 0\.5"),
        (lambda: ordered.take("1"), TypeError, "count must be an integer, received '1'"),
        (lambda: ordered["a"], TypeError, "index must be an integer, received 'a'"),
    ):
        with pytest.raises(error, match=message):
            act()


def test_cache_reads_once_and_loses_no_sample(dataset, folder):
    everything, cached = samples(dataset), dataset.cache()
    next(iter(cached.take(1)))  # a pass that is broken off fills a part
    first = one_pass(cached)
    for path in folder.glob("*/*.png"):
        path.unlink()
    assert samples(first) == everything
    assert_equal_batches(first, one_pass(cached))
    with pytest.raises(ValueError, match="read-only"):
        first[0][0][...] = 0
    with pytest.raises(ValueError, match=r"cache keeps the batches in memory, not in a file; received 'here'"):
        dataset.cache("here")


def test_shuffle_gives_every_pass_its_order(ordered):
    plain = one_pass(ordered)
    shuffled = ordered.shuffle(3, seed=1)
    passes = [one_pass(shuffled) for _ in range(6)]
    assert all(samples(each) == samples(plain) for each in passes)
    assert len({tuple(x.tobytes() for x, _ in each) for each in passes}) > 1
    again = ordered.shuffle(3, seed=1)
    for each in passes:
        assert_equal_batches(each, one_pass(again))
    fixed = ordered.shuffle(3, seed=2, reshuffle_each_iteration=False)
    assert_equal_batches(one_pass(fixed), one_pass(fixed))


def test_take_skip_and_repeat(ordered):
    plain = one_pass(ordered)
    assert_equal_batches(plain[:2], one_pass(ordered.take(2)))
    assert_equal_batches(plain, one_pass(ordered.take(-1)))
    assert_equal_batches(plain[1:], one_pass(ordered.skip(1)))
    assert_equal_batches(plain[1:2], one_pass(ordered.skip(1).take(1)))
    assert_equal_batches(plain * 2, one_pass(ordered.repeat(2)))
    np.testing.assert_array_equal(ordered.skip(1)[-1][0], plain[-1][0])
    assert len(ordered.skip(9)) == 0
    with pytest.raises(ValueError, match="take and skip need a number of batches, received -3"):
        ordered.take(-3)
    with pytest.raises(IndexError, match="there is no batch 2: there are 2"):
        ordered.take(2)[2]


def test_repeat_without_end_needs_steps(ordered):
    endless = ordered.repeat()
    assert endless.cardinality() == -1
    assert_equal_batches((one_pass(ordered) * 2)[:4], one_pass(endless.take(4)))
    model = Sequential([layers.Flatten(input_shape=(*SIZE, 3)), layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match=r"x has no length \(num_batches is None\): pass steps_per_epoch"):
        model.fit(endless)
    with pytest.raises(TypeError, match="without end has no length"):
        len(endless)
    with pytest.raises(ValueError, match="shuffle first, then repeat"):
        endless.shuffle(2)


@pytest.mark.parametrize("use", [lambda data: data.batch(4), lambda data: data.unbatch()])
def test_batches_are_not_batched_again(use, ordered):
    with pytest.raises(ValueError, match="these are batches already: pass batch_size to image_dataset_from_directory"):
        use(ordered)


def test_threads_do_not_change_a_chain(dataset):
    runs = []
    for workers in (0, 7):
        utils.set_random_seed(5)
        chain = dataset.cache().shuffle(9).repeat(3)
        dataset._passes, chain.workers = 0, workers
        runs.append(one_pass(chain))
    assert_equal_batches(*runs)
