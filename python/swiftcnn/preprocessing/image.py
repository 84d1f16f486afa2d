"""The functions and classes of `keras.preprocessing.image`, and those of `keras.utils` for single images."""

from __future__ import annotations

from ._dataset import image_dataset_from_directory
from ._files import array_to_img, img_to_array, load_img, save_img
from ._flows import DirectoryIterator, NumpyArrayIterator
from ._generator import ImageDataGenerator
from ._iterator import Iterator
from ._transforms import apply_affine_transform, apply_brightness_shift, apply_channel_shift

__all__ = [
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "image_dataset_from_directory",
    "img_to_array",
    "load_img",
    "save_img",
]
