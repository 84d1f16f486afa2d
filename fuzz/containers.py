"""Damage that keeps to the form of a file, so that it gets past the first check: safetensors, zip, HDF5, .npy."""

import io
import struct
import warnings
import zipfile

import numpy as np

from fuzz.damage import FAR, NUMBERS, TEXTS, harmed_bytes, harmed_json


def harmed(draw, name, data):
    """A file of this name, damaged."""
    if draw.chance(0.35):
        return harmed_bytes(draw, data)
    if name.endswith(".safetensors"):
        return _safetensors(draw, data)
    if name.endswith(".keras"):
        return _archive(draw, data)
    if name.endswith(".h5"):
        return _hdf5(draw, data)
    if name.endswith(".json"):
        return harmed_json(draw, data.decode()).encode("utf-8", "surrogatepass")
    return harmed_bytes(draw, data)


def _safetensors(draw, data):
    (length,) = struct.unpack("<Q", data[:8])
    header, tensors = harmed_json(draw, data[8 : 8 + length].decode()), data[8 + length :]
    header = header.encode("utf-8", "surrogatepass")
    told = len(header) if draw.chance(0.9) else draw.choice(FAR)
    return struct.pack("<Q", told) + header + (tensors if draw.chance(0.9) else harmed_bytes(draw, tensors))


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def _archive(draw, data):
    parts = parts_of(data)
    kind = draw.random()
    if kind < 0.65:
        name = draw.choice(("config.json", "config.json", "config.json", "metadata.json"))
        parts[name] = harmed_json(draw, parts[name].decode()).encode("utf-8", "surrogatepass")
    elif kind < 0.85:
        parts["model.weights.h5"] = harmed(draw, "model.weights.h5", parts["model.weights.h5"])
    return zipped(draw, parts)


def zipped(draw, parts):
    """An archive of the parts, perhaps with some too few, too many or twice."""
    parts = list(parts.items())
    if draw.chance(0.2):
        draw.choice(ARCHIVE_DAMAGES)(draw, parts)
    stream = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts:
            archive.writestr(name, data, draw.choice(METHODS))
    return stream.getvalue() if draw.chance(0.93) else harmed_bytes(draw, stream.getvalue())


METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def _lacks_one(draw, parts):
    parts.pop(draw.randrange(len(parts)))


def _has_one_twice(draw, parts):
    parts.append(draw.choice(parts))


def _has_a_stranger(draw, parts):
    parts.append((draw.choice(("../x", "/etc/x", "a" * 5000, "/")), b"x"))


def _is_a_bomb(draw, parts):
    index = draw.randrange(len(parts))
    name, data = parts[index]
    parts[index] = (name, data + b" " * 30_000_000)


def _has_a_bomb_of_json(draw, parts):
    index = draw.randrange(len(parts))
    parts[index] = (parts[index][0], b'{"class_name": "Sequential", "config": [' + b"[]," * 5_000_000 + b"[]]}")


def _has_many_members(draw, parts):
    parts += [(f"{index}", b"") for index in range(2000)]


ARCHIVE_DAMAGES = (_lacks_one, _has_one_twice, _has_a_stranger, _is_a_bomb, _has_a_bomb_of_json, _has_many_members)


def _hdf5(draw, data):
    import h5py

    stream = io.BytesIO(data)
    with h5py.File(stream, "r+") as file:
        for _ in range(draw.choice((1, 1, 2))):
            nodes = []
            file.visititems(lambda _, node, nodes=nodes: nodes.append(node))
            draw.choice((_attribute, _attribute, _attribute, _dataset, _dataset, _group))(draw, h5py, file, nodes)
    return stream.getvalue()


def _attribute(draw, h5py, file, nodes):
    holders = [node for node in [file, file, file, *nodes] if len(node.attrs)]
    if not holders:
        return
    holder = draw.choice(holders)
    name = draw.choice(sorted(holder.attrs))
    value = holder.attrs[name]
    text = value.decode() if isinstance(value, bytes) else value
    if isinstance(text, str) and text.startswith(("{", "[")) and draw.chance(0.85):
        holder.attrs[name] = harmed_json(draw, text).replace("\0", " ").encode("utf-8", "replace")[:60000]
        return
    other = draw.choice(
        (0, -1, 2**63 - 1, 1.5, "x", b"\xff\xfe", np.zeros(3), np.zeros((2, 2)), [b"a", b"a"], h5py.Empty("f4"), None)
    )
    if other is None:
        del holder.attrs[name]
    else:
        holder.attrs[name] = other


def _dataset(draw, h5py, file, nodes):
    sets = [node for node in nodes if isinstance(node, h5py.Dataset)]
    if not sets:
        return
    old = draw.choice(sets)
    name, shape, parent = old.name, old.shape or (), old.parent  # h5py.Empty, of an earlier harm, has no shape
    del parent[name]
    links = (
        h5py.SoftLink(draw.choice((name, "/", "/nowhere", parent.name))),
        h5py.ExternalLink(draw.choice(("/etc/passwd", "/dev/zero", "x.h5")), "/"),
    )
    replacements = (
        lambda: parent.create_dataset(name, (2**20, 2**20), "f4", chunks=(64, 64)),  # takes nothing in the file
        lambda: parent.create_dataset(name, data=np.zeros((*shape, 1))),
        lambda: parent.create_dataset(name, data=np.full(shape, b"x", "S1")),
        lambda: parent.create_dataset(name, shape, draw.choice(("f2", "f8", ">f4", "i8", "c8", "u1"))),
        lambda: parent.create_dataset(name, shape, "f4", external=[("/dev/zero", 0, h5py.h5f.UNLIMITED)]),
        lambda: parent.create_dataset(name, data=h5py.Empty("f4")),
        lambda: parent.create_dataset(name, data=np.full(shape, np.nan, "f4")),
        lambda: parent.create_group(name),
        lambda: parent.__setitem__(name, draw.choice(links)),
    )
    draw.choice(replacements)()


def _group(draw, h5py, file, nodes):
    groups = [node for node in nodes if isinstance(node, h5py.Group)]
    if not groups:
        return
    group = draw.choice(groups)
    kind = draw.randrange(5)
    if kind == 0:
        del group.parent[group.name]
    elif kind == 1 and "loop" not in group:
        group["loop"] = group
    elif kind == 2:
        group.parent.move(group.name, f"{group.name}x")
    elif kind == 3:
        for index in range(300):
            group.require_group(f"more{index}")
    else:
        group.attrs[draw.choice((*filter(None, TEXTS[1:4]), "weight_names", "layer_names"))] = draw.choice(NUMBERS)


def npy(draw, data):
    """A member of an .npz file with another header."""
    header = data[10 : 10 + struct.unpack("<H", data[8:10])[0]].decode()
    for old in ("|u1", "28", "False", "6", "3", "fortran_order", "(", "descr"):
        if draw.chance(0.15):
            header = header.replace(
                old,
                draw.choice(("0", "-1", "2147483648", "9223372036854775807", "|O", "<f4", "U9", "True", "((((", "'", "1e400")),
                1,
            )
    header = header.encode()
    return data[:8] + struct.pack("<H", len(header)) + header + data[10 + struct.unpack("<H", data[8:10])[0] :]
