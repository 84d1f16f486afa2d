"""Symbolic tensors: layers go on from them, and whatever else is tried says so."""

import copy
import operator
import pickle

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, activations, layers

REFUSED = r"cannot be applied to a symbolic tensor, to which \+, -, \*, / and slices apply"


def symbols():
    inputs = Input((8, 8, 1))
    return [inputs, layers.Conv2D(2, 3)(inputs), Sequential([Input((4,)), layers.Dense(2)]).output]


ARITHMETIC = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.iadd,
    np.add,
    np.subtract,
    np.multiply,
    np.divide,
]
OTHERS = [
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.matmul,
    operator.and_,
    operator.or_,
    operator.xor,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    np.maximum,
    np.greater,
]
X = np.random.default_rng(1).random((3, 5, 6, 2), np.float32) + 0.5


def computed(function, *arrays):
    """What a function of symbolic tensors computes of arrays."""
    inputs = [Input(array.shape[1:]) for array in arrays]
    return Model(inputs, function(*inputs)).predict(list(arrays), verbose=0)


@pytest.mark.parametrize("function", ARITHMETIC, ids=lambda function: function.__name__)
def test_arithmetic_is_computed(function):
    other = X[:, ::-1, :, :1].copy()
    with_numpy = {operator.iadd: operator.add}.get(function, function)
    np.testing.assert_allclose(computed(function, X, other), with_numpy(X, other), rtol=1e-6)
    for constant in (2, 0.5, np.float32(3), [0.5, 4], np.array([[2, 3]])):
        np.testing.assert_allclose(
            computed(lambda x, c=constant: function(x, c), X), with_numpy(X, constant), rtol=1e-6, atol=1e-6
        )
        is_in_an_array = function is operator.iadd and isinstance(constant, np.ndarray)  # which cannot hold a tensor
        if with_numpy not in (operator.truediv, np.divide) and not isinstance(constant, list) and not is_in_an_array:
            found = computed(lambda x, c=constant: function(c, x), X)
            np.testing.assert_allclose(found, with_numpy(constant, X), rtol=1e-6, atol=1e-6)


def test_a_tensor_may_be_used_twice_and_negated():
    np.testing.assert_allclose(computed(lambda x: -(x + x) * x, X), -(X + X) * X, rtol=1e-6)


INDICES = [
    np.s_[:, 1:],
    np.s_[:, 1:4, ::2],
    np.s_[:, ::-1, -2::-2],
    np.s_[..., 0],
    np.s_[..., :1],
    np.s_[:, 2],
    np.s_[:, -1, 3],
    np.s_[:, :, None],
    np.s_[:, 1, 2, 1],
    np.s_[:],
    np.s_[...],
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_slices_are_numpy_s(index):
    expected = X[index]
    np.testing.assert_array_equal(computed(lambda x: x[index], X), expected if expected.ndim > 1 else expected[:, None])


def test_operations_are_no_layers_but_stand_in_the_summary(capsys):
    x = Input((4,), name="x")
    model = Model(x, layers.Dense(2)(x / 255.0 + 1))
    assert [layer.name for layer in model.layers] == ["x", "dense"]
    model.summary()
    shown = capsys.readouterr().out
    assert "true_divide (TrueDivide)" in shown
    assert "add (Add)" in shown


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: x[0], ValueError, "the batch axis of a symbolic tensor cannot be cut"),
        (lambda x: x[:, 9], IndexError, "index 9 is out of range for an axis of size 5"),
        (lambda x: x[:, 5:], ValueError, "takes nothing of an axis of size 5"),
        (lambda x: x[:, :, :, :, 0], IndexError, "too many indices"),
        (lambda x: x[:, "a"], TypeError, "indexed by integers, slices, None and"),
        (lambda x: x[:, "a":], TypeError, r"the parts of a slice .* must be integers or None, received slice\('a', None, None\)"),
        (lambda x: x[:, 0:1.5], TypeError, r"must be integers or None, received slice\(0, 1.5, None\)"),
        (lambda x: x + np.ones((5, 1, 1)), ValueError, r"one for each index of the last axis, shape \(2,\)"),
        (lambda x: x * "a", TypeError, r"\* takes symbolic tensors, numbers and arrays, received 'a'"),
        (lambda x: x - None, TypeError, "- takes symbolic tensors"),
        (lambda x: 1 / x, ValueError, "a number divided by a symbolic tensor"),
        (lambda x: x / 0, ValueError, "divided by 0"),
        (lambda x: x + x[:, 0], ValueError, "both must have equally many axes"),
        (lambda x: x + x[:, 1:], ValueError, "cannot join inputs of the shapes"),
    ],
)
def test_what_cannot_be_computed(function, error, message):
    with pytest.raises(error, match=message):
        function(Input((5, 6, 2)))


@pytest.mark.parametrize("function", OTHERS, ids=lambda function: function.__name__)
def test_other_operators_are_refused(function):
    for symbol in symbols():
        for other in (symbol, 2, np.float32(3), np.ones((8, 8, 1)), object(), None):
            for operands in ((symbol, other), (other, symbol)):
                with pytest.raises(TypeError, match=REFUSED):
                    function(*operands)


@pytest.mark.parametrize("function", [operator.pos, operator.abs, operator.invert, np.exp, np.mean, np.transpose])
def test_nor_is_one_alone(function):
    for symbol in symbols():
        with pytest.raises(TypeError, match=REFUSED):
            function(symbol)


@pytest.mark.parametrize("function", [bool, int, float, len, operator.index, np.asarray, np.array, lambda x: x or 1, range])
def test_there_are_no_values(function):
    for symbol in symbols():
        with pytest.raises(TypeError, match=r"needs values, and a symbolic tensor has none, only a \.shape"):
            function(symbol)


def test_there_is_nothing_to_iterate():
    for symbol in symbols():
        with pytest.raises(TypeError, match="cannot be iterated over"):
            list(symbol)
        with pytest.raises(TypeError, match="cannot be iterated over"):
            _first, _second = symbol
        with pytest.raises(TypeError, match=r"numpy\.concatenate cannot be applied"):
            np.concatenate([symbol, symbol])
        with pytest.raises(TypeError):
            np.array([symbol, symbol])
    with pytest.raises(TypeError):
        operator.setitem(symbols()[1], 0, 1)


@pytest.mark.parametrize("use", ["fit", "predict", "train_on_batch"])
def test_models_compute_with_arrays_only(model, data, use):
    arguments = (symbols()[1],) if use == "predict" else (symbols()[1], data[1])
    with pytest.raises(TypeError, match="needs values, and a symbolic tensor has none"):
        getattr(model, use)(*arguments)


def test_what_one_may_do_with_them():
    inputs, maps, _ = symbols()
    assert maps.shape == (None, 6, 6, 2)
    assert maps == maps
    assert maps != inputs
    assert maps in [inputs, maps]
    assert {maps: 1}[maps] == 1
    assert activations.relu(maps).shape == (None, 6, 6, 2)
    assert Model(inputs, layers.Flatten()(maps)).output_shape == (None, 72)
    assert f"{maps}" == "%s" % maps == "<SymbolicTensor input_layer -> conv2d>"  # noqa: UP031
    assert copy.copy(inputs).shape == pickle.loads(pickle.dumps(inputs)).shape == (None, 8, 8, 1)


def test_an_array_beside_a_tensor_without_axes():
    with pytest.raises(ValueError, match=r"beside a symbolic tensor of shape \(None,\) must be one number"):
        Input(()) + np.ones(2)


def test_a_layer_that_was_called_on_them_has_weights():
    dense = layers.Dense(2)
    assert not dense.built
    assert dense.get_weights() == []
    inputs = Input((None, None, 3))
    outputs = dense(layers.GlobalMaxPooling2D()(inputs))
    assert dense.built
    assert dense.count_params() == 8
    assert dense.output_shape == (None, 2)
    dense.set_weights([np.ones((3, 2)), [1, 2]])
    assert np.array_equal(Model(inputs, outputs).predict(np.ones((1, 4, 5, 3)), verbose=0), [[4, 5]])
