"""Imports Pillow on first use, since only code that reads image files needs it."""

from __future__ import annotations

from typing import Any

from .._base.checks import one_of

COLOR_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
FILTERS = ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming")


def pillow() -> Any:
    """The module PIL.Image."""
    try:
        import PIL.Image
    except ImportError:
        raise ImportError(
            "image files are read and written by Pillow, which is not installed: pip install 'swiftcnn[images]'"
        ) from None
    return PIL.Image


def filter_named(interpolation: str) -> Any:
    """Pillow's filter of this name."""
    one_of("interpolation", interpolation, FILTERS)
    return pillow().Resampling[interpolation.upper()]
