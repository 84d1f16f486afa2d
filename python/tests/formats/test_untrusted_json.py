"""JSON that is no model, or holds other types than it should."""

import copy
import json

import h5py
import pytest
from forged_files import config_of
from keras_fixtures import FOLDER
from swiftcnn import Input, Sequential, layers, models
from swiftcnn._base import bounded_json

WRONG = [
    None,
    True,
    -1,
    0,
    3.5,
    2**70,
    float("nan"),
    "",
    "x",
    "a/b",
    [],
    [[]],
    [None],
    {},
    {"class_name": "Dense"},
    [["a", 0, 0]],
]


def places(value, path=()):
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def changed(value, path, new):
    value = copy.deepcopy(value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = new
    return value


def own():
    inner = Sequential([layers.Dense(3, kernel_regularizer="l2", activation=layers.LeakyReLU(0.1))], name="inner")
    return Sequential([Input((4,)), inner, layers.Dense(2, bias_constraint="max_norm")]).get_config()


@pytest.mark.parametrize("name", ["own", "line.keras", "nested.keras", "functional.keras"])
@pytest.mark.filterwarnings("ignore")
def test_wrong_types_at_every_place_are_typed_errors(name):
    """Where they are no errors they have no effect."""
    config, refused = own() if name == "own" else config_of(name), 0
    for number, path in enumerate(list(places(config))[1:]):
        for new in WRONG[number % 8 :: 8]:
            try:
                models.model_from_json(json.dumps(changed(config, path, new)))
            except (ValueError, TypeError):
                refused += 1
    assert refused > 50


NO_JSON = ["", "[", "[" * 100_000, 5, [1.5, 2.0], ["a", "b"]]
NO_CONFIG = ["5", "[]", '"x"', '{"class_name": 5}', '{"optimizer": []}']


def with_attribute(tmp_path, attribute, value):
    path = tmp_path / "m.h5"
    path.write_bytes((FOLDER / "line.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        del file.attrs[attribute]
        file.attrs[attribute] = value
    return path


@pytest.mark.parametrize("attribute", ["model_config", "training_config"])
@pytest.mark.parametrize("value", NO_JSON)
def test_attributes_that_are_no_json(attribute, value, tmp_path):
    with pytest.raises(ValueError, match=rf"m\.h5: .*'{attribute}' (is no JSON|is nested too deep|must be a string)"):
        models.load_model(with_attribute(tmp_path, attribute, value))


@pytest.mark.parametrize("value", NO_CONFIG)
def test_json_that_is_no_configuration(value, tmp_path):
    with pytest.raises(ValueError, match=r"m\.h5: the model must have a class_name, received"):
        models.load_model(with_attribute(tmp_path, "model_config", value))
    with pytest.warns(UserWarning, match="the model is not compiled, because .*: compile it yourself"):
        assert not models.load_model(with_attribute(tmp_path, "training_config", value)).compiled


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ('{"a": 1}', ValueError, "the model must have 'layers', a list, as Keras writes it, received None"),
        ("[]", ValueError, r"the JSON must be that of a model, as to_json writes it, received \[\]"),
        ("5", ValueError, "as to_json writes it, received 5"),
        ('{"layers": [5]}', ValueError, "a layer must have a class_name, received 5"),
        ("[" * 100_000, ValueError, "json_string is nested too deep: more than 128 levels"),
        ('{"layers": ', ValueError, "json_string is no JSON: Expecting value"),
        ("1" * 5000, ValueError, "json_string is no JSON: Exceeds the limit"),
        (
            '{"format": 3, "layers": []}',
            ValueError,
            "has the format 3 and the class 'Sequential'; this version reads the formats 1",
        ),
        ('{"format": "1", "layers": []}', ValueError, "format of the configuration has the wrong type str, received '1'"),
        ('{"class": "Functional", "layers": []}', ValueError, "the class 'Functional'"),
        ('{"format": 1, "layers": 5}', ValueError, "layers of the configuration has the wrong type int, received 5"),
        ('{"format": 1}', ValueError, r"the configuration lacks 'layers'; it holds \['format'\]"),
        ('{"format": 1, "layers": [], "other": 1}', ValueError, "the configuration holds the unknown 'other'; known are class"),
        ('{"format": 1, "layers": [{"config": {}}]}', ValueError, r"layers\[0\] lacks 'class'"),
        (
            '{"format": 1, "layers": [{"class": "Dense", "name": "a//b"}]}',
            ValueError,
            r"layers\[0\] has the name 'a//b', of which",
        ),
        (
            '{"format": 1, "layers": [{"class": "Dense", "config": []}]}',
            ValueError,
            r"config of layers\[0\] has the wrong type list",
        ),
        (
            '{"format": 1, "layers": [{"class": "Dense", "config": {"units": "x"}}]}',
            TypeError,
            r"layers\[0\]: Dense: units must be an int",
        ),
        ('{"format": 1, "layers": [{"class": "Exec"}]}', ValueError, r"layers\[0\]: unknown layer class 'Exec'"),
        ('{"format": 1, "input": {}, "layers": []}', ValueError, "input lacks 'shape'"),
        ('{"format": 1, "input": {"shape": [null]}, "layers": []}', ValueError, "must have a fixed size along the last axis"),
        (None, TypeError, r"json_string must be a string, received None \(a NoneType\)"),
        (5, TypeError, "json_string must be a string, received 5"),
    ],
)
def test_json_that_is_no_model(text, error, message):
    with pytest.raises(error, match=message):
        models.model_from_json(text)


@pytest.mark.parametrize("config", [None, 5, "x", []])
def test_a_config_that_is_none(config):
    with pytest.raises(TypeError, match="config must be a dict, as get_config returns it, received"):
        Sequential.from_config(config)


@pytest.mark.parametrize("argument", [None, 5, 1.5, ["m.keras"]])
def test_a_path_that_is_none(argument, model):
    for use in (models.load_model, model.load_weights, model.save, model.save_weights):
        with pytest.raises(TypeError, match=r"filepath must be a path, received .* \(a "):
            use(argument)


def test_depth_is_found_behind_strings():
    assert bounded_json.parse('{"a": ["]]]", "[[[", "\\"[[["]}' + " " * 10, "it") == {"a": ["]]]", "[[[", '"[[[']}
    assert bounded_json.parse("[" * 128 + "]" * 128, "it")
    hidden = '["' + "]" * 500 + '",' + "[" * 200
    with pytest.raises(ValueError, match="it is nested too deep"):
        bounded_json.parse(hidden, "it")
    with pytest.raises(ValueError, match="it is no JSON"):
        bounded_json.parse(b'"\xff"', "it")
