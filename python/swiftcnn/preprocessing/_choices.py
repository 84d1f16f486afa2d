"""How the images of a folder become batches of a data set."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._base.checks import boolean, integer, one_of
from .._base.regular_files import shown
from ._decoding import read_pixels
from ._files import Size, checked_size
from ._flows import ON_ERROR
from ._pillow import COLOR_MODES
from ._resize import INTERPOLATIONS, cropped, padded, resized

LABEL_MODES = ("int", "categorical", "binary", None)


class Choices(NamedTuple):
    """The arguments of `image_dataset_from_directory` that say what is in a batch."""

    color_mode: str
    batch_size: int
    image_size: Size
    seed: int
    interpolation: str
    crops: bool
    pads: bool
    label_mode: str | None
    on_error: str

    def load(self, path: str) -> NDArray[Any]:
        """The image in a file, (height, width, channels), in the requested size."""
        pixels = read_pixels(path, self.color_mode)
        if self.crops:
            pixels = cropped(pixels, self.image_size)
        if not self.pads:
            return resized(pixels, self.image_size, self.interpolation)
        try:
            return padded(pixels, self.image_size, self.interpolation)
        except ValueError as error:
            raise ValueError(f"{shown(path)}: {error}") from None


def checked(
    color_mode: str,
    batch_size: Any,
    image_size: Any,
    seed: int | None,
    interpolation: Any,
    crop: bool,
    pad: bool,
    label_mode: Any,
    on_error: str,
) -> Choices:
    """The choices, after their values are checked."""
    interpolation = interpolation.lower() if isinstance(interpolation, str) else interpolation
    allowed = (
        ("color_mode", color_mode, COLOR_MODES),
        ("label_mode", label_mode, LABEL_MODES),
        ("interpolation", interpolation, INTERPOLATIONS),
        ("on_error", on_error, ON_ERROR),
    )
    for name, value, values in allowed:
        one_of(name, value, values)
    if batch_size is None:
        raise ValueError("batch_size=None, single images instead of batches, is not supported: pass a number of images")
    size = integer("batch_size", batch_size)
    if size < 1:
        raise ValueError(f"batch_size must be at least 1, received {batch_size}")
    if boolean("crop_to_aspect_ratio", crop) and boolean("pad_to_aspect_ratio", pad):
        raise ValueError("crop_to_aspect_ratio and pad_to_aspect_ratio exclude each other: pass one of them")
    base = int(np.random.randint(10**6)) if seed is None else integer("seed", seed)
    target = checked_size("image_size", image_size)
    return Choices(color_mode, size, target, base, interpolation, crop, boolean("pad_to_aspect_ratio", pad), label_mode, on_error)
