"""The extension module with models of several inputs and outputs: tuples of arrays, and mistakes with them."""

import json
import sys

import numpy as np
import pytest
from graph_models import KIND_AND_SIZE, ONLY_KIND, TWO_AND_TWO, inputs, room, targets, two_and_two, weights_of
from swiftcnn import _native


@pytest.fixture
def engine():
    return two_and_two()


def predicted(engine, x):
    out = room(len(x[0]))
    engine.predict(x, None, None, out)
    return out


def losses(engine, x, y, weight=None):
    """Cross-entropy and squared error by hand."""
    kind, size = (each.astype(float) for each in predicted(engine, x))
    first, second = -np.log(kind[np.arange(len(kind)), y[0]]), ((size - y[1]) ** 2)[:, 0]
    weights = (1, 1) if weight is None else weight
    return np.mean(first * weights[0]), np.mean(second * weights[1])


# What the calls compute.


def test_predict_and_call(engine):
    x = inputs()
    whole = predicted(engine, x)
    np.testing.assert_allclose(whole[0].sum(1), 1, rtol=1e-5)
    by_parts = room()
    engine.predict(x, 4, None, by_parts)
    called = room()
    engine.call(x, 0, 0, called)
    for other in (by_parts, called):
        np.testing.assert_array_equal(other[0], whole[0])
        np.testing.assert_array_equal(other[1], whole[1])


def test_evaluate(engine):
    x, y = inputs(), targets()
    values = engine.evaluate(x, y, None, 4)
    first, second = losses(engine, x, y)
    np.testing.assert_allclose(values[:3], [first + 0.5 * second, first, second], rtol=1e-5)
    correct = np.mean(predicted(engine, x)[0].argmax(1) == y[0])
    assert values[3] == correct
    assert values[4:] == [6 * correct, 6]  # the tallies of the accuracy


def test_sample_weights(engine):
    x, y = inputs(), targets()
    weights = np.arange(6.0), np.linspace(2, 0, 6)
    first, second = losses(engine, x, y, weights)
    np.testing.assert_allclose(engine.evaluate(x, y, weights)[1:3], [first, second], rtol=1e-5)
    first, second = losses(engine, x, y, (1, weights[1]))
    np.testing.assert_allclose(engine.evaluate(x, y, (None, weights[1]))[1:3], [first, second], rtol=1e-5)
    assert engine.evaluate(x, y, (None, None)) == engine.evaluate(x, y)


def test_class_weights():
    x, y = inputs(), targets()
    of_classes = np.where(y[0] == 0, 0.5, 3.0)
    by_class, by_sample = two_and_two(), two_and_two()
    by_class.train_on_batch(x, y, None, ([0.5, 3.0], None))
    by_sample.train_on_batch(x, y, (of_classes, None))
    np.testing.assert_array_equal(weights_of(by_class), weights_of(by_sample))
    by_class.fit(x, y, class_weight=([0.5, 3.0], None), batch_size=4, epochs=2)
    by_sample.fit(x, y, (of_classes, None), batch_size=4, epochs=2)
    np.testing.assert_array_equal(weights_of(by_class), weights_of(by_sample))


def test_gradients_follow_the_loss(engine):
    x, y = inputs(), targets()
    gradients = np.empty_like(weights_of(engine))
    loss = engine.gradients(x, y, None, False, gradients)
    assert loss == engine.evaluate(x, y)[0]
    before = weights_of(engine)
    engine.train_on_batch(x, y)
    np.testing.assert_allclose(weights_of(engine), before - np.float32(0.05) * gradients, rtol=1e-6, atol=1e-7)


def test_fit_validates(engine):
    x, y = inputs(20), targets(20)
    heard = []
    engine.fit(x, y, validation=(inputs(), targets(), (None, np.ones(6))), epochs=3, callback=lambda *event: heard.append(event))
    (last,) = [event[6] for event in heard if event[0] == 8 and event[1] == 2]
    assert len(last) == 8
    np.testing.assert_allclose(last[4:], engine.evaluate(inputs(), targets())[:4], rtol=1e-6)


def test_an_output_without_a_loss_needs_no_target():
    x, y = inputs(), targets()
    engine = two_and_two(ONLY_KIND)
    assert engine.evaluate(x, (y[0], None)) == engine.evaluate(x, y)
    engine.fit(x, (y[0], None), validation=(x, (y[0], None)))
    engine.train_on_batch(x, (y[0], None), (np.ones(6), None))


def test_a_tuple_of_one_is_an_array():
    architecture = {"format": 1, "input": {"shape": [4]}, "layers": [{"class": "Dense", "config": {"units": 1}}]}
    engine = _native.Model(json.dumps(architecture), 1)
    engine.compile(json.dumps({"optimizer": {"class": "SGD"}, "loss": {"class": "MeanSquaredError"}}))
    x, y = inputs()[0], targets()[1]
    assert engine.evaluate((x,), (y,), (np.ones(6),)) == engine.evaluate(x, y, np.ones(6)) == engine.evaluate((x,), y)
    one, other = np.empty((6, 1), np.float32), np.empty((6, 1), np.float32)
    engine.predict((x,), None, None, one)
    engine.predict(x, None, None, (other,))
    np.testing.assert_array_equal(one, other)


# What a model tells of itself.


def test_numbers_without_json(engine):
    assert (engine.iterations, engine.epochs, engine.tally_counts) == (0, 0, (2,))
    engine.fit(inputs(), targets(), batch_size=4, epochs=3)
    engine.train_on_batch(inputs(), targets())
    assert (engine.iterations, engine.epochs) == (7, 3)
    assert _native.Model(json.dumps(TWO_AND_TWO), 1).tally_counts == ()
    with pytest.raises(AttributeError):
        engine.iterations = 3


@pytest.mark.parametrize("of_a_model", [True, False])
def test_shapes(engine, of_a_model):
    described = json.loads(engine.describe() if of_a_model else _native.describe_architecture(json.dumps(TWO_AND_TWO)))
    assert described["input_names"] == ["left", "right"]
    assert described["input_shapes"] == [[4], [3]]
    assert described["output_names"] == ["kind", "size"]
    assert described["output_shapes"] == [[2], [1]]
    assert [layer["output_shapes"] for layer in described["layers"]] == [[[7]], [[5]], [[2]], [[1]]]


def test_shapes_of_a_layer_that_is_called_twice():
    architecture = {
        "format": 2,
        "class": "Functional",
        "inputs": [{"name": "image", "shape": [8, 8, 1]}],
        "layers": [{"class": "MaxPooling2D"}],
        "nodes": [[0, 0], [0, 1]],
        "outputs": [1, 2],
    }
    described = json.loads(_native.describe_architecture(json.dumps(architecture)))
    assert described["layers"][0]["output_shapes"] == [[4, 4, 1], [2, 2, 1]]
    assert described["layers"][0]["output_shape"] == [4, 4, 1]


# Mistakes.


def attempts(engine, x, y, weight=None):
    """Each call that takes samples."""
    yield lambda: engine.evaluate(x, y, weight)
    yield lambda: engine.fit(x, y, weight)
    yield lambda: engine.train_on_batch(x, y, weight)
    yield lambda: engine.gradients(x, y, weight, True, np.empty_like(weights_of(engine)))
    yield lambda: engine.fit(inputs(), targets(), validation=(x, y, weight))


X, Y = inputs(), targets()


@pytest.mark.parametrize(
    ("x", "y", "weight", "error", "message"),
    [
        (X[0], Y, None, ValueError, r"the model has 2 inputs \('left', 'right'\), got 1 array"),
        ((), Y, None, ValueError, "the model has 2 inputs .* got 0 arrays"),
        ((*X, X[0]), Y, None, ValueError, "the model has 2 inputs .* got 3 arrays"),
        ((X[1], X[0]), Y, None, ValueError, r"x of input 'left' must have the shape \(None, 4\), got \(6, 3\)"),
        ((X[0], X[1][:5]), Y, None, ValueError, "same number of samples; x of input 'left' has 6, x of input 'right' has 5"),
        ((X[0], None), Y, None, TypeError, r"x\[1\] is None; expected an array"),
        ((X[0], [1, 2, 3]), Y, None, TypeError, r"x\[1\] is of type list.*numpy.asarray\(x\[1\]\)"),
        (list(X), Y, None, TypeError, "x is of type list"),
        (X, Y[0], None, ValueError, "the model has 2 outputs, got targets for 1"),
        (X, (), None, ValueError, "the model has 2 outputs, got targets for 0"),
        (X, (Y[0], None), None, ValueError, "y of output 'size' is missing"),
        (X, (None, Y[1]), None, ValueError, "y of output 'kind' is missing"),
        (X, None, None, TypeError, "y is None; expected an array"),
        (X, (Y[0], "text"), None, TypeError, r"y\[1\] is of type str"),
        (X, (Y[0], Y[1][:4]), None, ValueError, r"x and y of output 'size' must have the same number.*\(4, 1\)"),
        (X, (Y[0] + 1, Y[1]), None, ValueError, "y of output 'kind' holds 2 at sample 1"),
        (X, Y, np.ones(6), ValueError, "sample_weight is given for 1 outputs, y for 2; expected the same number"),
        (X, Y, (np.ones(6),) * 3, ValueError, "sample_weight is given for 3 outputs"),
        (X, Y, (None, np.ones(5)), ValueError, r"sample_weight of output 'size' must have the shape \(6,\)"),
        (X, Y, (None, -np.ones(6)), ValueError, "sample_weight of output 'size' holds -1.0 at sample 0"),
        (X, Y, (None, {}), TypeError, r"sample_weight\[1\] is of type dict"),
        ((X[0], np.full((6, 3), np.nan)), Y, None, ValueError, "x of input 'right' holds nan at sample 0, element 0"),
        ((X[0], X[1].astype("c8")), Y, None, TypeError, r"x\[1\] has elements of dtype complex64.*x\[1\].astype"),
    ],
)
def test_samples_that_do_not_fit(engine, x, y, weight, error, message):
    before = weights_of(engine)
    for attempt in attempts(engine, x, y, weight):
        with pytest.raises(error, match=message):
            attempt()
    np.testing.assert_array_equal(weights_of(engine), before)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0, 2.0], ValueError, "the model has 2 outputs, got class weights for 1"),
        ((None, None, None), ValueError, "the model has 2 outputs, got class weights for 3"),
        ((1.0, 2.0), TypeError, r"class_weight\[0\] is 1.0; expected None or a sequence of numbers"),
        (2.0, TypeError, "class_weight is 2.0; expected None or a sequence of numbers"),
        (([1.0, "a"], None), TypeError, r"class_weight\[0\]\[1\] is 'a'; expected a number"),
        (([1.0, -1.0], None), ValueError, "class_weight holds -1.0"),
    ],
)
def test_class_weights_that_do_not_fit(engine, weights, error, message):
    for call in (engine.fit, engine.train_on_batch):
        with pytest.raises(error, match=message):
            call(X, Y, class_weight=weights)


@pytest.mark.parametrize(
    ("out", "error", "message"),
    [
        (room()[0], ValueError, "the model has 2 outputs, got room for 1"),
        ((), ValueError, "the model has 2 outputs, got room for 0"),
        ((room()[0], None), TypeError, r"out\[1\] is None"),
        ((room()[0], np.empty((6, 1))), TypeError, r"out\[1\] must hold writable, C-contiguous, aligned float32"),
        ((room()[0], room(5)[1]), ValueError, "the predictions of output 'size' of 6 samples have 6 elements, got room for 5"),
        ((room()[1], room()[0]), ValueError, "the predictions of output 'kind' of 6 samples have 12 elements, got room for 6"),
    ],
)
def test_outputs_that_do_not_fit(engine, out, error, message):
    for behavior in (0, 2):
        with pytest.raises(error, match=message):
            engine.call(X, behavior, 0, out)
    with pytest.raises(error, match=message):
        engine.predict(X, None, None, out)


def test_outputs_must_not_overlap(engine):
    memory = np.zeros(60, np.float32)
    x = (memory[:24].reshape(6, 4), memory[24:42].reshape(6, 3))
    first, second = room()
    for out, message in (
        ((memory[41:53], second), "the output overlaps x"),
        ((first, memory[23:29]), "the output overlaps x"),
        ((memory[42:54], memory[53:59]), "the memory for output 'size' overlaps that for another"),
    ):
        with pytest.raises(ValueError, match=message):
            engine.predict(x, None, None, out)
    np.testing.assert_array_equal(memory, 0)
    engine.predict(x, None, None, (memory[42:54], memory[54:]))


# Nothing is kept.


def test_no_call_keeps_a_reference(engine):
    out = room()
    objects = (*X, *Y, *out)
    gradients = np.empty_like(weights_of(engine))

    def attempt(call, *arguments, **options):
        try:
            call(*arguments, **options)
        except (TypeError, ValueError):
            return

    def everything():
        attempt(engine.fit, X, Y, (Y[1][:, 0], None), validation=(X, Y, (None, Y[0])), class_weight=([1.0], None))
        attempt(engine.fit, X, Y, validation=(X, (Y[0], "a")))
        attempt(engine.fit, X, (Y[0], 3))
        attempt(engine.evaluate, (X[0], None), Y)
        attempt(engine.evaluate, X, Y, Y[0])
        attempt(engine.predict, X, None, None, out)
        attempt(engine.predict, X, None, None, (out[0], out[1][::2]))
        attempt(engine.call, X, 2, 0, out)
        attempt(engine.gradients, X, Y, (None, Y[0]), True, gradients)
        attempt(engine.train_on_batch, X, Y, None, ([1.0, 2.0], ["a"]))

    everything()
    before = [sys.getrefcount(each) for each in objects]
    for _ in range(100):
        everything()
    assert [sys.getrefcount(each) for each in objects] == before


def test_the_configuration_comes_back(engine):
    heads = json.loads(engine.describe())["compiled"]["heads"]
    assert [head["loss_weight"] for head in heads] == [1, 0.5]
    again = _native.Model.deserialize(engine.serialize())
    assert again.evaluate(X, Y) == engine.evaluate(X, Y)
    again.compile(json.dumps(KIND_AND_SIZE))
