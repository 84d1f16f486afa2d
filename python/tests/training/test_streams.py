"""Generators, iterators and data sets that make their own batches, as input of fit, evaluate and predict.

Over 400 lines: each kind of source meets each of the three methods, with the same helpers.
"""

import threading

import numpy as np
import pytest
from swiftcnn import Input, Sequential, callbacks, utils
from swiftcnn._base.prefetch import in_order
from swiftcnn.layers import Conv2D, Dense, Dropout, Flatten, GlobalAveragePooling2D

SIZE = 16  # 40 samples make batches of 16, 16 and 8


def batches(data, size=SIZE):
    x, *rest = data
    for start in range(0, len(x), size):
        yield tuple(each[start : start + size] for each in (x, *rest))


def endless(data):
    while True:
        yield from batches(data)


class Dataset(utils.PyDataset):
    def __init__(self, data, **options):
        super().__init__(**options)
        self.all = list(batches(data))
        self.asked, self.began, self.ended = [], 0, 0

    def __len__(self):
        return len(self.all)

    def __getitem__(self, index):
        self.asked.append(index)
        return self.all[index]

    def on_epoch_begin(self):
        self.began += 1

    def on_epoch_end(self):
        self.ended += 1


class Indexed:
    """Neither a PyDataset nor an array."""

    def __init__(self, data):
        self.all = list(batches(data))

    def __len__(self):
        return len(self.all)

    def __getitem__(self, index):
        return self.all[index]


class Restarting:
    """Can be read many times, and nothing tells how long it is."""

    def __init__(self, data):
        self.data = data

    def __iter__(self):
        return batches(self.data)


FORMS = {
    "generator": lambda data: endless(data),
    "iterator": lambda data: iter(list(batches(data)) * 3),
    "lists": lambda data: ([x, y] for x, y in endless(data)),
    "PyDataset": lambda data: Dataset(data),
    "PyDataset in threads": lambda data: Dataset(data, workers=3, max_queue_size=2),
    "indexed": lambda data: Indexed(data),
    "restarting": lambda data: Restarting(data),
}


def fresh(*metrics):
    utils.set_random_seed(5)
    model = Sequential([Flatten(input_shape=(8, 8, 1)), Dropout(0.2), Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy", *metrics])
    return model


def same_weights(one, other):
    return all((a == b).all() for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.fixture
def trained(data):
    """Three epochs, batch by batch."""
    model = fresh()
    for _ in range(3):
        for x, y in batches(data):
            model.train_on_batch(x, y)
    return model


@pytest.mark.parametrize("form", FORMS)
def test_training_has_the_bits_of_single_batches(form, data, trained):
    model = fresh()
    history = model.fit(FORMS[form](data), steps_per_epoch=3, epochs=3, shuffle=False, verbose=0)
    assert same_weights(model, trained)
    assert history.epoch == [0, 1, 2]
    assert history.params == {"verbose": 0, "epochs": 3, "steps": 3}


@pytest.mark.parametrize("form", ["PyDataset", "PyDataset in threads", "indexed", "restarting"])
def test_what_can_be_repeated_needs_no_steps(form, data, trained):
    model = fresh()
    model.fit(FORMS[form](data), epochs=3, shuffle=False, verbose=0)
    assert same_weights(model, trained)


def test_history_and_results_are_those_of_arrays(data):
    x, y = data
    weights = np.linspace(0, 2, 40, dtype=np.float32)
    options = {"epochs": 3, "verbose": 0, "shuffle": False}
    arrays, stream = fresh(), fresh()
    expected = arrays.fit(x, y, SIZE, sample_weight=weights, validation_data=(x, y), **options)
    history = stream.fit(Dataset((x, y, weights)), validation_data=Dataset(data), **options)
    assert same_weights(arrays, stream)
    assert list(history.history) == list(expected.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    for name, values in expected.history.items():
        np.testing.assert_allclose(history.history[name], values, rtol=1e-12)  # the order of three additions
        assert all(type(value) is float for value in history.history[name])
    np.testing.assert_allclose(stream.evaluate(Dataset(data), verbose=0), arrays.evaluate(x, y, SIZE, verbose=0), rtol=1e-12)
    np.testing.assert_array_equal(stream.predict(Dataset(data), verbose=0), arrays.predict(x, SIZE, verbose=0))


def test_events_are_those_of_arrays(data):
    def heard(model, *arguments, **options):
        events = []
        hooks = [name for name in dir(callbacks.Callback) if name.startswith("on_")]
        listener = callbacks.LambdaCallback(**{name: lambda *a, name=name, **k: events.append((name, *a[:1])) for name in hooks})
        options = {"epochs": 2, "verbose": 0, "shuffle": False, "callbacks": [listener], **options}
        model.fit(*arguments, **options)
        return [(name, *(each for each in rest if isinstance(each, int))) for name, *rest in events]

    expected = heard(fresh(), *data, batch_size=SIZE, validation_data=data)
    assert ("on_test_batch_end", 2) in expected
    assert heard(fresh(), Dataset(data), validation_data=Dataset(data)) == expected
    assert heard(fresh(), Dataset(data), validation_data=data, validation_batch_size=SIZE) == expected
    assert heard(fresh(), *data, batch_size=SIZE, validation_data=Dataset(data)) == expected


@pytest.mark.parametrize("x", ["arrays", "stream"])
@pytest.mark.parametrize("validation", ["arrays", "generator", "PyDataset"])
def test_validation(x, validation, data):
    model = fresh()
    validation = {"arrays": data, "generator": endless(data), "PyDataset": Dataset(data)}[validation]
    options = {"epochs": 4, "verbose": 0, "validation_data": validation, "validation_steps": 3, "validation_freq": 2}
    seen = []
    keep = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append((model.evaluate(*data, SIZE, verbose=0), logs)))
    if x == "arrays":
        history = model.fit(*data, SIZE, validation_batch_size=SIZE, callbacks=[keep], **options).history
    else:
        history = model.fit(Dataset(data), validation_batch_size=SIZE, callbacks=[keep], **options).history
    assert len(history["val_loss"]) == 2
    np.testing.assert_allclose(history["val_loss"], [seen[1][0][0], seen[3][0][0]], rtol=1e-12)
    assert [sorted(logs) for _, logs in seen[:2]] == [["accuracy", "loss"], ["accuracy", "loss", "val_accuracy", "val_loss"]]


def test_a_validation_generator_that_runs_dry_is_warned_of(data):
    with pytest.warns(UserWarning, match="validation_data ran out of data after 0 of 3 batches") as caught:
        history = fresh().fit(*data, epochs=4, verbose=0, validation_data=batches(data), validation_steps=3).history
    assert len(caught) == 1
    assert (len(history["loss"]), len(history["val_loss"])) == (4, 1)


@pytest.mark.filterwarnings("ignore:.*_generator is a name of Keras 2")
def test_the_old_names(data, trained):
    model = fresh()
    history = model.fit_generator(endless(data), 3, 3, 0, workers=4, max_queue_size=2)
    assert same_weights(model, trained)
    assert len(history.history["loss"]) == 3
    assert model.evaluate_generator(endless(data), 3) == model.evaluate(endless(data), steps=3, verbose=0)
    np.testing.assert_array_equal(model.predict_generator(endless(data), steps=3), model.predict(data[0], SIZE, verbose=0))
    dataset = Dataset(data)
    model.fit_generator(dataset, epochs=1, validation_data=Dataset(data), verbose=0)
    assert dataset.ended == 1


def test_an_epoch_may_be_longer_or_shorter_than_the_data(data):
    dataset = Dataset(data)
    model = fresh()
    with pytest.warns(UserWarning, match="after 3 of 5 batches"):
        model.fit(dataset, steps_per_epoch=5, epochs=2, shuffle=False, verbose=0)
    assert dataset.asked == [0, 1, 2, 0, 1, 2]
    assert (dataset.began, dataset.ended) == (2, 2)
    dataset.asked.clear()
    with pytest.warns(UserWarning, match="after 3 of 5 batches"):
        model.evaluate(dataset, steps=5, verbose=0)  # each sample counts once
    assert dataset.asked == [0, 1, 2]


def test_batches_of_a_dataset_are_shuffled_as_the_seed_says(data):
    orders = []
    for seed in (1, 1, 2):
        dataset, model = Dataset(data), fresh()
        utils.set_random_seed(seed)
        model.fit(dataset, epochs=8, verbose=0)
        orders.append(dataset.asked)
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0][:3]) == [0, 1, 2]
    assert len({tuple(orders[0][start : start + 3]) for start in range(0, 24, 3)}) > 1


@pytest.mark.parametrize("form", FORMS)
def test_a_model_without_input_shape_is_built_from_the_first_batch(form, data):
    model = Sequential([Flatten(), Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    seen = []
    counting = callbacks.LambdaCallback(
        on_train_begin=lambda logs: seen.append(model.built), on_train_batch_end=lambda batch, logs: seen.append(batch)
    )
    model.fit(FORMS[form](data), steps_per_epoch=3, verbose=0, callbacks=[counting])
    assert seen == [True, 0, 1, 2]


def test_class_weights(data):
    one, other = fresh(), fresh()
    one.fit(Dataset(data), class_weight={0: 3.0, 2: 0.5}, shuffle=False, verbose=0)
    other.fit(*data, SIZE, class_weight={0: 3.0, 2: 0.5}, shuffle=False, verbose=0)
    assert same_weights(one, other)


def test_predict_takes_batches_without_labels(data):
    model = fresh()
    expected = model.predict(data[0], SIZE, verbose=0)
    for give in (lambda x: x, lambda x: (x,), lambda x: (x, None)):
        got = model.predict((give(x) for x, _ in batches(data)), verbose=0)
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got, expected)


def test_progress_of_a_known_and_an_unknown_length(data, capsys):
    model = fresh()
    model.fit(Dataset(data), epochs=2)
    assert capsys.readouterr().out.count("3/3 ━━━━━━━━━━━━━━━━━━━━ ") == 2
    model.fit(batches(data), verbose=2)
    assert capsys.readouterr().out.startswith("3/3 - ")
    model.predict(batches(data))
    assert capsys.readouterr().out.startswith("3/3 ━")


def test_ctrl_c_and_stop_training(data):
    def interrupted():
        yield from list(batches(data)) * 2
        raise KeyboardInterrupt

    model = fresh()
    with pytest.raises(KeyboardInterrupt):
        model.fit(interrupted(), steps_per_epoch=3, epochs=9, verbose=0)
    assert model.history.epoch == [0, 1]

    class Stop(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    dataset = Dataset(data)
    assert model.fit(dataset, epochs=9, verbose=0, callbacks=[Stop()]).epoch == [0]
    assert len(dataset.asked) == 2


def test_an_exception_of_a_generator_reaches_the_user_and_the_model_lives_on(data):
    class MineError(Exception):
        pass

    def failing():
        yield data
        raise MineError("on purpose")

    class Failing(Dataset):
        def __getitem__(self, index):
            if index == 2:
                raise MineError("on purpose")
            return super().__getitem__(index)

    model = fresh()
    for source in (failing(), Failing(data), Failing(data, workers=4)):
        for call in (model.fit, model.evaluate, model.predict):
            with pytest.raises(MineError, match="on purpose"):
                call(source if isinstance(source, Failing) else failing(), verbose=0)
    with pytest.raises(MineError, match="on purpose"):
        model.fit(*data, verbose=0, validation_data=failing())
    assert threading.active_count() == 1
    assert len(model.fit(*data, verbose=0).epoch) == 1


class Endless(utils.PyDataset):
    num_batches = None

    def __getitem__(self, index):
        return np.zeros((4, 8, 8, 1), np.float32), np.zeros(4)


def test_an_endless_dataset_needs_steps():
    assert fresh().fit(Endless(workers=2), steps_per_epoch=4, epochs=2, verbose=0).params["steps"] == 4


MISTAKES = {
    "endless generator": (
        lambda m, d: m.fit(endless(d), epochs=2),
        r"x is a generator, which has no length, so .* pass steps_per_epoch, or use a swiftcnn\.utils\.PyDataset",
    ),
    "endless dataset": (lambda m, d: m.fit(Endless()), r"x has no length \(num_batches is None\): pass steps_per_epoch"),
    "endless validation": (
        lambda m, d: m.fit(*d, epochs=2, validation_data=endless(d)),
        "validation_data is a generator, which has no length, .* pass validation_steps",
    ),
    "fit_generator": (
        lambda m, d: m.fit_generator(endless(d)),
        "steps_per_epoch=None is only valid for what has a length, such as a swiftcnn.utils.PyDataset; generator is a generator",
    ),
    "predict_generator": (lambda m, d: m.predict_generator(endless(d)), "steps=None is only valid"),
    "fit_generator of arrays": (lambda m, d: m.fit_generator(d[0]), "generator must yield batches, received a ndarray"),
    "empty generator": (lambda m, d: m.fit(iter(())), "x must give at least one batch, received an empty tuple_iterator"),
    "empty dataset": (
        lambda m, d: m.fit(Dataset((d[0][:0], d[1][:0]))),
        "x must give at least one batch, .* Dataset of length 0",
    ),
    "y": (lambda m, d: m.fit(endless(d), d[1]), r"y cannot be given when x yields batches: let every batch be \(x, y\)"),
    "sample_weight": (lambda m, d: m.evaluate(endless(d), sample_weight=d[1]), "sample_weight cannot be given"),
    "validation_split": (
        lambda m, d: m.fit(endless(d), validation_split=0.5),
        "validation_split cannot be given .*: pass validation_data",
    ),
    "no labels": (
        lambda m, d: m.fit(x for x, _ in batches(d)),
        r"batch 0 of x: there are no labels, expected \(x, y\) or \(x, y, sample_weight\)",
    ),
    "four parts": (lambda m, d: m.evaluate((*b, 1, 2) for b in batches(d)), r"batch 0 of x must be .* received a tuple of 4"),
    "wrong shape": (
        lambda m, d: m.fit(iter([d, (d[0][:, :4], d[1])])),
        r"batch 1 of x: x must have the shape \(None, 8, 8, 1\), got \(40, 4, 8, 1\)",
    ),
    "bad label": (lambda m, d: m.evaluate(iter([(d[0], d[1] + 1)])), "batch 0 of x: y holds 4 at sample 3"),
    "strings": (lambda m, d: m.predict(iter([np.array(["a"])])), "x of batch 0 of x has dtype <U1"),
    "no samples": (lambda m, d: m.predict(iter([d[0][:0]])), "batch 0 of x: x has no samples"),
    "no arrays": (lambda m, d: m.predict(i for i in range(3)), r"batch 0 of x must be \(x, y\) or .*, received 0 \(a int\)"),
    "steps": (lambda m, d: m.fit(endless(d), steps_per_epoch=0), "steps_per_epoch must be at least 1"),
    "epochs": (lambda m, d: m.fit(endless(d), steps_per_epoch=1, epochs=-1), "epochs must not be negative, got -1"),
    "unfinished dataset": (lambda m, d: m.fit(utils.PyDataset()), r"PyDataset must define __len__\(self\)"),
    "length of fractions": (
        lambda m, d: m.fit(of_length(1.5)),
        r"Odd\.__len__ returns, .* must be an integer, received 1\.5",
    ),
    "length of text": (lambda m, d: m.predict(of_length("3")), r"Odd\.__len__ returns, .* must be an integer, received '3'"),
    "huge length": (lambda m, d: m.fit(of_length(10**30)), r"what Odd\.__len__ returns, .* must fit in 64 bits"),
    "negative length": (lambda m, d: m.fit(of_length(-1)), r"Odd\.__len__ must return the number of batches, returned -1"),
}


def of_length(length):
    class Odd(utils.PyDataset):
        def __len__(self):
            return length

    return Odd()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_explained_and_do_no_harm(mistake, data):
    act, message = MISTAKES[mistake]
    model = fresh()
    with pytest.raises((ValueError, TypeError, NotImplementedError), match=message):
        act(model, data)
    assert len(model.fit(*data, verbose=0).epoch) == 1
    assert threading.active_count() == 1


def test_a_generator_that_runs_dry_is_warned_of(data):
    with pytest.warns(UserWarning, match="x ran out of data after 1 of 2 batches: .* as many batches as steps times epochs"):
        assert fresh().fit(batches(data), steps_per_epoch=2, epochs=5, verbose=0).epoch == [0, 1]
    with pytest.warns(UserWarning, match="x ran out of data after 0 of 3 batches"):
        assert fresh().fit(batches(data), steps_per_epoch=3, epochs=5, verbose=0).epoch == [0]


def test_processes_are_replaced_by_threads():
    with pytest.warns(UserWarning, match="use_multiprocessing=True: threads are used instead"):
        utils.Sequence(workers=2, use_multiprocessing=True)


def test_a_dataset_can_be_walked_through(data):
    assert len(list(Dataset(data))) == 3
    assert utils.Sequence is utils.PyDataset


def test_unscaled_batches_are_warned_of_once(data):
    with pytest.warns(UserWarning, match="look like unscaled pixels") as caught:
        fresh().fit(Dataset((data[0] * 255, data[1])), verbose=0)
    assert len(caught) == 1


def test_every_batch_may_have_images_of_another_size():
    def made():
        utils.set_random_seed(1)
        model = Sequential([Input((None, None, 1)), Conv2D(3, 3), GlobalAveragePooling2D(), Dense(2, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    sizes = [(4, 8), (6, 12), (3, 9)]
    given = [(np.random.default_rng(n).random((n, size, size, 1), np.float32), np.arange(n) % 2) for n, size in sizes]
    model, expected = made(), made()
    model.fit(iter(given * 2), steps_per_epoch=3, epochs=2, verbose=0, validation_data=given[0])
    for batch in given * 2:
        expected.train_on_batch(*batch)
    for one, other in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    losses = [len(x) * expected.evaluate(x, y, verbose=0)[0] for x, y in given]
    assert model.evaluate(iter(given), verbose=0)[0] == pytest.approx(sum(losses) / 13, rel=1e-12)
    assert model.predict(iter(given), verbose=0).shape == (13, 2)


def test_prefetching_keeps_order_and_bounds():
    running, most, lock = 0, 0, threading.Lock()

    def work(item):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running - taken[0])
        return item * item

    taken = [0]
    got = []
    for result in in_order(work, range(200), workers=4, ahead=5):
        taken[0] += 1
        got.append(result)
    assert got == [item * item for item in range(200)]
    assert most <= 6  # five ahead, and the one that is being handed out
    assert threading.active_count() == 1
