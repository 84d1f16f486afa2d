"""Batches that Python gives the engine one by one: what an object must be for that, what is refused, and that nothing is kept."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from swiftcnn import _native

ARCHITECTURE = {
    "format": 1,
    "class": "Sequential",
    "input": {"shape": [4]},
    "layers": [{"class": "Dense", "config": {"units": 2, "activation": "softmax"}}],
}
CONFIGURATION = {
    "optimizer": {"class": "Adam"},
    "loss": {"class": "SparseCategoricalCrossentropy"},
    "metrics": [{"class": "accuracy", "name": "accuracy"}],
}
X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(6, 4)
Y = np.array([0, 1, 0, 1, 0, 1])
W = np.arange(6.0)
BATCHES = [(X[:4], Y[:4], W[:4]), (X[4:], Y[4:], W[4:])]
FAILURES = [KeyError("mine"), StopIteration(), SystemExit(3), KeyboardInterrupt(), ValueError("this one")]


@pytest.fixture
def engine() -> _native.Model:
    return made()


def made() -> _native.Model:
    model = _native.Model(json.dumps(ARCHITECTURE), 1)
    model.compile(json.dumps(CONFIGURATION))
    return model


class Source:
    """Gives these batches in every epoch; `act` is called first thing in each method."""

    def __init__(self, batches: Any = BATCHES, act: Callable[[str], Any] = lambda what: None) -> None:
        self.name: Any = "mine"
        self.steps: Any = len(batches)
        self.batches, self.act = batches, act
        self.left: Iterator[Any] = iter(())

    def begin(self, epoch: int) -> Any:
        self.act("begin")
        self.left = iter(self.batches)
        return True

    def next(self) -> Any:
        self.act("next")
        return next(self.left, None)

    def end(self) -> None:
        self.act("end")


def weights(engine: _native.Model) -> bytes:
    return engine.serialize()


def test_batches_give_the_bits_and_the_events_of_arrays(engine: _native.Model) -> None:
    other, heard, expected = made(), [], []
    options = {"epochs": 3, "class_weight": [1.0, 3.0], "validation_batch_size": 4}
    other.fit(X, Y, W, batch_size=4, shuffle=False, validation=(X, Y), callback=lambda *event: expected.append(event), **options)
    engine.fit_source(Source(), validation=(X, Y), callback=lambda *event: heard.append(event), **options)
    assert heard == expected
    assert engine.epochs == 0  # which counts passes over arrays, whose order follows from it
    assert weights(engine).replace(rb"\"epochs\": 0", rb"\"epochs\": 3") == weights(other)
    assert engine.evaluate_source(Source()) == other.evaluate(X, Y, W, 4)


def test_arrays_are_validated_from_batches(engine: _native.Model) -> None:
    other, heard, expected = made(), [], []
    options = {"batch_size": 4, "epochs": 4, "validation_epochs": [1, 3]}
    other.fit(X, Y, **options, validation=(X, Y, W), callback=lambda *event: expected.append(event))
    engine.fit(X, Y, **options, validation=Source(), callback=lambda *event: heard.append(event))
    assert heard == expected
    assert [event[1] for event in heard if event[0] == 4] == [1, 3]


def test_an_epoch_is_begun_and_ended(engine: _native.Model) -> None:
    calls: list[str] = []
    engine.fit_source(Source(act=calls.append), epochs=2)
    assert calls == ["begin", "next", "next", "next", "end"] * 2
    calls.clear()
    engine.fit_source(Source(act=calls.append), epochs=2, callback=lambda kind, *_: kind == 3)
    assert calls == ["begin", "next", "end"]


def test_a_batch_is_locked_until_the_next_one_is_asked_for(engine: _native.Model) -> None:
    data = [bytearray(X.tobytes()) for _ in range(2)]
    locked: list[list[bool]] = []

    def is_locked(each: bytearray) -> bool:
        try:
            each.append(0)
        except BufferError:
            return True
        each.pop()
        return False

    def batches() -> Iterator[Any]:
        for each in data:
            yield memoryview(each).cast("f", (6, 4)), Y

    source = Source(act=lambda what: locked.append([is_locked(each) for each in data]))
    source.batches, source.steps = batches(), 2
    engine.fit_source(source, callback=lambda kind, *_: kind == 2 and locked.append([is_locked(each) for each in data]) and 0)
    assert locked == [[False] * 2, [False] * 2, [True, False], [False] * 2, [False, True], [False] * 2, [False] * 2]


@pytest.mark.parametrize("place", ["begin", "next", "end"])
@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_what_a_source_raises_passes_through(engine: _native.Model, place: str, error: BaseException) -> None:
    def fail(what: str) -> None:
        if what == place:
            raise error

    calls = [
        lambda: engine.fit_source(Source(act=fail)),
        lambda: engine.fit_source(Source(), validation=Source(act=fail)),
        lambda: engine.fit(X, Y, validation=Source(act=fail)),
        lambda: engine.evaluate_source(Source(act=fail)),
    ]
    for call in calls:
        with pytest.raises(type(error)) as caught:
            call()
        assert caught.value is error
    engine.fit_source(Source())  # not busy


def test_what_was_learned_before_an_error_stays(engine: _native.Model) -> None:
    other = made()
    other.train_on_batch(*BATCHES[0])
    with pytest.raises(ValueError, match=r"^batch 1 of mine: y holds 2 at sample 0"):
        engine.fit_source(Source([BATCHES[0], (X, Y + 2)]))
    out, expected = np.empty(10, np.float32), np.empty(10, np.float32)
    for model, target in ((engine, out), (other, expected)):
        model.get_weight(0, target[:8])
        model.get_weight(1, target[8:])
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ((X.astype(np.complex64), Y), TypeError, "batch 1 of mine: x has elements of dtype complex64"),
        ((X, "text"), TypeError, "batch 1 of mine: y is of type str"),
        ((X, None), TypeError, "batch 1 of mine: y is None"),
        ((X, Y, (W, W)), ValueError, "batch 1 of mine: sample_weight is given for 2 outputs, y for 1"),
        ((X[:, :3], Y), ValueError, r"batch 1 of mine: x must have the shape \(None, 4\)"),
        ((X, Y[:3]), ValueError, "batch 1 of mine: x and y must have the same number of samples"),
        ((X[:0], Y[:0]), ValueError, "batch 1 of mine: x has no samples"),
        (X, TypeError, r"(?s)batch 1 of mine: the batch is .*; expected None or a tuple \(x, y\)"),
        ((X,), TypeError, r"(?s)batch 1 of mine: the batch is .*; expected None or a tuple \(x, y\)"),
    ],
)
def test_a_batch_that_cannot_be_used_is_named(engine: _native.Model, batch: Any, error: Any, message: str) -> None:
    for call in (engine.fit_source, engine.evaluate_source):
        with pytest.raises(error, match=message):
            call(Source([BATCHES[0], batch]))


@pytest.mark.parametrize(
    ("attribute", "value", "error", "message"),
    [
        ("name", 3, TypeError, "the source's name is 3; expected a str"),
        ("name", "a\0b", ValueError, "null character"),
        ("steps", None, TypeError, "the source's steps is None; expected an integer"),
        ("steps", -1, ValueError, "the batches of mine are -1; expected 0"),
        ("batches", [], ValueError, "mine gave no batch"),
        ("begin", None, TypeError, "not callable"),
        ("begin", lambda epoch: np.zeros(2), ValueError, "truth value"),
    ],
)
def test_a_source_that_is_none(engine: _native.Model, attribute: str, value: Any, error: Any, message: str) -> None:
    source = Source()
    setattr(source, attribute, value)
    for call in (engine.fit_source, engine.evaluate_source, lambda source: engine.fit(X, Y, validation=source)):
        with pytest.raises(error, match=message):
            call(source)
    for other in (None, X, 3):
        with pytest.raises(AttributeError):
            engine.fit_source(other)


def test_validation_epochs_are_integers(engine: _native.Model) -> None:
    for value, error in ((["a"], TypeError), ([1.5], TypeError), (3, TypeError)):
        with pytest.raises(error):
            engine.fit(X, Y, validation=(X, Y), validation_epochs=value)
    engine.fit(X, Y, validation=(X, Y), validation_epochs=[10**30, -(10**30)])


def test_a_source_that_has_no_more_ends_the_training_and_leaves_out_validations(engine: _native.Model) -> None:
    source, held, heard = Source(), Source(), []
    source.begin = lambda epoch: epoch < 3 and Source.begin(source, epoch)  # type: ignore[method-assign]
    held.begin = lambda epoch: epoch < 1 and Source.begin(held, epoch)  # type: ignore[method-assign]
    engine.fit_source(source, epochs=9, validation=held, callback=lambda *event: heard.append(event) and 0)
    assert [len(event[-1]) for event in heard if event[0] == 8] == [4, 2, 2]
    assert heard[-1][:2] == (9, 2)
    source.begin = lambda epoch: False  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="mine has no more batches"):
        engine.evaluate_source(source)


def test_a_source_may_use_the_model(engine: _native.Model) -> None:
    out = np.empty((6, 2), np.float32)

    def act(what: str) -> None:
        engine.predict(X, None, None, out)
        engine.evaluate_source(Source())
        with pytest.raises(RuntimeError, match="already being fitted"):
            engine.fit_source(Source())

    engine.fit_source(Source(act=act), validation=Source(act=act))


def test_no_call_keeps_a_reference(engine: _native.Model) -> None:
    def fail(what: str) -> None:
        if what != "begin":
            raise KeyError

    batch = (X, Y, W)
    good, bad, failing = Source([batch]), Source([batch, (X, None)]), Source([batch], fail)
    unnamed = Source([batch])
    unnamed.name = 3
    objects = (X, Y, W, batch, good, bad, failing, unnamed)

    def everything() -> None:
        engine.fit_source(good, validation=good)
        engine.fit(X, Y, W, validation=good, validation_epochs=[0])
        for source in (bad, failing, unnamed):
            for call in (engine.fit_source, engine.evaluate_source):
                with pytest.raises((KeyError, TypeError)):
                    call(source)
            with pytest.raises((KeyError, TypeError)):
                engine.fit_source(good, validation=source)
        with pytest.raises(TypeError):
            engine.fit_source(good, validation=good, validation_epochs=["a"])

    everything()
    before = [sys.getrefcount(each) for each in objects]
    for _ in range(100):
        everything()
    assert [sys.getrefcount(each) for each in objects] == before
