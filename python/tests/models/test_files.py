"""Model files: whole, read by the public safetensors library, and refused when damaged."""

import json
import pickle
import warnings

import numpy as np
import pytest
from safetensors import safe_open
from swiftcnn import Input, Sequential, models
from swiftcnn.layers import Dense


@pytest.fixture
def saved(model, data, tmp_path):
    model.fit(*data, epochs=2, verbose=0)
    path = tmp_path / "model.safetensors"
    model.save(path)
    return path


def test_a_loaded_model_goes_on_as_if_nothing_had_happened(model, data, saved):
    loaded = models.load_model(saved)
    np.testing.assert_array_equal(loaded.predict(data[0], verbose=0), model.predict(data[0], verbose=0))
    assert loaded.metrics_names == ["loss", "accuracy"]
    mine, its = (each.fit(*data, epochs=2, verbose=0).history for each in (model, loaded))
    assert mine == its  # optimizer, shuffling and dropout go on where they were


def test_the_learning_rate_that_was_set_is_saved(model, tmp_path):
    model.optimizer.learning_rate = 0.125
    model.save(tmp_path / "m.safetensors")
    assert models.load_model(tmp_path / "m.safetensors").optimizer.learning_rate == 0.125


def test_loading_without_compiling(saved, data):
    loaded = models.load_model(saved, compile=False)
    assert not loaded.compiled
    with pytest.raises(ValueError, match="not compiled"):
        loaded.evaluate(*data)


def test_the_public_library_reads_the_file(model, saved):
    with safe_open(saved, "numpy") as file:
        assert file.metadata()["format"] == "swiftcnn"
        architecture = json.loads(file.metadata()["architecture"])
        names = [f"{layer}/{kind}" for layer in ("conv2d", "dense", "dense_1") for kind in ("kernel", "bias")]
        for name, weight in zip(names, model.get_weights(), strict=True):
            np.testing.assert_array_equal(file.get_tensor(name), weight)
        assert any(name.startswith("optimizer/") for name in file.keys())  # noqa: SIM118 (not a dict)
    assert next(layer["class"] for layer in architecture["layers"]) == "Conv2D"


def test_weights_alone(model, data, tmp_path):
    path = tmp_path / "model.weights.safetensors"
    model.save_weights(path)
    expected = model.predict(data[0], verbose=0)
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    model.load_weights(path)
    np.testing.assert_array_equal(model.predict(data[0], verbose=0), expected)


def test_weights_of_another_model_change_nothing(model, tmp_path):  # bad input 48
    other = Sequential([Input((8, 8, 1)), Dense(3)])
    other.save_weights(tmp_path / "other.safetensors")
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"conv2d/kernel|dense/kernel"):
        model.load_weights(tmp_path / "other.safetensors")
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_file_cut_anywhere_is_refused(saved):  # 41
    content = saved.read_bytes()
    header = 8 + int.from_bytes(content[:8], "little")
    for length in [*range(64), *range(64, header, 37), header, (header + len(content)) // 2, len(content) - 1]:
        saved.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"model\.safetensors"):
            models.load_model(saved)


def test_a_flipped_bit_in_the_header_is_refused_or_harmless(saved):  # 42
    content = saved.read_bytes()
    header = 8 + int.from_bytes(content[:8], "little")
    generator = np.random.default_rng(0)
    refused = 0
    for position in generator.integers(0, header, 300):
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(generator.integers(8))
        saved.write_bytes(damaged)
        try:
            models.load_model(saved)
        except (ValueError, TypeError, MemoryError):
            refused += 1
    assert refused > 200


def test_a_pickle_is_not_loaded(tmp_path):  # 46, 54
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    path = tmp_path / "model.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"model\.safetensors"):
        models.load_model(path)


def with_header(path, change):
    """Rewrites the header of a safetensors file."""
    content = path.read_bytes()
    size = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:size])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[size:])


def change_architecture(change):
    def apply(header):
        architecture = json.loads(header["__metadata__"]["architecture"])
        change(architecture)
        header["__metadata__"]["architecture"] = json.dumps(architecture)

    return apply


EMPTY_TENSOR = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}


def nested(depth):
    return lambda header: header["__metadata__"].update(architecture="[" * depth + "]" * depth)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_architecture(lambda a: a["layers"][0].update({"class": "Lambda"})), "Lambda.*Conv2D"),  # 46
        (change_architecture(lambda a: a["layers"][0]["config"].update(module="os")), "module.*filters"),
        (change_architecture(lambda a: a["layers"][0].update({"class": "HyperConv"})), "HyperConv.*Conv2D"),  # 47
        (change_architecture(lambda a: a["layers"][4].update(name="conv2d")), "conv2d"),
        (nested(100_000), "deep|nest|depth|level"),
        (change_architecture(lambda a: a["layers"][4]["config"].update(units=9)), "dense/kernel"),  # 48
        (lambda h: h["dense/kernel"].update(data_offsets=[0, 1152]), "overlap|offset|dense/kernel"),  # 49
        (lambda h: h["dense/kernel"].update(data_offsets=[2**62, 2**62 + 1152]), "offset|dense/kernel"),
        (lambda h: h["dense/kernel"].update(data_offsets=[-8, 1144]), "offset|dense/kernel"),
        (lambda h: h.pop("dense/kernel"), "dense/kernel|hole|bytes"),
        (
            lambda h: h.update({f"x{i}": EMPTY_TENSOR for i in range(100_000)}),
            "x0|tensors",
        ),
    ],
)
def test_a_forged_file_is_refused(saved, change, message):
    with_header(saved, change)
    with pytest.raises(ValueError, match=message):
        models.load_model(saved)


def test_what_the_system_refuses_is_an_os_error(model, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.safetensors does not exist"):
        models.load_model(tmp_path / "nothing.safetensors")
    with pytest.raises(OSError, match="nowhere"):
        model.save(tmp_path / "nowhere" / "model.safetensors")
    with pytest.raises(OSError, match=r"."):
        models.load_model(tmp_path)


def test_saving_over_the_file_it_came_from(saved, data):  # 61
    loaded = models.load_model(saved)
    loaded.fit(*data, verbose=0)
    loaded.save(saved)
    np.testing.assert_array_equal(models.load_model(saved).get_weights()[0], loaded.get_weights()[0])


def test_an_existing_file_can_be_kept(model, saved):
    with pytest.raises(FileExistsError, match="exists already; choose another name"):
        model.save(saved, overwrite=False)


def test_the_name_chooses_the_format_and_the_content_tells_it(model, tmp_path):
    for name, beginning in [("m.keras", b"PK"), ("m.h5", b"\x89HDF"), ("m.hdf5", b"\x89HDF"), ("m.safetensors", b""), ("m", b"")]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.save(str(tmp_path / name).encode())
        assert (tmp_path / name).read_bytes().startswith(beginning)
        (tmp_path / name).rename(tmp_path / "renamed")
        assert models.load_model(tmp_path / "renamed").count_params() == model.count_params()
