"""Epochs of a number of steps: where the data go on, where they end, what a validation sees.

All losses are Keras's, 3.15.1: the weight is 1 and stays so, thus a batch's loss is the mean of its samples' squares. What Keras
does with a Python generator that ends is left out: it trains again on the first two batches that it had looked at.
"""

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Sequential, callbacks, optimizers, utils
from swiftcnn.layers import Dense

X, Y = np.arange(12, dtype=np.float32)[:, None], np.zeros((12, 1), np.float32)
SIZE = 3
ENDED = r"ran out of data after 1 of 3 batches: the epoch ends here, and the next begins with the first batch"


def model() -> Sequential:
    made = Sequential([Input((1,)), Dense(1, use_bias=False, kernel_initializer="ones")])
    made.compile(optimizers.SGD(0.0), "mse")
    return made


class Dataset(utils.PyDataset):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.asked: list[int] = []

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> Any:
        self.asked.append(index)
        return batch(index)


class Restarting:
    """Can be read many times, and nothing tells how long it is."""

    def __iter__(self) -> Iterator[Any]:
        return (batch(index) for index in range(4))


def batch(index: int) -> Any:
    return X[index * SIZE : (index + 1) * SIZE], Y[index * SIZE : (index + 1) * SIZE]


def losses(*data: Any, **options: Any) -> list[float]:
    history = model().fit(*data, shuffle=False, verbose=0, **options)
    return [round(loss, 3) for loss in history.history["loss"]]


FORMS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "arrays": lambda: (X, Y, SIZE),
    "PyDataset": lambda: (Dataset(),),
    "PyDataset in threads": lambda: (Dataset(workers=2),),
    "restarting": lambda: (Restarting(),),
    "endless generator": lambda: (itertools.cycle(batch(index) for index in range(4)),),
}
ENDING = [form for form in FORMS if "generator" not in form]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("steps", "expected"), [(1, [1.667, 16.667, 49.667, 100.667, 1.667]), (2, [9.167, 75.167, 9.167, 75.167, 9.167])]
)
def test_an_epoch_goes_on_where_the_one_before_ended(form: str, steps: int, expected: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert losses(*FORMS[form](), epochs=5, steps_per_epoch=steps) == expected


@pytest.mark.parametrize("form", ENDING)
def test_an_epoch_in_which_the_data_end_is_short(form: str) -> None:
    with pytest.warns(UserWarning, match=ENDED) as caught:
        assert losses(*FORMS[form](), epochs=5, steps_per_epoch=3) == [22.667, 100.667, 22.667, 100.667, 22.667]
    assert len(caught) == 2
    assert caught[0].filename == __file__


@pytest.mark.parametrize("form", ["arrays", *[form for form in FORMS if form.startswith(("Py", "rest"))]])
@pytest.mark.parametrize("steps", [5, 9])
def test_an_epoch_is_no_longer_than_the_data(form: str, steps: int) -> None:
    with pytest.warns(UserWarning, match=f"x ran out of data after 4 of {steps} batches") as caught:
        assert losses(*FORMS[form](), epochs=3, steps_per_epoch=steps) == [42.167] * 3
    assert len(caught) == 3


def test_a_last_batch_that_is_smaller_counts_as_one() -> None:
    five = [(X[start : start + 5], Y[start : start + 5]) for start in (0, 5, 10)]

    class Fives(Dataset):
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> Any:
            return five[index]

    with pytest.warns(UserWarning, match="after 1 of 2 batches"):
        assert losses(Fives(), epochs=5, steps_per_epoch=2) == [28.5, 110.5, 28.5, 110.5, 28.5]


def test_a_last_batch_of_arrays_that_is_smaller_counts_as_one() -> None:
    with pytest.warns(UserWarning, match="after 1 of 2 batches"):
        assert losses(X, Y, 5, epochs=5, steps_per_epoch=2) == [28.5, 110.5, 28.5, 110.5, 28.5]


def test_steps_alone_say_the_size_of_a_batch() -> None:
    """Keras takes 12 / 5 samples, rounded up: 3."""
    with pytest.warns(UserWarning, match="after 4 of 5 batches"):
        history = model().fit(X, Y, epochs=2, steps_per_epoch=5, shuffle=False, verbose=0)
    assert history.history["loss"] == pytest.approx([42.1667] * 2, abs=1e-4)
    seen: list[tuple[int, ...]] = []
    look = callbacks.LambdaCallback(on_predict_batch_end=lambda number, logs: seen.append(logs["outputs"].shape))
    with pytest.warns(UserWarning, match="after 4 of 5 batches"):
        assert model().predict(X, steps=5, verbose=0, callbacks=[look]).shape == (12, 1)
    assert seen == [(3, 1)] * 4
    assert model().evaluate(X, Y, steps=2, verbose=0) == pytest.approx(42.1667, abs=1e-4)
    assert model().evaluate(X, Y, steps=2, batch_size=3, verbose=0) == pytest.approx(9.1667, abs=1e-4)
    both = model().fit(X, Y, steps_per_epoch=4, validation_data=(X, Y), validation_steps=2, validation_freq=[1], verbose=0)
    other = model().fit(X, Y, steps_per_epoch=3, validation_split=0.5, validation_steps=2, verbose=0)
    assert both.history["val_loss"] == pytest.approx([42.1667], abs=1e-4)
    assert other.history["val_loss"] == pytest.approx([np.square(X[6:]).mean()], abs=1e-4)


@pytest.mark.parametrize("call", ["evaluate", "predict"])
def test_steps_beyond_the_data_are_warned_of(call: str) -> None:
    given = {"evaluate": (X, Y), "predict": (X,)}[call]
    for data, options in ((given, {"batch_size": 3}), ((Dataset(),), {}), ((Restarting(),), {})):
        with pytest.warns(
            UserWarning, match="x ran out of data after 4 of 9 batches: that is all. steps=None uses all"
        ) as caught:
            getattr(model(), call)(*data, steps=9, verbose=0, **options)
        assert len(caught) == 1
        assert caught[0].filename == __file__


# Validation.

VALIDATIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "arrays": lambda: {"validation_data": (X, Y), "validation_batch_size": 3},
    "PyDataset": lambda: {"validation_data": Dataset()},
    "restarting": lambda: {"validation_data": Restarting()},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("validation", VALIDATIONS)
def test_a_validation_begins_with_the_first_batch(form: str, validation: str) -> None:
    options = {"epochs": 3, "steps_per_epoch": 1, "validation_steps": 2, "shuffle": False, "verbose": 0}
    history = model().fit(*FORMS[form](), **VALIDATIONS[validation](), **options).history
    assert [round(loss, 3) for loss in history["loss"]] == [1.667, 16.667, 49.667]
    assert [round(loss, 3) for loss in history["val_loss"]] == [9.167] * 3


def test_what_is_split_off_is_no_part_of_the_passes() -> None:
    options = {"epochs": 4, "steps_per_epoch": 2, "validation_split": 0.25, "shuffle": False, "verbose": 0}
    with pytest.warns(UserWarning, match="after 1 of 2 batches"):
        history = model().fit(X, Y, SIZE, **options).history
    assert [round(loss, 3) for loss in history["loss"]] == [9.167, 49.667, 9.167, 49.667]
    assert [round(loss, 3) for loss in history["val_loss"]] == [100.667] * 4


def test_validation_steps_beyond_the_data_are_warned_of() -> None:
    for validation in VALIDATIONS.values():
        with pytest.warns(UserWarning, match="validation_data ran out of data after 4 of 9 batches: that is all"):
            history = model().fit(X, Y, SIZE, validation_steps=9, verbose=0, **validation()).history
        assert [round(loss, 3) for loss in history["val_loss"]] == [42.167]


# Shuffled passes, and the beginning of a fit.


def seen(*data: Any, steps: int, epochs: int) -> list[set[int]]:
    """The samples that each epoch trained on: their weights have moved."""
    made = Sequential([Input((12,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
    made.compile(optimizers.SGD(0.1), "mse")
    epochs_seen: list[set[int]] = []

    def look(epoch: int, logs: Any) -> None:
        epochs_seen.append(set(np.flatnonzero(made.get_weights()[0]).tolist()))
        made.set_weights([np.zeros((12, 1))])

    listener = callbacks.LambdaCallback(on_epoch_end=look)
    made.fit(*data, steps_per_epoch=steps, epochs=epochs, verbose=0, callbacks=[listener])
    return epochs_seen


class Ones(Dataset):
    def __getitem__(self, index: int) -> Any:
        return np.eye(12, dtype=np.float32)[index * SIZE : (index + 1) * SIZE], np.ones((SIZE, 1))


@pytest.mark.parametrize("form", ["arrays", "PyDataset"])
def test_every_pass_has_an_order_of_its_own_and_sees_all(form: str) -> None:
    data = (np.eye(12, dtype=np.float32), np.ones((12, 1)), SIZE) if form == "arrays" else (Ones(),)
    epochs = seen(*data, steps=2, epochs=12)
    passes = [epochs[first] | epochs[first + 1] for first in range(0, 12, 2)]
    assert passes == [set(range(12))] * 6
    assert len({frozenset(epoch) for epoch in epochs[::2]}) > 1


@pytest.mark.parametrize("form", FORMS)
def test_another_fit_begins_with_the_first_batch(form: str) -> None:
    if form == "endless generator":
        pytest.skip("a generator goes on")
    assert losses(*FORMS[form](), initial_epoch=3, epochs=5, steps_per_epoch=1) == [1.667, 16.667]


@pytest.mark.parametrize("form", [form for form in ENDING if form != "arrays"])
@pytest.mark.parametrize("epoch", range(1, 5))
def test_a_training_that_is_resumed_goes_on_in_the_data(form: str, epoch: int, tmp_path: Any) -> None:
    resume(form, epoch, tmp_path, shuffle=False)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("epoch", range(1, 5))
def test_a_training_of_arrays_that_is_resumed_goes_on_in_the_data(epoch: int, shuffle: bool, tmp_path: Any) -> None:
    resume("arrays", epoch, tmp_path, shuffle)


def resume(form: str, epoch: int, tmp_path: Any, shuffle: bool) -> None:
    """A training with backups gives the same losses and weights, whatever epoch it was interrupted in."""

    def made() -> Sequential:
        utils.set_random_seed(3)
        model = Sequential([Input((1,)), Dense(1)])
        model.compile(optimizers.SGD(1e-3), "mse")
        return model

    class StopError(Exception):
        pass

    def stop(number: int, logs: Any) -> None:
        if number == epoch:
            raise StopError

    options = {"epochs": 6, "steps_per_epoch": 3, "shuffle": shuffle, "verbose": 0}
    whole, first, second = made(), made(), made()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole.fit(*FORMS[form](), **options)
        keep = callbacks.BackupAndRestore(tmp_path / "backup")
        with pytest.raises(StopError):
            first.fit(*FORMS[form](), callbacks=[keep, callbacks.LambdaCallback(on_epoch_begin=stop)], **options)
        history = second.fit(*FORMS[form](), callbacks=[callbacks.BackupAndRestore(tmp_path / "backup")], **options)
    assert history.epoch == list(range(epoch, 6))
    for one, other in zip(whole.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
