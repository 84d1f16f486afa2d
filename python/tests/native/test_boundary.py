"""The extension module itself: what it takes, what it refuses and in which words, and that it keeps nothing."""

import array
import json
import mmap
import sys
from pathlib import Path

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
    "optimizer": {"class": "SGD"},
    "loss": {"class": "SparseCategoricalCrossentropy"},
    "metrics": [{"class": "accuracy", "name": "accuracy"}],
}


@pytest.fixture
def engine():
    model = _native.Model(json.dumps(ARCHITECTURE), 1)
    model.compile(json.dumps(CONFIGURATION))
    return model


@pytest.fixture
def x():
    return np.linspace(-1, 1, 24, dtype=np.float32).reshape(6, 4)


@pytest.fixture
def y():
    return np.array([0, 1, 0, 1, 0, 1])


def predict(engine, x):
    out = np.empty((len(x), 2), np.float32)
    engine.predict(x, None, None, out)
    return out


# Inputs.


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda data: array.array("B", data)])
def test_anything_with_a_buffer_is_an_array(engine, make):
    data = bytes(range(24))
    view = memoryview(make(data)).cast("B", (6, 4))
    expected = predict(engine, np.frombuffer(data, np.uint8).reshape(6, 4))
    np.testing.assert_array_equal(predict(engine, view), expected)


def test_a_memory_mapped_file_is_an_array(engine, x, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(x.tobytes())
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        view = memoryview(mapped).cast("f", (6, 4))
        np.testing.assert_array_equal(predict(engine, view), predict(engine, x))
        view.release()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "x is None; expected an array"),
        ([[1.0, 2.0, 3.0, 4.0]], "x is of type list; expected an array.*numpy.asarray"),
        ("text", "x is of type str; expected an array"),
        (np.zeros((2, 4), object), "dtype object; expected bool, integers.*astype"),
        (np.zeros((2, 4), "U3"), "dtype <U3"),
        (np.zeros((2, 4), "S3"), r"dtype \|S3"),
        (np.zeros((2, 4), np.complex64), "dtype complex64"),
        (np.zeros((2, 4), np.longdouble), "dtype float128"),
        (np.zeros((2, 4), "M8[s]"), r"dtype datetime64\[s\]"),
        (np.zeros((2, 4), [("a", "f4"), ("b", "f4")]), "dtype .*'a'"),
        (memoryview(b"abcd").cast("c"), "format 'c'"),
    ],
)
def test_what_is_no_array_of_numbers(engine, value, message):  # bad input 21
    with pytest.raises(TypeError, match=message):
        engine.predict(value, None, None, np.empty((2, 2), np.float32))


def test_more_axes_than_the_interface_has(engine):
    with pytest.raises(ValueError, match="x has 9 dimensions; expected 8 at most"):
        engine.predict(np.zeros((1,) * 9, np.float32), None, None, np.empty(2, np.float32))


def test_an_array_is_locked_while_the_engine_reads_it(engine, x, y):  # bad input 28
    data = bytearray(x.tobytes())
    view = memoryview(data).cast("f", (6, 4))
    with pytest.raises(BufferError):
        engine.fit(view, y, callback=lambda *_: data.clear())
    view.release()
    data.clear()  # and unlocked afterwards


# Outputs.


@pytest.mark.parametrize(
    "out",
    [
        np.empty((6, 2), np.float64),
        np.empty((6, 2), np.dtype(np.float32).newbyteorder()),
        np.empty((6, 2), np.float32, order="F"),
        np.empty((6, 4), np.float32)[:, ::2],
        np.empty(49, np.uint8)[1:].view(np.float32).reshape(6, 2),
        np.broadcast_to(np.float32(0), (6, 2)),
    ],
    ids=["float64", "byte order", "column major", "strided", "misaligned", "read-only"],
)
def test_outputs_must_be_plain_floats(engine, x, out):  # bad inputs 25, 26
    with pytest.raises(TypeError, match=r"out must hold writable, C-contiguous, aligned float32.*numpy.empty"):
        engine.predict(x, None, None, out)


@pytest.mark.parametrize("size", [0, 11, 13])
def test_outputs_must_have_the_right_size(engine, x, size):
    with pytest.raises(ValueError, match=f"12 elements.*{size}"):
        engine.predict(x, None, None, np.empty(size, np.float32))


def test_output_must_not_overlap_the_input(engine):  # bad input 29
    memory = np.ones(36, np.float32)
    for start in (1, 11, 12, 24):
        with pytest.raises(ValueError, match="output overlaps x"):
            engine.predict(memory[12:].reshape(6, 4)[::-1], None, None, memory[start : start + 12])
    np.testing.assert_array_equal(memory, 1)
    engine.predict(memory[12:].reshape(6, 4), None, None, memory[:12])


# Plain arguments.


@pytest.mark.parametrize("value", [True, 1.0, float("nan"), "1", np.float32(1), np.True_, [1]])
def test_integers_are_due(engine, x, y, value):  # bad input 20
    for name in ("batch_size", "epochs", "initial_epoch", "steps_per_epoch", "validation_steps", "validation_freq"):
        with pytest.raises(TypeError, match=f"{name} is .*; expected an integer"):
            engine.fit(x, y, **{name: value})
    with pytest.raises(TypeError, match=r"steps is .*; expected an integer"):
        engine.evaluate(x, y, None, 2, value)


def test_integers_beyond_64_bits(engine, x, y):  # bad input 18
    assert engine.evaluate(x, y, None, 10**30) == engine.evaluate(x, y, None, np.int16(6))
    with pytest.raises(ValueError, match="batch_size"):
        engine.evaluate(x, y, None, -(10**30))


@pytest.mark.parametrize(
    ("seed", "error"), [(-1, ValueError), (2**64, ValueError), (1.0, TypeError), (None, TypeError), (True, TypeError)]
)
def test_a_seed_has_64_bits(seed, error):
    with pytest.raises(error, match=r"seed is .*; expected an integer"):
        _native.Model(json.dumps(ARCHITECTURE), seed)
    assert _native.Model(json.dumps(ARCHITECTURE), 2**64 - 1).describe()


@pytest.mark.parametrize(
    ("architecture", "error", "message"),
    [
        (b"{}", TypeError, "architecture is b'{}'; expected a str"),
        ("{}\0", ValueError, "null character at byte 2"),
        ("\ud800", ValueError, "surrogates"),
        ("", ValueError, "JSON"),
    ],
)
def test_an_architecture_is_text(architecture, error, message):
    with pytest.raises(error, match=message):
        _native.Model(architecture, 1)


def test_a_model_cannot_be_made_empty():
    with pytest.raises(TypeError, match="not safe"):
        object.__new__(_native.Model)
    with pytest.raises(TypeError, match="architecture"):
        _native.Model.__new__(_native.Model)


def test_a_model_cannot_be_copied_past_the_engine(engine):
    with pytest.raises(TypeError, match="pickle"):
        engine.__reduce_ex__(4)


@pytest.mark.parametrize("validation", ["x", [], (1,), (1, 2, 3, 4)])
def test_validation_is_a_tuple(engine, x, y, validation):
    with pytest.raises(TypeError, match=r"expected None or a tuple \(x, y\)"):
        engine.fit(x, y, validation=validation)


def test_class_weights_are_numbers(engine, x, y):
    with pytest.raises(TypeError, match=r"class_weight\[1\] is 'a'; expected a number"):
        engine.fit(x, y, class_weight=[1, "a"])


@pytest.mark.parametrize("rate", [-1.0, float("nan"), float("inf")])
def test_learning_rates_that_cannot_be(engine, rate):  # bad input 40
    with pytest.raises(ValueError, match="learning_rate"):
        engine.learning_rate = rate
    with pytest.raises(AttributeError, match="cannot be deleted"):
        del engine.learning_rate
    assert engine.learning_rate == 0.01


@pytest.mark.parametrize("threads", [0, -1, 257, 2**40])
def test_thread_numbers_that_cannot_be(threads):
    before = json.loads(_native.build_info())["threads"]
    with pytest.raises(ValueError, match="256"):
        _native.set_num_threads(threads)
    assert json.loads(_native.build_info())["threads"] == before


def test_paths(engine, tmp_path):
    path = tmp_path / "ein Modell ü.safetensors"
    for spelling in (path, str(path), str(path).encode()):
        engine.save(spelling)
        assert _native.Model.load(spelling).serialize() == engine.serialize()
        path.unlink()
    with pytest.raises(ValueError, match="null byte"):
        engine.save("a\0b")
    with pytest.raises(ValueError, match="not valid UTF-8"):
        engine.save(b"\xff")
    with pytest.raises(OSError, match="missing"):
        _native.Model.load(tmp_path / "missing")


# Callbacks.


def test_a_true_answer_stops(engine, x, y):
    heard = []
    engine.fit(x, y, batch_size=2, epochs=100, callback=lambda kind, *_: heard.append(kind) or kind == 3)
    assert heard.count(3) == 1
    assert heard[-1] == 9


def test_a_callback_gets_plain_values(engine, x, y):
    heard = []
    engine.fit(x, y, batch_size=4, callback=lambda *event: heard.append(event))
    kind, epoch, epochs, batch, batches, samples, values = next(event for event in heard if event[0] == 3)
    assert (kind, epoch, epochs, batch, batches, samples) == (3, 0, 1, 0, 2, 4)
    assert [type(value) for value in values] == [float, float]


@pytest.mark.parametrize("error", [KeyError("mine"), StopIteration(), SystemExit(3), MemoryError()])
def test_what_a_callback_raises_passes_through(engine, x, y, error):  # bad input 68
    def fail(*_):
        raise error

    for call in (engine.fit, engine.evaluate):
        with pytest.raises(type(error)) as caught:
            call(x, y, callback=fail)
        assert caught.value is error
    with pytest.raises(type(error)):
        engine.predict(x, None, None, np.empty((6, 2), np.float32), fail)
    engine.fit(x, y)  # not busy


def test_an_answer_without_truth(engine, x, y):
    with pytest.raises(ValueError, match="truth value"):
        engine.fit(x, y, callback=lambda *_: np.zeros(2))


def test_a_callback_is_callable(engine, x, y):
    with pytest.raises(TypeError, match="callback is 3; expected None or something that can be called"):
        engine.fit(x, y, callback=3)


# Nothing is kept.


def test_no_call_keeps_a_reference(engine, x, y):
    def quiet(*_):
        return 0

    def fail(*_):
        raise KeyError

    out = np.empty((6, 2), np.float32)
    objects = (x, y, out, quiet, fail)

    def attempt(call, *arguments, **options):
        try:
            call(*arguments, **options)
        except (TypeError, ValueError, KeyError):
            return

    def everything():
        attempt(engine.fit, x, y, x, validation=(x, y, y), callback=quiet)
        attempt(engine.fit, x, y, validation=(x, y), class_weight=[1.0, 2.0], callback=quiet)
        attempt(engine.fit, x, None, callback=fail)
        attempt(engine.fit, x, y, callback=fail)
        attempt(engine.evaluate, x, y, y, "a")
        attempt(engine.evaluate, x, y, None, 2, 0, fail)
        attempt(engine.predict, x, None, None, out, fail)
        attempt(engine.predict, x, None, None, out[:1])
        attempt(engine.gradients, x, y, None, True, out)
        attempt(engine.train_on_batch, x, y, y, [1.0, "a"])
        attempt(engine.set_weight, 0, out)
        attempt(engine.get_weight, 99, out)

    everything()
    before = [sys.getrefcount(each) for each in objects]
    for _ in range(100):
        everything()
    assert [sys.getrefcount(each) for each in objects] == before


def test_calls_keep_no_memory(engine, x, y):  # bad input 67
    out = np.empty((6, 2), np.float32)

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE

    def call(times):
        for _ in range(times):
            engine.predict(x, None, None, out)

    call(10_000)
    before = resident()
    call(100_000)
    assert resident() - before < 1 << 20
