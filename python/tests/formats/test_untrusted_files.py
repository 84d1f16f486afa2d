"""Files of Keras that claim more than they hold, or lead nowhere."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest
from forged_files import INPUT, archive, config_of, loaded
from keras_fixtures import FOLDER
from swiftcnn import Input, Sequential, layers, models
from swiftcnn._formats.keras import _archive

NO_ENDS = "must have 'output_layers' such as"
NO_TENSOR = r"'output_layers' must name tensors as in \['dense', 0, 0\], received"


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        *[(ends, NO_TENSOR) for ends in (["d"], [[]], ["d", 0], [5, 0, 0])],
        *[(ends, NO_ENDS) for ends in ("d", [], {}, None, 5)],
        ([[[[["d", 0, 0]]]]], r" uses \['d', 0, 0\], which is not there"),
    ],
)
def test_the_ends_of_a_functional_model(ends, message, tmp_path):
    config = config_of("functional.keras")
    config["config"]["output_layers"] = ends
    path = archive(tmp_path / "m.keras", config)
    with pytest.raises(ValueError, match=rf"m\.keras: the model.*{message}"):
        models.load_model(path)


def test_ends_that_are_not_there(tmp_path):
    config = config_of("functional.keras")
    config["config"]["output_layers"] = [["a", 0, 0], ["b", 0, 0]]
    with pytest.raises(ValueError, match=r"the model uses \['a', 0, 0\], which is not there"):
        models.load_model(archive(tmp_path / "m.keras", config))


def test_ends_by_name(tmp_path):
    config = config_of("functional.keras")
    config["config"]["output_layers"] = {"out": config["config"]["output_layers"]}
    with zipfile.ZipFile(FOLDER / "functional.keras") as file:
        path = archive(tmp_path / "m.keras", config, file.read("model.weights.h5"))
    assert models.load_model(path).name == "pixels_to_classes"


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
    """A file of some KB may not take the 256 MB that its architecture asks for."""
    described = {"class_name": "Dense", "config": {"units": 2**25, "name": "dense"}}
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
    assert grew < 60


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
    monkeypatch.setattr("swiftcnn._formats.keras._hdf5.BYTES_AT_ONCE", 100)
    model = Sequential([Input((7, 5, 2)), layers.Conv2D(3, (3, 2)), layers.Flatten(), layers.Dense(4)])
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        for mine, its in zip(models.load_model(tmp_path / name).get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, its)


# Errors.


def test_errors_in_archives_are_typed(tmp_path, monkeypatch):
    """Whatever the standard library says of a damaged archive."""
    path = archive(tmp_path / "m.keras", config_of("line.keras"))
    for error in _archive.DAMAGE:

        def broken(*_, error=error):
            raise error("broken")

        monkeypatch.setattr(zipfile.ZipFile, "infolist", broken)
        with pytest.raises(ValueError, match=r"m\.keras: the archive is damaged or cut off"):
            models.load_model(path)


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_a_place_that_no_file_has_is_damage(name, tmp_path, monkeypatch):
    def failing(*_, **__):
        raise OSError(22, "Invalid argument")

    Sequential([Input((4,)), layers.Dense(2)]).save(tmp_path / name)
    monkeypatch.setattr(zipfile.ZipFile, "infolist", failing)
    monkeypatch.setattr(h5py.File, "__init__", failing)
    with pytest.raises(ValueError, match=rf"{name}: the (archive|HDF5 data) is damaged or cut off: .*Invalid argument"):
        models.load_model(tmp_path / name)


def test_an_error_of_the_disk_names_the_file(tmp_path, monkeypatch):
    def failing(*_):
        raise OSError(5, "Input/output error")

    path = archive(tmp_path / "m.keras", config_of("line.keras"))
    monkeypatch.setattr(zipfile.ZipFile, "infolist", failing)
    with pytest.raises(OSError, match=r"\[Errno 5\] Input/output error: '.*m\.keras'") as caught:
        models.load_model(path)
    assert caught.value.errno == 5
