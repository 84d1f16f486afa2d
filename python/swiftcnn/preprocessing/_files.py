"""Image files as Pillow images, and Pillow images as arrays."""

from __future__ import annotations

import os
import warnings
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import boolean, pair, text
from .._base.regular_files import path_text, refuse_strange_target, shown
from ._decoding import read
from ._pillow import filter_named, pillow

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

File = str | bytes | os.PathLike[str] | os.PathLike[bytes] | IO[bytes]
Size = tuple[int, int]
Box = tuple[int, int, int, int]


def load_img(
    path: File,
    color_mode: str = "rgb",
    target_size: int | Size | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
    draft: bool = False,
) -> Picture:
    """Reads an image file as a Pillow image, upright and with 8 bits per channel.

    Unlike Keras, it rotates photographs according to their EXIF data, and scales 16-bit channels down instead of clipping them.

    Args:
        path: a file name, or a file that is open for reading.
        color_mode: "rgb", "rgba" or "grayscale".
        target_size: (height, width); None keeps the size of the file.
        interpolation: "nearest", "bilinear", "bicubic", "lanczos", "box" or "hamming".
        keep_aspect_ratio: True crops the image evenly on both sides, to keep its aspect ratio, instead of distorting it.
        draft: True decodes a JPEG at reduced size if it has at least twice the target's size. This is faster for large
            photographs. The values differ from Keras's by a few units of 255. It has no effect for "nearest" and "rgba".

    Raises:
        OSError: the file cannot be opened.
        ValueError: the file is not a readable image; the message contains its name.
    """
    size = None if target_size is None else checked_size("target_size", target_size)
    resample, crops = filter_named(interpolation), boolean("keep_aspect_ratio", keep_aspect_ratio)
    picture = read(path, color_mode, size if boolean("draft", draft) and interpolation != "nearest" else None)
    if size is None or picture.size == size[::-1]:
        return picture
    return picture.resize(size[::-1], resample, box=middle(picture.size, size) if crops else None)


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> NDArray[Any]:
    """Converts a Pillow image to an array, (height, width, channels), float32 unless `dtype` is given."""
    refuse_channels_first(data_format)
    kind = number_type(dtype)
    try:
        array = np.array(img, dtype=kind)
    except (TypeError, ValueError) as error:
        raise type(error)(f"img must be a picture of Pillow or an array, received {img!r:.60}: {error}") from None
    if array.ndim == 2:
        return array[..., np.newaxis]
    if array.ndim != 3:
        raise ValueError(f"an image has the shape (height, width) or (height, width, channels), received {array.shape}")
    return array


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Picture:
    """Converts an array (height, width, channels) with 1, 3 or 4 channels to a Pillow image.

    Args:
        scale: True stretches the values to 0 ... 255; False expects values in that range. A single channel with larger values
            becomes an image of 32-bit integers, as in Keras.
    """
    refuse_channels_first(data_format)
    array = as_array("x", x).astype(number_type(dtype))
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or not array.size:
        raise ValueError(f"an image has the shape (height, width, channels) with 1, 3 or 4 channels, received {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("x holds NaN or infinity, which no pixel can show")
    if boolean("scale", scale):
        array = array - array.min()
        largest = array.max()
        array = array / (largest or 1) * 255
    if array.shape[2] == 1 and array.max() > 255:
        return _from_pixels(array[..., 0].astype(np.int32))
    return _from_pixels(array.astype(np.uint8)[..., 0] if array.shape[2] == 1 else array.astype(np.uint8))


def _from_pixels(pixels: NDArray[Any]) -> Picture:
    picture: Picture = pillow().fromarray(pixels)
    return picture


def save_img(
    path: File, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **options: Any
) -> None:
    """Writes an array as an image file. The extension of the file name chooses the format, unless `file_format` is given."""
    picture = array_to_img(x, data_format, scale)
    target = path if hasattr(path, "write") else path_text("path", path)
    if isinstance(target, str):
        refuse_strange_target("path", target)
    ending = target.rsplit(".", 1)[-1] if isinstance(target, str) else ""
    name = ending if file_format is None else text("file_format", file_format)
    if picture.mode == "RGBA" and name.lower() in ("jpg", "jpeg"):
        warnings.warn("JPEG has no transparency: the fourth channel is left out", UserWarning, stacklevel=2)
        picture = picture.convert("RGB")
    try:
        picture.save(target, format="jpeg" if name.lower() == "jpg" else file_format, **options)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # for an unknown format or option, Pillow raises exceptions of any kind
        raise ValueError(f"{shown(path)} cannot be written as an image of the format {name!r}: {error!r}") from None


def middle(size: Size, target: Size) -> Box:
    """The largest centred box in an image of `size` (width, height) that has the aspect ratio of `target` (height, width)."""
    width, height = size
    cut_width = max(min(width, height * target[1] // target[0]), 1)
    cut_height = max(min(height, width * target[0] // target[1]), 1)
    left, top = (width - cut_width) // 2, (height - cut_height) // 2
    return left, top, left + cut_width, top + cut_height


def checked_size(name: str, value: Any) -> Size:
    size = pair(name, value)
    if min(size) < 1:
        raise ValueError(f"{name} must be (height, width), both at least 1, received {value!r}")
    return size


def refuse_channels_first(data_format: str | None) -> None:
    if data_format is not None and not (isinstance(data_format, str) and data_format == "channels_last"):
        raise ValueError(f"data_format must be 'channels_last' (height, width, channels), received {data_format!r}")


def number_type(dtype: Any) -> np.dtype[Any]:
    """The `dtype` that the caller passed; float32 if None."""
    try:
        kind = np.dtype(np.float32 if dtype is None else dtype)
    except TypeError:
        raise TypeError(f"dtype must be a type of numbers such as 'float32', received {dtype!r:.60}") from None
    if kind.kind not in "biuf":
        raise TypeError(f"dtype must be a type of numbers such as 'float32', received {dtype!r:.60}")
    return kind
