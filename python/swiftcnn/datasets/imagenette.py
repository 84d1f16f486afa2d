"""Imagenette, Imagewoof and Imagewang: small parts of ImageNet for experiments (Howard, 2019)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .._base.checks import one_of
from ._archives import unpack
from ._load import Path_, cache_folder
from ._places import Download, find

BASE_URL = "https://s3.amazonaws.com/fast-ai-imageclas/"
CLASS_NAMES = {
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}
SIZES = {160: "-160", 320: "-320", "full": ""}
FOLDERS = {"imagenette": "imagenette2", "imagewoof": "imagewoof2", "imagewang": "imagewang"}
# The archives were repacked once, with the same images; both editions are accepted.
HASHES = {
    "imagenette2-160": (
        "64d0c4859f35a461889e0147755a999a48b49bf38a7e0f9bd27003f10db02fe5",
        "88daccb09b6fce93f45e6c09ddeb269cce705549e6bff322092a2a5a11489863",
    ),
    "imagenette2-320": (
        "569b4497c98db6dd29f335d1f109cf315fe127053cedf69010d047f0188e158c",
        "5020a9130cea0348272823cb12d2db7e981c6f2afa3dce71ccd5b8013005c55e",
    ),
    "imagenette2": (
        "6cbfac238434d89fe99e651496f0812ebc7a10fa62bd42d6874042bf01de4efd",
        "de32de18a7d8df0114d5e2c3c14cafb9558e8f00441a73aa7953681ad02be49c",
    ),
    "imagewoof2-160": ("3d200a7be99704a0d7509be2a9fbfe15",),
    "imagewoof2-320": ("0f46d997ec2264e97609196c95897a44",),
    "imagewoof2": ("9aafe18bcdb1632c4249a76c458465ba",),
    "imagewang-160": ("a0d360f9d8159055b3bf2b8926a51d19b2f1ff98a1eef6034e4b891c59ca3f1a",),
    "imagewang-320": ("fd53301c335aa46f0f4add68dd471cd0b8b66412382cc36f5f510d0a03fb4d9d",),
    "imagewang": ("7a5ee5a0e8bd91f26d6a22cad2e2e0fa8af0b299e0130aadf6bf8f772371ecfb",),
}
LARGEST = 4 * 2**30  # bytes; the largest of them, the full Imagewang, has three


class Folders(NamedTuple):
    """The two folders with the images; each has one subfolder for each class."""

    train: Path
    val: Path


def load_data(size: int | str = 160, path: Path_ | None = None, *, variant: str = "imagenette") -> Folders:
    """The folders with training and validation images, for `flow_from_directory` or `image_dataset_from_directory`.

    It searches in this order: at `path`; at the environment variable SWIFTCNN_DATA; in Keras's cache; on the net. Archives are
    unpacked into that cache. A small part of Imagenette, `imagenette-mini.tar`, is also accepted in any of these places.

    Args:
        size: 160 or 320, the length of the shorter side in pixels; "full" for the original images.
        path: the archive, its folder, or a folder that contains one of them.
        variant: "imagenette" (ten classes that are easy to tell apart), "imagewoof" (ten kinds of dogs), or "imagewang" (the
            images of both, few of them labelled).

    Example:
        >>> train, val = imagenette.load_data(160)
        >>> data = swiftcnn.utils.image_dataset_from_directory(train, image_size=(128, 128))
    """
    one_of("size", None if isinstance(size, bool) else size, SIZES)
    one_of("variant", variant, FOLDERS)
    name = FOLDERS[variant] + SIZES[size]
    readers: dict[str, Callable[[Path], Folders]] = {name: _checked, f"{name}.tgz": partial(_unpacked, name)}
    if variant == "imagenette":
        readers |= {"imagenette-mini": _checked, "imagenette-mini.tar": partial(_unpacked, "imagenette-mini")}
    return find(variant.capitalize(), path, readers, Download(f"{BASE_URL}{name}.tgz", HASHES[name])).value


def _unpacked(name: str, path: Path) -> Folders:
    return _checked(unpack(path, cache_folder() / name, name, LARGEST))


def _checked(folder: Path) -> Folders:
    folders = Folders(folder / "train", folder / "val")
    for each in folders:
        if not each.is_dir():
            raise ValueError(f"{folder} lacks the folder {each.name!r}")
    return folders
