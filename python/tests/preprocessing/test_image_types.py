"""Wrong types and values of the functions of images: each error names the argument or the file."""

import numpy as np
import pytest
from image_batches import flow, folder
from image_files import images
from swiftcnn import utils
from swiftcnn.preprocessing.image import ImageDataGenerator as Generator
from swiftcnn.preprocessing.image import apply_affine_transform, apply_brightness_shift, apply_channel_shift

__all__ = ["folder"]  # a fixture


def dataset(folder, **options):
    return utils.image_dataset_from_directory(folder, **options)


IMAGE = images(1)[0]
MANY = np.zeros((2, 2))  # whose comparison with a text is an array
WRONG_TYPES = {
    "choice": (
        lambda f: dataset(f, color_mode=MANY),
        ValueError,
        "color_mode must be one of grayscale, .* received array",
    ),
    "label_mode": (lambda f: dataset(f, label_mode=["int"]), ValueError, r"label_mode must be one of int, .* received \['int'\]"),
    "subset": (
        lambda f: dataset(f, subset={}),
        ValueError,
        r"subset must be one of training, .* received \{\}",
    ),
    "format": (lambda f: dataset(f, format="grain"), ValueError, "format must be 'tf', received 'grain': data sets of grain"),
    "no batches": (lambda f: dataset(f, batch_size=None), ValueError, "batch_size=None, single images .* is not supported"),
    "crop and pad": (
        lambda f: dataset(f, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
        ValueError,
        "crop_to_aspect_ratio and pad_to_aspect_ratio exclude each other",
    ),
    "pad": (
        lambda f: dataset(f, pad_to_aspect_ratio="yes"),
        TypeError,
        "pad_to_aspect_ratio must be True or False",
    ),
    "padded to nothing": (
        lambda f: dataset(f, image_size=(50, 1), pad_to_aspect_ratio=True, shuffle=False)[0],
        ValueError,
        r"000\.png: it has 17 x 31 pixels, and less than one row or column of it would be left in 50 x 1",
    ),
    "directory": (lambda f: dataset(3), TypeError, r"directory must be a path, received 3 \(a int\)"),
    "follow_links": (lambda f: dataset(f, follow_links=1), TypeError, "follow_links must be True or False, received 1"),
    "classes": (lambda f: flow(f, classes=5), TypeError, r"class names must be a list such as .* received 5"),
    "save_to_dir": (
        lambda f: flow(f, save_to_dir=f / "none"),
        FileNotFoundError,
        "save_to_dir must be a folder that exists",
    ),
    "save_format": (lambda f: flow(f, save_to_dir=f, save_format="abc")[0], ValueError, r"\.abc cannot be written as an image"),
    "labels": (
        lambda f: Generator().flow(images(2), 5),
        ValueError,
        "x and y must have the same length",
    ),
    "switch": (lambda f: Generator(samplewise_center="yes"), TypeError, "samplewise_center must be a number, received 'yes'"),
    "flips": (lambda f: Generator(horizontal_flip=["a"]), TypeError, "horizontal_flip must be a number"),
    "scale": (lambda f: utils.array_to_img(IMAGE, scale=MANY), TypeError, "scale must be True or False, received array"),
    "dtype": (lambda f: Generator(dtype="pixels"), TypeError, "dtype must be a type of numbers .* received 'pixels'"),
    "complex": (lambda f: Generator(dtype=complex), TypeError, "dtype must be a type of numbers"),
    "shift": (
        lambda f: Generator(width_shift_range=["a"]),
        TypeError,
        "width_shift_range must be a number",
    ),
    "zoom": (lambda f: Generator(zoom_range="much"), TypeError, "zoom_range must be a number, received 'much'"),
    "function": (
        lambda f: Generator(preprocessing_function=3),
        TypeError,
        "preprocessing_function must be",
    ),
    "rounds": (lambda f: Generator().fit(images(2), rounds=0), ValueError, "rounds must be at least 1, received 0"),
    "amounts": (lambda f: Generator().apply_transform(IMAGE, "turn"), TypeError, "transform_parameters must be a dict"),
    "amount": (
        lambda f: Generator().apply_transform(IMAGE, {"theta": "a"}),
        TypeError,
        "theta must be a number",
    ),
    "flip": (
        lambda f: Generator().apply_transform(IMAGE, {"flip_vertical": "a"}),
        TypeError,
        "flip_vertical must be a number, received 'a'",
    ),
    "no image": (
        lambda f: Generator().random_transform("a"),
        TypeError,
        "x must be an array or nested lists",
    ),
    "flat image": (
        lambda f: Generator().random_transform(MANY),
        ValueError,
        r"x must be an image .* \(2, 2\)",
    ),
    "img_shape": (lambda f: Generator().get_random_transform(5), TypeError, "img_shape must be a tuple of integers"),
    "brightness": (lambda f: apply_brightness_shift(IMAGE, "a"), TypeError, "brightness must be a number, received 'a'"),
    "channels": (lambda f: apply_channel_shift("a", 3), TypeError, "x must be an array"),
    "axis": (lambda f: apply_affine_transform(IMAGE, row_axis="a"), TypeError, "row_axis must be an integer, received 'a'"),
    "text": (lambda f: utils.img_to_array("a"), ValueError, "img must be a picture of Pillow or an array, received 'a'"),
    "NaN": (lambda f: utils.array_to_img(np.full((2, 2, 3), np.nan)), ValueError, "x holds NaN or infinity"),
    "nothing": (lambda f: utils.array_to_img(np.zeros((0, 2, 3))), ValueError, r"1, 3 or 4 channels, received \(0, 2, 3\)"),
    "ending": (lambda f: utils.save_img(f / "a.abc", IMAGE), ValueError, r"a\.abc cannot be written as an image .* 'abc'"),
    "file_format": (
        lambda f: utils.save_img(f / "a.png", IMAGE, file_format=3),
        TypeError,
        "file_format must be a string",
    ),
    "unknown format": (
        lambda f: utils.save_img(f / "a.png", IMAGE, file_format="abc"),
        ValueError,
        "of the format 'abc'",
    ),
    "quality": (lambda f: utils.save_img(f / "a.jpg", IMAGE, quality="x"), ValueError, r"a\.jpg cannot be written as an image"),
}


@pytest.mark.parametrize("mistake", WRONG_TYPES)
def test_wrong_types_and_values_are_named(mistake, folder):
    act, error, message = WRONG_TYPES[mistake]
    with pytest.raises(error, match=message):
        act(folder)
