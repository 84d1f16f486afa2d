"""Decodes image files: as Keras's `load_img` does with Pillow, and as TensorFlow does for data sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base.checks import one_of
from .._base.regular_files import open_plain, path_text, shown
from ._pillow import COLOR_MODES, pillow

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

ORIENTATION = 0x0112  # the EXIF tag of the image's orientation
UPRIGHT = 1
LARGEST = 100_000_000  # pixels; a small file can declare any number
LARGE = 10_000_000  # pixels; a larger number is compared with the file's length
PIXELS_PER_BYTE = 40_000  # more than a blank page in fax compression has
DRAFT_FACTOR = 2  # beyond twice the target's size, an averaging filter does not need the details that JPEG omits
LUMA = np.array([9797, 19234, 3737])  # of 2^15: libpng's coefficients, truncated instead of rounded


def read(path: Any, color_mode: str, enough: tuple[int, int] | None = None) -> Picture:
    """The image in a file, in this mode. `enough`: a JPEG that is much larger than this may be decoded at reduced size."""
    one_of("color_mode", color_mode, COLOR_MODES)
    with _opened(path) as picture:
        if enough is not None and color_mode != "rgba":
            picture.draft(COLOR_MODES[color_mode], (DRAFT_FACTOR * max(enough),) * 2)
        return _in_mode(_upright(picture), COLOR_MODES[color_mode])


def read_pixels(path: Any, color_mode: str) -> NDArray[np.uint8]:
    """The image in a file, (height, width, channels), with TensorFlow's grey values and its black for a GIF's transparency."""
    one_of("color_mode", color_mode, COLOR_MODES)
    grey = color_mode == "grayscale"
    with _opened(path) as picture:
        if grey:
            picture.draft("L", None)  # a JPEG holds them
        has_holes = picture.format == "GIF" and "transparency" in picture.info
        picture = _upright(picture)
        if grey and not picture.mode.startswith(("1", "L", "I")):
            luma: NDArray[np.uint8] = (np.asarray(_in_mode(picture, "RGB")) @ LUMA >> 15).astype(np.uint8)
            return luma[..., np.newaxis]
        if has_holes:
            picture = _in_mode(picture, "RGBA")
            picture.paste((0, 0, 0, 0), mask=picture.getchannel("A").point(lambda alpha: 255 - alpha))
        pixels = np.asarray(_in_mode(picture, COLOR_MODES[color_mode]))
        return pixels.reshape(*pixels.shape[:2], -1)


@contextmanager
def _opened(path: Any) -> Iterator[Picture]:
    """An image whose pixels are not decoded yet. Every fault of the file raises a ValueError with the file's name."""
    image = pillow()
    with _content(path) as file:
        try:
            with image.open(file) as picture:
                _refuse_bombs(picture, file)
                yield picture
        except MemoryError:
            raise MemoryError(f"there is not enough memory for the image {shown(path)}") from None
        except Exception as error:  # for damaged files, Pillow's decoders raise exceptions of any kind
            if isinstance(error, OSError) and error.errno is not None:
                raise type(error)(error.errno, error.strerror, shown(path)) from None
            raise ValueError(f"{shown(path)} cannot be read as an image: {error or type(error).__name__}") from None


@contextmanager
def _content(path: Any) -> Iterator[IO[bytes]]:
    if hasattr(path, "read") and hasattr(path, "seek"):
        yield path  # whoever opened it closes it
        return
    with open_plain(path_text("path", path)) as file:
        yield file


def _refuse_bombs(picture: Picture, file: IO[bytes]) -> None:
    """Refuses, before it allocates memory, too many pixels: over the limit, or more than a file of this length can hold."""
    pixels = picture.width * picture.height
    if pixels > LARGEST:
        raise ValueError(f"it has {picture.width} x {picture.height} pixels, more than {LARGEST:,}")
    here, length = file.tell(), file.seek(0, SEEK_END)
    file.seek(here)
    if pixels > max(LARGE, PIXELS_PER_BYTE * length):
        raise ValueError(f"it claims {picture.width} x {picture.height} pixels, which are too many for {length} bytes")


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
