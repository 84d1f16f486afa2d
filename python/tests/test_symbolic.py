"""Symbolic tensors: layers go on from them, and whatever else is tried says so."""

import copy
import operator
import pickle

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, activations, layers

LINES = "models are lines of built-in layers so far"


def symbols():
    inputs = Input((8, 8, 1))
    return [inputs, layers.Conv2D(2, 3)(inputs), Sequential([Input((4,)), layers.Dense(2)]).output]


BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
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
    operator.iadd,
    np.add,
    np.maximum,
    np.greater,
]


@pytest.mark.parametrize("function", BINARY, ids=lambda function: function.__name__)
def test_two_are_not_joined(function):
    for first in symbols():
        for second in symbols():
            with pytest.raises(TypeError, match=f"cannot be applied to a symbolic tensor: {LINES}, without branches"):
                function(first, second)


@pytest.mark.parametrize("function", BINARY, ids=lambda function: function.__name__)
def test_one_is_not_computed_with(function):
    advice = {"add", "sub", "mul", "truediv", "iadd"}
    for symbol in symbols():
        for other in (2, 0.5, np.float32(3), np.ones((8, 8, 1)), object(), None):
            is_rescaled = function.__name__ in advice and isinstance(other, (int, float, np.number))
            instead = r"Rescaling\(scale, offset\)" if is_rescaled else "use a layer that does it|Rescaling"
            for operands in ((symbol, other), (other, symbol)):
                with pytest.raises(TypeError, match=rf"cannot be applied to a symbolic tensor: {LINES}, so .*({instead})"):
                    function(*operands)


@pytest.mark.parametrize("function", [operator.neg, operator.pos, operator.abs, operator.invert, np.exp, np.mean, np.transpose])
def test_nor_is_one_alone(function):
    for symbol in symbols():
        with pytest.raises(TypeError, match=r"cannot be applied to a symbolic tensor: .*use a layer that does it"):
            function(symbol)


@pytest.mark.parametrize("function", [bool, int, float, len, operator.index, np.asarray, np.array, lambda x: x or 1, range])
def test_there_are_no_values(function):
    for symbol in symbols():
        with pytest.raises(TypeError, match=r"needs values, and a symbolic tensor has none, only a \.shape"):
            function(symbol)


def test_there_is_nothing_to_index_or_to_iterate():
    for symbol in symbols():
        for index in (0, -1, slice(2), (..., 0), None, "name"):
            with pytest.raises(TypeError, match=f"a symbolic tensor cannot be indexed: {LINES}.*Cropping2D"):
                symbol[index]
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
    assert f"{maps}" == "%s" % maps == "<Symbol input_layer -> conv2d>"  # noqa: UP031
    assert activations.relu(maps).shape == (None, 6, 6, 2)
    assert Model(inputs, layers.Flatten()(maps)).output_shape == (None, 72)
    assert copy.copy(inputs).shape == pickle.loads(pickle.dumps(inputs)).shape == (None, 8, 8, 1)
