"""Attributes of HDF5 that are strings, whose sizes the HDF5 library does not check."""

import io
import json

import h5py
import numpy as np
import pytest
from forged_files import DENSE, INPUT, loaded
from keras_fixtures import FOLDER
from swiftcnn import models
from swiftcnn._formats.keras._attributes import Attributes


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
