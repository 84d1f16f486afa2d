"""Images from files, and random changes of images, under Keras's names."""

from __future__ import annotations

from . import image
from ._chains import AUTOTUNE
from ._dataset import image_dataset_from_directory

__all__ = ["AUTOTUNE", "image", "image_dataset_from_directory"]
