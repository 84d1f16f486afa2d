"""Descriptions of graphs that are wrong somewhere, or mean harm: by Keras 3, and this library's own."""

import copy
import json

import keras_graphs
import numpy as np
import pytest
import swiftcnn
from keras_fixtures import FOLDER
from swiftcnn import Model, models

EXPECTED = json.loads((FOLDER / "graphs.json").read_text())
WRONG = [None, -1, 7, 2**70, 1e300, True, "", "nothing", "a/b", [], [[]], [1], {}, {"class_name": "__keras_tensor__"}]


def places(value, path=()):
    """The path to every value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def changed(config, path, value):
    forged = copy.deepcopy(config)
    holder = forged
    for key in path[:-1]:
        holder = holder[key]
    if value is Ellipsis:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return forged


def assert_survives(config, read, errors):
    """Wrong values are refused or harmless. Of the places, every third gets some, the others where they come again."""
    refused = 0
    for number, path in enumerate(places(config)):
        for value in (Ellipsis, WRONG[number // 3 % len(WRONG)]) if number % 3 == 1 else ():
            forged = changed(config, path, value)
            try:
                read(forged)
            except errors as error:
                refused += 0 < len(str(error)) < 2000
            except Exception as error:
                raise AssertionError(f"{path} = {value!r}: {error!r}") from error
    return refused


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["config", "h5_config"])
@pytest.mark.parametrize("name", ["operators", "nested", "dicts", "shared"])
def test_a_wrong_value_anywhere_in_keras_s_description(name, form):
    assert assert_survives(EXPECTED[name][form], lambda config: models.model_from_json(json.dumps(config)), ValueError) > 20


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["operators", "nested", "dicts", "in_line"])
def test_a_wrong_value_anywhere_in_one_s_own_description(name):
    config = json.loads(json.dumps(keras_graphs.GRAPHS[name](swiftcnn).get_config()))
    assert assert_survives(config, Model.from_config, (ValueError, TypeError)) > 20


# Single faults, and what is said of them.


def keras(name, change):
    config = copy.deepcopy(EXPECTED[name]["config"])
    change({layer["name"]: layer for layer in config["config"]["layers"]}, config["config"])
    return models.model_from_json(json.dumps(config))


def history(layer, call=0, argument=0):
    found = layer["inbound_nodes"][call]["args"][argument]
    return (found[0] if isinstance(found, list) else found)["config"]["keras_history"]


def put(values, *new):
    values[: len(new)] = new


def call(layer):
    return layer["inbound_nodes"][0]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("shared", lambda n, _: put(history(n["dense"]), "mean"), "the layer '.*' is used in a circle"),
        ("shared", lambda n, _: put(history(n["dense"]), "lost"), "'lost' is used by 'dense', but is not there"),
        ("shared", lambda n, _: put(history(n["mean"]), "dense", 3), "'dense' is used by 'mean', but is not called 4 times"),
        ("shared", lambda n, _: put(history(n["mean"]), "dense", 2, 1), r"the model uses \['dense', 2, 1\], which is not there"),
        ("shared", lambda n, _: put(history(n["mean"]), "dense", -1), r"must name tensors as in \['dense', 0, 0\], received"),
        ("shared", lambda n, _: put(history(n["mean"]), "dense", True), r"must name tensors as in \['dense', 0, 0\], received"),
        ("shared", lambda n, _: n["out"].update(name="dense"), "two layers are named 'dense'"),
        ("shared", lambda n, _: call(n["less"]).update(kwargs={"mask": [history(n["dense"]), None]}), "with a mask"),
        ("shared", lambda n, _: call(n["less"]).update(kwargs={"scale": 2}), "'scale', an argument that is not"),
        ("shared", lambda n, _: call(n["less"]).update(kwargs=[]), "'kwargs', arguments by name, received"),
        ("shared", lambda n, _: n["out"]["inbound_nodes"].append({"args": [], "kwargs": {}}), "is called with 0 arguments"),
        ("shared", lambda n, _: call(n["out"]).update(args=[[]]), "'out' is called without inputs"),
        ("shared", lambda n, c: c.update(output_layers=["out", 0, 1]), "which is not there"),
        ("shared", lambda n, c: c.update(output_layers=[]), "must have 'output_layers' such as"),
        ("shared", lambda n, c: c.update(input_layers=[["a", 0, 0], ["a", 0, 0]]), "each input must be given once"),
        ("shared", lambda n, c: c.update(input_layers=["a", 0, 0]), "needs the input 'b', and the inputs are 'a'"),
        ("shared", lambda n, c: c.update(input_layers=["mean", 0, 0]), "must begin with an InputLayer"),
        ("shared", lambda n, _: n["a"].update(inbound_nodes=n["out"]["inbound_nodes"]), "InputLayer, and the file gives it"),
        ("nested", lambda n, _: call(n["inner"])["args"].append(3), "is called with 2 arguments"),
        (
            "operators",
            lambda n, _: n["true_divide"].update(class_name="FloorDivide"),
            "'true_divide' is the operation 'FloorDivide'",
        ),
        ("operators", lambda n, _: call(n["true_divide"])["args"].append(3), "other arguments than the operator"),
        ("operators", lambda n, _: put(call(n["true_divide"])["args"], 2), "is called without inputs"),
        ("operators", lambda n, _: call(n["get_item"])["args"].__setitem__(1, [0]), "batch axis .* cannot be cut"),
        ("operators", lambda n, _: call(n["get_item"])["args"][1].__setitem__(1, "x"), "is indexed by integers"),
    ],
)
def test_what_is_said_of_keras_s_descriptions(name, change, message):
    with pytest.raises(ValueError, match=message):
        keras(name, change)


def own(name, change):
    config = json.loads(json.dumps(keras_graphs.GRAPHS[name](swiftcnn).get_config()))
    change(config, config["models"][""])
    return Model.from_config(config)


def of(config, name):
    return next(layer for layer in config["layers"] if layer["name"] == name)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (
            "shared",
            lambda _, model: model["nodes"][0].__setitem__(1, 2),
            "value 2 is used, but there are the values 0 to 1 before it",
        ),
        ("shared", lambda _, model: model["nodes"][0].__setitem__(0, "lost"), "'lost', which is neither a layer nor a model"),
        ("shared", lambda _, model: model["nodes"][0].append(0), "layer 'dense' takes one input, received 2"),
        ("shared", lambda _, model: model.update(form_of_inputs=["x"]), "must be 'one', 'list', 'tuple', or 2 different names"),
        ("shared", lambda config, _: config["layers"].append(config["layers"][0]), "two layers of the description have one path"),
        ("nested", lambda config, _: config["models"]["inner"]["nodes"].insert(0, ["inner", 0]), "more than 16 deep, at 'inner'"),
        ("nested", lambda config, _: config["models"].pop("inner"), "'inner', which is neither a layer nor a model"),
        (
            "operators",
            lambda _, model: model["operations"]["add"].update(kind="Power"),
            "the operation 'Power' is not computed here",
        ),
        (
            "operators",
            lambda _, model: model["operations"]["add"].update(kind="Subtract"),
            "tells of another operation 'add' than 'layers'",
        ),
        ("operators", lambda _, model: model["operations"].update(lost={}), "'operations' must tell of layers by their paths"),
        (
            "operators",
            lambda _, model: model["operations"]["true_divide"].update(arguments=[None, 2]),
            "tells of another operation",
        ),
        (
            "operators",
            lambda _, model: model["operations"]["get_item"].update(arguments=[None, [[0, 1]]]),
            "a start, a stop and a step",
        ),
        ("operators", lambda config, _: of(config, "get_item").update(config={}), "tells of another operation 'get_item'"),
    ],
)
def test_what_is_said_of_one_s_own_descriptions(name, change, message):
    with pytest.raises(ValueError, match=message):
        own(name, change)


# Very many.


def model_of(layers, outputs, name="m"):
    return {
        "class_name": "Functional",
        "config": {"name": name, "layers": layers, "input_layers": [["a", 0, 0]], "output_layers": outputs},
    }


INPUT = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "a"}, "name": "a", "inbound_nodes": []}


def relu(*calls):
    calls = [[[name, call, 0, {}]] for name, call in calls]
    return {"class_name": "ReLU", "config": {"name": "r"}, "name": "r", "inbound_nodes": calls}


def test_models_that_call_one_another_without_end():
    inner = model_of([INPUT, relu(("a", 0))], [["r", 0, 0]], "m0")
    for depth in range(1, 15):
        name = inner["config"]["name"]
        calls = [[["a", 0, 0, {}]], *([[name, number, 0, {}]] for number in range(1, 20))]
        inner = model_of([INPUT, {**inner, "name": name, "inbound_nodes": calls}], [[name, 20, 0]], f"m{depth}")
    with pytest.raises(ValueError, match="are used so often that it makes 3200000 calls of layers, of which there may be 262144"):
        models.model_from_json(json.dumps(inner))


def test_very_many_calls_are_read():
    calls = [("a", 0), *(("r", number) for number in range(1999))]
    model = models.model_from_json(json.dumps(model_of([INPUT, relu(*calls)], [["r", 1999, 0]])))
    np.testing.assert_array_equal(model(np.ones((1, 4), np.float32)), np.ones((1, 4)))


@pytest.mark.parametrize("last", [99_999, 100_000])
def test_a_circle_of_very_many_is_found(last):
    """Or the one that is missing, `last` calls away."""
    calls = [("r", last), *(("r", number) for number in range(99_999))]
    message = "'r' is used in a circle" if last < 100_000 else "'r' is used by 'r', but is not called 100001 times"
    with pytest.raises(ValueError, match=message):
        models.model_from_json(json.dumps(model_of([INPUT, relu(*calls)], [["r", 99_999, 0]])))
