"""The extension module's derivatives by weights and inputs; the Swift suite checks more values of them."""

import json
import sys

import numpy as np
import pytest
from graph_models import TWO_AND_TWO, inputs, room, targets, two_and_two, weights_of
from swiftcnn import _native

X = inputs()
DY = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2), np.linspace(1, 2, 6, dtype=np.float32)[:, None]


@pytest.fixture
def engine():
    return _native.Model(json.dumps(TWO_AND_TWO), 1)


def derivatives(engine, x=X, dy=DY, **options):
    """Outputs, gradients of the weights, gradients of the inputs."""
    outputs, weights, gradients = (
        room(),
        np.full_like(weights_of(engine), np.nan),
        tuple(np.full_like(each, np.nan) for each in X),
    )
    engine.differentiate(x, dy, outputs=outputs, weight_gradients=weights, input_gradients=gradients, **options)
    return outputs, weights, gradients


def value(engine, x):
    """What DY is the gradient of, by the outputs."""
    out = room()
    engine.predict(x, None, None, out)
    return sum(np.sum(each.astype(float) * gradient) for each, gradient in zip(out, DY, strict=True))


def test_outputs(engine):
    outputs = room()
    engine.predict(X, None, None, outputs)
    for found, expected in zip(derivatives(engine)[0], outputs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_gradients_of_inputs_are_slopes(engine):
    _, _, gradients = derivatives(engine)
    for i, gradient in enumerate(gradients):
        direction = np.random.default_rng(i).normal(size=gradient.shape)
        step = 2.0**-8
        ahead, behind = list(X), list(X)
        ahead[i], behind[i] = X[i] + step * direction, X[i] - step * direction
        slope = (value(engine, tuple(ahead)) - value(engine, tuple(behind))) / (2 * step)
        # The error of a central difference is of the order of step squared, and float32 leaves 1e-4.
        np.testing.assert_allclose(np.sum(gradient * direction), slope, rtol=1e-3)


def test_a_loss_of_ones_own_is_the_engines():
    engine = two_and_two()
    y = targets()
    outputs = derivatives(engine)[0]
    kind, size = np.zeros((6, 2), np.float32), (outputs[1] - y[1]) / 6
    rows = np.arange(6)
    kind[rows, y[0]] = -1 / outputs[0][rows, y[0]] / 6
    expected = np.empty_like(weights_of(engine))
    engine.gradients(X, y, None, False, expected)
    _, weights, _ = derivatives(engine, dy=(kind, size))
    np.testing.assert_allclose(weights, expected, rtol=1e-5, atol=1e-7)


def test_only_what_is_wanted_is_written(engine):
    outputs, weights, gradients = derivatives(engine)
    right = np.empty_like(gradients[1])
    engine.differentiate(X, DY, input_gradients=(None, right))
    np.testing.assert_array_equal(right, gradients[1])
    kind = np.empty_like(outputs[0])
    engine.differentiate(X, DY, outputs=(kind, None))
    np.testing.assert_array_equal(kind, outputs[0])
    alone = np.empty_like(weights)
    engine.differentiate(X, DY, 0, None, None, alone)
    np.testing.assert_array_equal(alone, weights)
    engine.differentiate(X, (None, None))


def test_an_output_without_a_gradient(engine):
    both = derivatives(engine)
    kind, size = derivatives(engine, dy=(DY[0], None)), derivatives(engine, dy=(None, DY[1]))
    np.testing.assert_allclose(kind[1] + size[1], both[1], rtol=1e-5, atol=1e-6)
    assert not kind[1][-6:].any()  # the weights of "size"
    assert kind[1].any()


def test_gradients_of_any_type_and_strides(engine):
    expected = derivatives(engine)
    found = derivatives(engine, dy=(np.asfortranarray(DY[0].astype(np.float64)), np.broadcast_to(DY[1][:, :1], (6, 1))))
    for one, other in zip(expected[2], found[2], strict=True):
        np.testing.assert_array_equal(one, other)


def test_draws(engine):
    architecture = {"input": {"shape": [50]}, "layers": [{"class": "Dropout", "config": {"rate": 0.5}}]}
    engine = _native.Model(json.dumps(architecture), 1)
    x = np.ones((2, 50), np.float32)

    def dropped(draw):
        outputs, gradients = np.empty_like(x), np.empty_like(x)
        engine.differentiate(x, x, 2, draw, outputs, None, gradients)
        np.testing.assert_array_equal(outputs, gradients)
        return outputs

    called = np.empty_like(x)
    engine.call(x, 2, 3, called)
    np.testing.assert_array_equal(dropped(3), called)
    assert (dropped(4) != called).any()
    np.testing.assert_array_equal(dropped(None), dropped(None))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X[0], DY), ValueError, "the model has 2 inputs .* got 1 array"),
        ((X, DY[0]), ValueError, "the model has 2 outputs, got gradients of 1"),
        ((X, None), TypeError, "output_gradients is None"),
        ((X, (DY[1], DY[0])), ValueError, r"output_gradients of output 'kind' must have the shape \(6, 2\).*got \(6, 1\)"),
        ((X, (DY[0][:5], None)), ValueError, r"output 'kind' must have the shape \(6, 2\).*got \(5, 2\)"),
        ((X, (DY[0], "a")), TypeError, r"output_gradients\[1\] is of type str"),
        ((X, (DY[0] * np.inf, None)), ValueError, "output_gradients of output 'kind' holds"),
        ((X, DY, 3), ValueError, "behavior must be an scnn_behavior"),
        ((X, DY, 2, -1), ValueError, "draw is -1; expected None or an integer from 0"),
        ((X, DY, 2, 2**31), ValueError, "draw must be from 0 to 2147483647"),
        ((X, DY, 2, 1.0), TypeError, "draw is 1.0; expected an integer"),
        ((X, DY, 0, None, room()[0]), ValueError, "outputs must have 2 arrays, or none at all; got 1"),
        (
            (X, DY, 0, None, (room()[0], room(5)[1])),
            ValueError,
            "outputs of 'size' must have room for 6 elements, got room for 5",
        ),
        ((X, DY, 0, None, (None, DY[1].astype(float))), TypeError, r"outputs\[1\] must hold writable"),
        ((X, DY, 0, None, None, np.empty(3, np.float32)), ValueError, "weight_gradients must have room for 58 elements"),
        ((X, DY, 0, None, None, ()), TypeError, "weight_gradients is a tuple"),
        ((X, DY, 0, None, None, None, (None,)), ValueError, "input_gradients must have 2 arrays, or none at all; got 1"),
        (
            (X, DY, 0, None, None, None, (None, room()[0])),
            ValueError,
            "input_gradients of 'right' must have room for 18 elements",
        ),
        ((X, DY, 0, None, None, None, (X[0], None)), ValueError, "the memory for input_gradients of 'left' overlaps"),
        ((X, DY, 0, None, (DY[0], None)), ValueError, "the memory for outputs of 'kind' overlaps another array"),
    ],
)
def test_what_does_not_fit(engine, arguments, error, message):
    with pytest.raises(error, match=message):
        engine.differentiate(*arguments)


def test_nothing_is_kept(engine):
    results = (*room(), np.empty_like(weights_of(engine)), *(np.empty_like(each) for each in X))
    objects = (*X, *DY, *results)

    def everything():
        engine.differentiate(X, DY, 2, 1, results[:2], results[2], results[3:])
        for mistake in ((X, (DY[0], "a")), (X, DY, 0, None, results[:1]), (X, DY, 0, None, results[:2], "a")):
            with pytest.raises((TypeError, ValueError)):
                engine.differentiate(*mistake)

    everything()
    before = [sys.getrefcount(each) for each in objects]
    for _ in range(100):
        everything()
    assert [sys.getrefcount(each) for each in objects] == before


def test_weights_stay(engine):
    before = weights_of(engine)
    derivatives(engine, behavior=2, draw=1)
    np.testing.assert_array_equal(weights_of(engine), before)
