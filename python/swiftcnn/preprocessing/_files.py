"""Image files as pictures of Pillow, and pictures as arrays."""

from __future__ import annotations

import io
import os
import warnings
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._checks import pair
from ._pillow import COLOR_MODES, filter_named, pillow

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

File = str | bytes | os.PathLike[str] | os.PathLike[bytes] | IO[bytes]
Size = tuple[int, int]
Box = tuple[int, int, int, int]

ORIENTATION = 0x0112  # the EXIF tag that says which way is up
UPRIGHT = 1
LARGEST = 100_000_000  # pixels; a small file can claim any number
DRAFT_FACTOR = 2  # a filter that averages does not miss what JPEG leaves out beyond twice the target's size


def load_img(
    path: File,
    color_mode: str = "rgb",
    target_size: int | Size | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Picture:
    """Reads an image file as a picture of Pillow, upright and with 8 bits a channel.

    Unlike Keras it turns a photograph as its EXIF data say, and scales 16-bit channels down instead of cutting them off.

    Args:
        path: a file name, or a file that is open for reading.
        color_mode: "rgb", "rgba" or "grayscale".
        target_size: (height, width); as it is if None.
        interpolation: "nearest", "bilinear", "bicubic", "lanczos", "box" or "hamming".
        keep_aspect_ratio: True cuts what is too wide or too high, evenly on both sides, instead of squeezing it.

    Raises:
        ValueError: the file is no image that can be read; its name is in the message.
    """
    size = None if target_size is None else checked_size("target_size", target_size)
    resample = filter_named(interpolation)
    picture = read(path, color_mode, None if interpolation == "nearest" else size)
    if size is None or picture.size == size[::-1]:
        return picture
    return picture.resize(size[::-1], resample, box=middle(picture.size, size) if keep_aspect_ratio else None)


def read(path: File, color_mode: str, enough: Size | None = None) -> Picture:
    """The picture in a file, in this mode. `enough`: a JPEG far larger than that may come at a fraction of its size."""
    if color_mode not in COLOR_MODES:
        raise ValueError(f"color_mode must be one of {', '.join(COLOR_MODES)}, received {color_mode!r}")
    image = pillow()
    try:
        with image.open(path) as picture:
            if picture.width * picture.height > LARGEST:
                raise ValueError(f"it has {picture.width} x {picture.height} pixels, more than {LARGEST:,}")
            if enough is not None and color_mode != "rgba":
                picture.draft(COLOR_MODES[color_mode], (DRAFT_FACTOR * max(enough),) * 2)
            return _in_mode(_upright(picture), COLOR_MODES[color_mode])
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, image.DecompressionBombError) as error:
        raise ValueError(f"{shown(path)} cannot be read as an image: {error}") from None


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> NDArray[Any]:
    """A picture as an array, (height, width, channels), float32 unless `dtype` says otherwise."""
    refuse_channels_first(data_format)
    array = np.array(img, dtype=np.float32 if dtype is None else dtype)
    if array.ndim == 2:
        return array[..., np.newaxis]
    if array.ndim != 3:
        raise ValueError(f"an image has the shape (height, width) or (height, width, channels), received {array.shape}")
    return array


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Picture:
    """An array (height, width, channels) with 1, 3 or 4 channels as a picture of Pillow.

    Args:
        scale: True stretches the values to 0 ... 255; False expects them in that range already.
    """
    refuse_channels_first(data_format)
    array = np.asarray(x, np.float32 if dtype is None else dtype)
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise ValueError(f"an image has the shape (height, width, channels) with 1, 3 or 4 channels, received {array.shape}")
    if scale:
        array = array - array.min()
        largest = array.max()
        array = array * (255 / largest if largest else 1)
    pixels = array.astype(np.uint8)
    picture: Picture = pillow().fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return picture


def save_img(
    path: File, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **options: Any
) -> None:
    """Writes an array as an image file; the ending of its name chooses the format, unless `file_format` does."""
    picture = array_to_img(x, data_format, scale)
    name = file_format or (os.fsdecode(path).rsplit(".", 1)[-1] if isinstance(path, (str, bytes, os.PathLike)) else "")
    if picture.mode == "RGBA" and name.lower() in ("jpg", "jpeg"):
        warnings.warn("JPEG has no transparency: the fourth channel is left out", UserWarning, stacklevel=2)
        picture = picture.convert("RGB")
    picture.save(path, format="jpeg" if file_format == "jpg" else file_format, **options)


def middle(size: Size, target: Size) -> Box:
    """The largest box in the middle of a picture of `size` (width, height) with the proportions of `target` (height, width)."""
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


def shown(path: Any) -> str:
    """A file's name that can be printed, whatever bytes it is made of."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return "the file" if isinstance(path, io.IOBase) else repr(path)
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def refuse_channels_first(data_format: str | None) -> None:
    if data_format not in (None, "channels_last"):
        raise ValueError(f"data_format must be 'channels_last' (height, width, channels), received {data_format!r}")


def _upright(picture: Picture) -> Picture:
    if picture.getexif().get(ORIENTATION, UPRIGHT) == UPRIGHT:
        return picture
    from PIL.ImageOps import exif_transpose

    return exif_transpose(picture)


def _in_mode(picture: Picture, mode: str) -> Picture:
    if picture.mode.startswith("I"):  # 16 bits, or 32 that hold 16
        values = np.clip(np.asarray(picture).astype(np.int64), 0, 65535)
        picture = pillow().fromarray((values >> 8 if picture.mode != "I" or values.max() > 255 else values).astype(np.uint8))
    if picture.mode == mode:
        picture.load()
        return picture
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    return picture.convert(mode)
