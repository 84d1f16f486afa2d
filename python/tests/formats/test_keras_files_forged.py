"""Files of Keras that are damaged, are forged, or mean harm."""

import json
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest
from keras_fixtures import FOLDER, TOLERANCE, VALUES, changed_line
from swiftcnn import models


def archive(tmp_path, change=lambda config: None, name="line.keras", **parts):
    """A copy of a fixture with another configuration, or other parts."""
    with zipfile.ZipFile(FOLDER / name) as source:
        content = {entry: source.read(entry) for entry in source.namelist()}
    config = json.loads(content["config.json"])
    change(config)
    content["config.json"] = json.dumps(config).encode()
    target = tmp_path / "forged.keras"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as forged:
        for entry, value in (content | {key.replace("_", "."): part for key, part in parts.items()}).items():
            forged.writestr(entry, value)
    return target


def layer(config, index):
    return config["config"]["layers"][index]


EVAL = {"class_name": "function", "module": "builtins", "config": "eval"}


def circle(config):
    tensors = layer(config, 1)["inbound_nodes"][0]["args"][0]
    tensors["config"]["keras_history"][0] = layer(config, 3)["name"]


def branch(config):
    node = layer(config, 4)["inbound_nodes"][0]
    node["args"] = [node["args"][0], node["args"][0]]


def deep(config):
    for _ in range(40):
        inner = {"module": "keras", "class_name": "Sequential", "config": {"name": "inner", "layers": config["config"]["layers"]}}
        config["config"]["layers"] = [inner]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: layer(c, 4).update(class_name="Lambda"), r"'dropout.*' is of the class 'Lambda'.*would run code"),  # 46
        (lambda c: layer(c, 4).update(class_name="HyperConv"), r"'dropout.*' is of the class 'HyperConv'.*Known: .*Conv2D"),  # 47
        (lambda c: layer(c, 4).update(module="os"), "'Dropout' from 'os': only Keras's own can be read"),
        (lambda c: layer(c, 4).update(registered_name="Custom>Dropout"), "custom class 'Custom>Dropout'"),
        (
            lambda c: layer(c, 1)["config"].update(activation={"class_name": "Lambda", "module": "keras.layers", "config": {}}),
            "'Lambda'",
        ),
        (
            lambda c: layer(c, 1)["config"].update(activation={"class_name": "function", "module": "builtins", "config": "eval"}),
            "'eval'",
        ),
        (lambda c: layer(c, 1)["config"].update(secret=1), "secret=1, which swiftcnn does not have"),
        (lambda c: layer(c, 1)["config"].update(data_format="channels_first"), "channels_first"),
        (lambda c: layer(c, 5)["config"].update(name=layer(c, 1)["config"]["name"]), "already has a layer 'conv2d"),
        (lambda c: c.update(class_name="Custom"), "the model is of the class 'Custom'"),
        (lambda c: c.pop("config"), "not as Keras writes it"),
        (lambda c: c["config"].update(layers=7), "must have 'layers', a list, as Keras writes it, received 7"),
        (deep, "more than 16 deep"),
        (lambda c: layer(c, 7)["config"].update(units=9), r"'dense' has weights of the shapes \[\(27, 9\)"),  # 48
    ],
)
def test_a_forged_sequential_model_is_refused(tmp_path, change, message):
    with pytest.raises(ValueError, match=message) as caught:
        models.load_model(archive(tmp_path, change))
    assert "forged.keras: " in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (circle, "is used in a circle"),
        (branch, r"the layer 'dropout.*' is called with 2 arguments, and layers take one here"),
        (
            lambda c: c["config"].update(output_layers=["nothing", 0, 0]),
            r"the model uses \['nothing', 0, 0\], which is not there",
        ),
        (lambda c: layer(c, 4).update(name=layer(c, 3)["name"]), "two layers are named"),
        (lambda c: layer(c, 4).pop("inbound_nodes"), "'dropout.*' must have 'inbound_nodes', a list, as Keras writes it"),
    ],
)
def test_a_forged_functional_model_is_refused(tmp_path, change, message):
    with pytest.raises(ValueError, match=message):
        models.load_model(archive(tmp_path, change, "functional.keras"))


def test_nested_too_deep_for_the_parser(tmp_path):
    path = archive(tmp_path)
    with zipfile.ZipFile(path, "w") as forged:
        forged.writestr("config.json", "[" * 200_000 + "]" * 200_000)
    with pytest.raises(ValueError, match=r"'config\.json' is nested too deep"):
        models.load_model(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path):  # 43
    path = archive(tmp_path, model_weights_h5=bytes(1 << 28))
    assert path.stat().st_size < 1 << 19
    with pytest.raises(ValueError, match=r"'model\.weights\.h5' claims 268435456 bytes, more than the model can need"):
        models.load_model(path)


def test_an_archive_with_two_of_a_name_is_refused(tmp_path):
    path = archive(tmp_path)
    with zipfile.ZipFile(path, "a") as forged, pytest.warns(UserWarning, match="Duplicate name"):
        forged.writestr("config.json", "{}")
    with pytest.raises(ValueError, match=r"holds 'config\.json' 2 times, expected once"):
        models.load_model(path)


def weights_file(tmp_path, change):
    target = tmp_path / "forged.weights.h5"
    target.write_bytes((FOLDER / "line.weights.h5").read_bytes())
    with h5py.File(target, "r+") as file:
        change(file)
    return target


def replaced(value):
    """Puts another member in the place of a kernel."""

    def change(file):
        del file["layers/dense/vars/0"]
        if callable(value):
            value(file)
        else:
            file["layers/dense/vars/0"] = value

    return change


def virtual(file):
    layout = h5py.VirtualLayout((27, 3), np.float32)
    layout[...] = h5py.VirtualSource("/etc/passwd", "x", (27, 3))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            replaced(lambda f: f.create_dataset("layers/dense/vars/0", (2**40, 2**20), np.float32, chunks=(1, 1))),
            "1099511627776",
        ),  # 44
        (replaced(h5py.ExternalLink("/etc/passwd", "x")), "ExternalLink to another place, which is not followed"),  # 45
        (replaced(h5py.SoftLink("/layers/conv2d/vars/0")), "SoftLink to another place"),
        (replaced(virtual), "lies in other files"),
        (
            replaced(lambda f: f.create_dataset("layers/dense/vars/0", (27, 3), np.float32, external=[("/etc/passwd", 0, 324)])),
            "lies in other files",
        ),
        (replaced(np.array(b"text")), "expected numbers"),
        (replaced(lambda f: f.create_group("layers/dense/vars/0")), "lacks the array 'layers/dense/vars/0'"),
        (replaced(lambda f: None), "lacks the array 'layers/dense/vars/0'"),
        (lambda f: f.pop("layers/dense"), r"'dense' has weights of the shapes .* but the file has \[\]"),
        (lambda f: f.pop("layers"), "lacks the group 'layers'"),
        (lambda f: f["layers/dense/vars"].create_dataset("2", data=1.0), "'dense' has weights of the shapes"),
    ],
)
def test_forged_weights_are_refused(tmp_path, change, message):
    model = changed_line()
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        model.load_weights(weights_file(tmp_path, change))
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_circle_of_links_is_not_walked(tmp_path):
    model = changed_line()
    model.load_weights(weights_file(tmp_path, lambda file: file["layers"].__setitem__("round", file["layers"])))
    np.testing.assert_allclose(model(VALUES["x"]), VALUES["line"], atol=TOLERANCE)


def test_legacy_names_do_not_lead_out_of_the_file(tmp_path):
    path = tmp_path / "forged.h5"
    path.write_bytes((FOLDER / "line.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        group["elsewhere"] = h5py.ExternalLink("/etc/passwd", "x")
        group.attrs["layer_names"] = np.array([b"elsewhere"])
    with pytest.raises(ValueError, match="'elsewhere' is a ExternalLink to another place"):
        changed_line().load_weights(path)


CUT = """
import sys
from swiftcnn import models
content = open(sys.argv[1], "rb").read()
refused = 0
for length in range(0, len(content), int(sys.argv[3])):
    open(sys.argv[2], "wb").write(content[:length])
    try:
        models.load_model(sys.argv[2])
    except (ValueError, OSError):
        refused += 1
print(refused, -(-len(content) // int(sys.argv[3])))
"""

FLIP = """
import sys
import numpy as np
from swiftcnn import models
content = open(sys.argv[1], "rb").read()
generator, refused = np.random.default_rng(0), 0
for position in generator.integers(0, len(content), int(sys.argv[3])):
    damaged = bytearray(content)
    damaged[position] ^= 1 << int(generator.integers(8))
    open(sys.argv[2], "wb").write(damaged)
    try:
        models.load_model(sys.argv[2])
    except (ValueError, OSError, MemoryError):
        refused += 1
print(refused, int(sys.argv[3]))
"""


def survived(script, *arguments):
    """In a process of its own, as the HDF5 library is C."""
    command = [sys.executable, "-W", "ignore", "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    return map(int, done.stdout.split())


@pytest.mark.parametrize("name", ["line.keras", "line.h5"])
def test_a_file_cut_anywhere_is_refused(name, tmp_path):  # 41
    refused, tried = survived(CUT, FOLDER / name, tmp_path / "cut", 97)
    assert refused == tried


@pytest.mark.parametrize(("name", "least"), [("line.keras", 350), ("line.h5", 30)])
def test_flipped_bits_are_refused_or_harmless(name, least, tmp_path):  # 42
    refused, tried = survived(FLIP, FOLDER / name, tmp_path / "flipped", 400)
    assert least <= refused <= tried


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"\x80\x04\x95", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_model_at_all(tmp_path, content):  # 54: a pickle begins with \x80
    path = tmp_path / "m.keras"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"m\.keras: "):
        models.load_model(path)


def test_a_settings_object_that_is_unknown_is_told(tmp_path):
    unknown = {"module": "keras.initializers", "class_name": "STFT", "config": {}, "registered_name": None}
    path = archive(tmp_path, lambda c: layer(c, 1)["config"].update(kernel_initializer=unknown))
    with pytest.warns(UserWarning, match="kernel_initializer is 'STFT', which swiftcnn does not have: the weights"):
        model = models.load_model(path)
    np.testing.assert_allclose(model(VALUES["x"]), VALUES["line"], atol=TOLERANCE)
    path = archive(tmp_path, lambda c: c["compile_config"]["optimizer"].update(class_name="Adafactor"))
    with pytest.warns(UserWarning, match="the model is not compiled, because unknown optimizer 'Adafactor'"):
        assert not models.load_model(path).compiled
    path = archive(tmp_path, lambda c: layer(c, 1)["config"].update(dtype="float16"))
    with pytest.warns(UserWarning, match="computes in float16 in Keras; here it computes in float32"):
        models.load_model(path)
