"""Files and JSON that claim more than they hold, lead nowhere or hold other types than they should."""

import copy
import io
import json
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest
from keras_fixtures import FOLDER
from swiftcnn import Input, Sequential, _json, layers, models
from swiftcnn._keras_files import _archive
from swiftcnn._keras_files._attributes import Attributes

INPUT = {"class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}}
DENSE = {"class_name": "Dense", "config": {"units": 1, "name": "dense"}}
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

# Takes a file, and says by how many megabytes the process grew.
LOAD = """
import resource, sys
from swiftcnn import models
import h5py  # which takes memory by itself
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    models.load_model(sys.argv[1])
    print("loaded")
except ValueError as error:
    print(str(error).replace("\\n", " "))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before >> 10)
"""


def loaded(path):
    """In a process of its own: what it said, and by how many megabytes it grew."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LOAD, str(path)], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    said, grew = done.stdout.splitlines()
    return said, int(grew)


def archive(path, config, weights=b"", method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("config.json", config if isinstance(config, (bytes, str)) else json.dumps(config))
        file.writestr("metadata.json", "{}")
        file.writestr("model.weights.h5", weights)
    return path


def config_of(name):
    with zipfile.ZipFile(FOLDER / name) as file:
        return json.loads(file.read("config.json"))


# Loops.


@pytest.mark.parametrize("ends", [["d"], "d", [], [[]], [[[[["d", 0, 0]]]]], {}, None, 5, ["d", 0], [5, 0, 0]])
def test_the_ends_of_a_functional_model(ends, tmp_path):
    config = config_of("functional.keras")
    config["config"]["output_layers"] = ends
    path = archive(tmp_path / "m.keras", config)
    with pytest.raises(ValueError, match=r"m\.keras: the model must have 'output_layers' such as \['dense', 0, 0\], received"):
        models.load_model(path)


def test_several_ends_of_a_functional_model(tmp_path):
    config = config_of("functional.keras")
    config["config"]["output_layers"] = [["a", 0, 0], ["b", 0, 0]]
    with pytest.raises(ValueError, match="the model has 2 outputs; models are lines of layers here, with one"):
        models.load_model(archive(tmp_path / "m.keras", config))


def test_ends_by_name(tmp_path):
    config = config_of("functional.keras")
    config["config"]["output_layers"] = {"out": config["config"]["output_layers"]}
    with zipfile.ZipFile(FOLDER / "functional.keras") as file:
        path = archive(tmp_path / "m.keras", config, file.read("model.weights.h5"))
    assert models.load_model(path).name == "pixels_to_classes"


# Strings of attributes, which the HDF5 library reads without a check of their sizes.


def damaged(tmp_path, change):
    """The file of a fixture with a changed collection of strings; a function gets all bytes and where the collection begins."""
    content = bytearray((FOLDER / "line.h5").read_bytes())
    change(content, content.index(b"GCOL\x01\0\0\0"))
    (tmp_path / "m.h5").write_bytes(content)
    return tmp_path / "m.h5"


def reference(content, collection):
    """Where the reference to the first long string is, the model's configuration."""
    address = collection.to_bytes(8, "little")
    places = [place for place in range(4, len(content)) if content.startswith(address, place)]
    return next(place - 4 for place in places if int.from_bytes(content[place - 4 : place], "little") > 1000)


@pytest.mark.parametrize("size", [2**64 - 16, 2**64 - 32, 2**63, 2**40])
def test_sizes_that_lead_back(size, tmp_path):
    """The library goes round for ever."""

    def change(content, collection):
        content[collection + 24 : collection + 32] = size.to_bytes(8, "little")

    said, grew = loaded(damaged(tmp_path, change))
    assert "m.h5: " in said
    assert grew < 100


def test_a_string_that_claims_4_gigabytes(tmp_path):
    """The library takes the memory."""

    def change(content, collection):
        place = reference(content, collection)
        content[place : place + 4] = (2**32 - 1).to_bytes(4, "little")

    said, grew = loaded(damaged(tmp_path, change))
    assert "m.h5: the HDF5 data is damaged or cut off: its strings are longer together than it" in said
    assert grew < 100


def test_a_string_that_is_shorter_than_it_claims(tmp_path):
    def change(content, collection):
        place = reference(content, collection)
        length = int.from_bytes(content[place : place + 4], "little")
        content[place : place + 4] = (length + 9).to_bytes(4, "little")

    with pytest.raises(ValueError, match=r"m\.h5: the HDF5 data is damaged or cut off: a string of .* bytes at .* has only"):
        models.load_model(damaged(tmp_path, change))


def test_one_string_a_thousand_times(tmp_path):
    """4 GB of memory for a file of 1 MB."""
    path, count = tmp_path / "m.h5", 4000
    with h5py.File(path, "w") as file:
        file.create_group("model_weights").attrs["layer_names"] = ["q" * (1 << 20), *(f"zz{number}" for number in range(count))]
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": [INPUT, DENSE]}})
    content = bytearray(path.read_bytes())
    first = content.index((1 << 20).to_bytes(4, "little"))
    while content[first + 16 : first + 20] != (3).to_bytes(4, "little"):
        first = content.index((1 << 20).to_bytes(4, "little"), first + 1)
    content[first : first + 16 * count] = content[first : first + 16] * count
    path.write_bytes(content)
    said, grew = loaded(path)
    assert "its strings are longer together than it" in said
    assert grew < 100


def test_blocks_of_an_object_that_lead_back(tmp_path):
    path = tmp_path / "m.h5"
    path.write_bytes((FOLDER / "line.h5").read_bytes())
    with h5py.File(path, "r") as file:
        address = h5py.h5o.get_info(file.id).addr
    content = path.read_bytes()
    header = content[address : address + 16]
    assert header[0] == 1
    again = b"\x10\0\x10\0" + bytes(4) + (address + 16).to_bytes(8, "little") + (24).to_bytes(8, "little")
    looped = content[: address + 16] + again + content[address + 16 + len(again) :]
    with pytest.raises(ValueError, match="the blocks of an object lead back"):
        Attributes(io.BytesIO(looped)).of(address)


@pytest.mark.parametrize("libver", ["earliest", "v108", "latest"])
def test_attributes_of_each_version(libver, tmp_path):
    """Against h5py."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=libver) as file:
        for group in (file, file.create_group("a"), file.create_group("b", track_order=True)):
            group.attrs["text"], group.attrs["long"], group.attrs["none"] = "äöü", "x" * 100_000, []
            group.attrs["fixed"], group.attrs["list"] = np.array([b"ab", b"c"]), ["", "pq", "r" * 70]
    with h5py.File(path) as file, open(path, "rb") as content:
        attributes = Attributes(content)
        for group in (file, file["a"], file["b"]):
            read = attributes.of(h5py.h5o.get_info(group.id).addr)
            texts = {name: attributes.strings(name, attribute) for name, attribute in read.items()}
            assert texts == {
                "text": ["äöü"], "long": ["x" * 100_000], "none": [], "fixed": ["ab", "c"], "list": ["", "pq", "r" * 70],
            }  # fmt: skip


def test_attributes_where_keras_has_none(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs.update({f"a{number}": "x" for number in range(20)})
    with pytest.raises(ValueError, match=r"a\.h5: the HDF5 data is damaged or cut off: its attributes lie where Keras has none"):
        models.load_model(path)


def test_an_attribute_that_is_no_string(tmp_path):
    path = tmp_path / "m.h5"
    path.write_bytes((FOLDER / "line.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = 5
    with pytest.raises(ValueError, match="the attribute 'model_config' must be a string, or a list of strings"):
        models.load_model(path)


# Sizes.


def test_a_bomb_of_json(tmp_path):
    bomb = b'{"class_name":"Sequential","config":[' + b"[]," * 20_900_000 + b"[]]}"
    said, grew = loaded(archive(tmp_path / "m.keras", bomb))
    assert "'config.json' claims 62700041 bytes, more than the model can need" in said
    assert grew < 50


def test_a_bomb_of_json_that_is_not_compressed(tmp_path):
    bomb = b'{"class_name":"Sequential","config":[' + b"[]," * 4_000_000 + b"[]]}"
    said, grew = loaded(archive(tmp_path / "m.keras", bomb, method=zipfile.ZIP_STORED))
    assert "'config.json' holds more than 5000000 values, more than the description of a model can need" in said
    assert grew < 100


def test_what_an_entry_says_of_its_compressed_size_is_not_believed(tmp_path):
    path = archive(tmp_path / "m.keras", b"[" + b" " * 50_000_000 + b"]")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        size = file.getinfo("config.json").compress_size
    position = content.index(b"PK\x01\x02") + 20
    assert int.from_bytes(content[position : position + 4], "little") == size
    content[position : position + 4] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(ValueError, match="claims 50000002 bytes, more than the model can need"):
        models.load_model(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method, tmp_path):
    path = archive(tmp_path / "m.keras", config_of("line.keras"), method=method)
    with pytest.raises(ValueError, match=rf"m\.keras: 'config\.json' is compressed by the method {method}, expected none or"):
        models.load_model(path)


def test_weights_that_are_claimed_and_not_written(tmp_path):  # 44
    """The model is meant to take 80 MB, and the file has the shapes for it."""
    units = 10_000_000
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for number, shape in enumerate([(1, units), (units,)]):
            file.create_dataset(f"layers/dense/vars/{number}", shape, np.float32, chunks=True)
    described = {"class_name": "Dense", "config": {"units": units, "name": "dense"}}
    described = {"class_name": "Sequential", "config": {"layers": [INPUT, described]}}
    path = archive(tmp_path / "m.keras", described, buffer.getvalue())
    with pytest.raises(ValueError, match="the file claims 80000000 bytes of weights, more than one of its size"):
        models.load_model(path)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_an_architecture_without_weights(ending, tmp_path):
    """A file of some KB may not take the 500 MB that its architecture asks for."""
    described = {"class_name": "Dense", "config": {"units": 2**26, "name": "dense"}}
    described = {"class_name": "Sequential", "config": {"layers": [INPUT, described]}}
    path, buffer = tmp_path / f"m{ending}", io.BytesIO()
    with h5py.File(buffer if ending == ".keras" else path, "w") as file:
        file.attrs["model_config"] = json.dumps(described)
        file.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")
        file.create_group("layers")
    if ending == ".keras":
        archive(path, described, buffer.getvalue())
    said, grew = loaded(path)
    assert (
        "the layer 'dense' has weights of the shapes" in said or "the model has 1 layers with weights (dense), the file 0" in said
    )
    assert grew < 100


def test_a_piece_of_an_array_that_is_larger_than_the_array(tmp_path):
    path = tmp_path / "w.weights.h5"
    model = Sequential([Input((4,)), layers.Dense(2)])
    model.save_weights(path)
    with h5py.File(path, "r+") as file:
        del file["layers/dense/vars/1"]
        shape = {"maxshape": (None,), "chunks": (1 << 29,), "compression": "gzip"}
        file.create_dataset("layers/dense/vars/1", (2,), np.float32, **shape)
    with pytest.raises(ValueError, match="the file claims 2147483680 bytes of weights"):
        model.load_weights(path)


def test_weights_that_compress_well(tmp_path):
    model = Sequential([Input((500,)), layers.Dense(1000, kernel_initializer="zeros")])
    path = tmp_path / "w.weights.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/dense/vars/0", data=np.zeros((500, 1000)), compression="gzip")
        file.create_dataset("layers/dense/vars/1", data=np.arange(1000), compression="gzip")
    model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[1], np.arange(1000))


def test_large_arrays_are_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("swiftcnn._keras_files._hdf5.BYTES_AT_ONCE", 100)
    model = Sequential([Input((7, 5, 2)), layers.Conv2D(3, (3, 2)), layers.Flatten(), layers.Dense(4)])
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        for mine, its in zip(models.load_model(tmp_path / name).get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, its)


# Types.


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
        for new in WRONG[number % 4 :: 4]:
            try:
                models.model_from_json(json.dumps(changed(config, path, new)))
            except (ValueError, TypeError):
                refused += 1
    assert refused > 100


NO_JSON = ["", "[", "[" * 100_000, 5, [1.5, 2.0], ["a", "b"]]
NO_CONFIG = ["5", "[]", "{}", '"x"', '{"class_name": 5}', '{"optimizer": []}']


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
            '{"format": 2, "layers": []}',
            ValueError,
            "has the format 2 and the class 'Sequential'; this version reads the format 1",
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
            r"layers\[0\]: Dense: units must be an integer",
        ),
        ('{"format": 1, "layers": [{"class": "Exec"}]}', ValueError, r"layers\[0\]: unknown layer class 'Exec'"),
        ('{"format": 1, "input": {}, "layers": []}', ValueError, "input lacks 'shape'"),
        ('{"format": 1, "input": {"shape": [null]}, "layers": []}', ValueError, "must have fixed sizes"),
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
    assert _json.parse('{"a": ["]]]", "[[[", "\\"[[["]}' + " " * 10, "it") == {"a": ["]]]", "[[[", '"[[[']}
    assert _json.parse("[" * 128 + "]" * 128, "it")
    hidden = '["' + "]" * 500 + '",' + "[" * 200
    with pytest.raises(ValueError, match="it is nested too deep"):
        _json.parse(hidden, "it")
    with pytest.raises(ValueError, match="it is no JSON"):
        _json.parse(b'"\xff"', "it")


def test_errors_in_archives_are_typed(tmp_path, monkeypatch):
    """Whatever the standard library says of a damaged archive."""
    path = archive(tmp_path / "m.keras", config_of("line.keras"))
    for error in _archive.DAMAGE:

        def broken(*_, error=error):
            raise error("broken")

        monkeypatch.setattr(zipfile.ZipFile, "infolist", broken)
        with pytest.raises(ValueError, match=r"m\.keras: the archive is damaged or cut off"):
            models.load_model(path)


def test_an_error_of_the_disk_names_the_file(tmp_path, monkeypatch):
    def failing(*_):
        raise OSError(5, "Input/output error")

    path = archive(tmp_path / "m.keras", config_of("line.keras"))
    monkeypatch.setattr(zipfile.ZipFile, "infolist", failing)
    with pytest.raises(OSError, match=r"\[Errno 5\] Input/output error: '.*m\.keras'") as caught:
        models.load_model(path)
    assert caught.value.errno == 5
