"""Small images and folders of them, for the tests of `swiftcnn.preprocessing` and for the script that asks Keras."""

import numpy as np
from PIL import Image

NEEDING_FIT = ("all", "whitened")
CLASSES = ("ant", "bee", "cat")
GENERATORS = {
    "nearest": {"rotation_range": 30, "width_shift_range": 0.2, "height_shift_range": 0.1, "fill_mode": "nearest"},
    "constant": {"shear_range": 20, "zoom_range": [0.5, 1.6], "fill_mode": "constant", "cval": 9, "interpolation_order": 0},
    "reflect": {"zoom_range": 0.4, "height_shift_range": [2, 5], "fill_mode": "reflect", "horizontal_flip": True},
    "wrap": {"rotation_range": 170, "width_shift_range": 4, "fill_mode": "wrap", "vertical_flip": True},
    "colours": {"channel_shift_range": 40, "brightness_range": (0.3, 1.5), "rescale": 1 / 255, "horizontal_flip": True},
    "own": {"samplewise_center": True, "samplewise_std_normalization": True, "rotation_range": 10},
    "all": {"featurewise_center": True, "featurewise_std_normalization": True, "rescale": 0.5, "zoom_range": 0.1},
    "whitened": {"zca_whitening": True, "zca_epsilon": 10, "horizontal_flip": True},
}
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")
WAYS = {"squeeze": {}, "crop": {"crop_to_aspect_ratio": True}, "pad": {"pad_to_aspect_ratio": True}}
SIZES = ((9, 14), (20, 24))  # of images that have 17 to 32 rows and 23 to 31 columns
TRANSPARENT = ("holes.gif", "holes.png")


def images(count=7, height=12, width=10, channels=3, seed=0):
    """Smooth images with noise on them, float32 of whole numbers from 0 to 255."""
    generator = np.random.RandomState(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    slopes = generator.uniform(-12, 12, (2, count, 1, 1, channels))
    smooth = 128 + slopes[0] * (rows[None, ..., None] - height / 2) + slopes[1] * (columns[None, ..., None] - width / 2)
    return np.clip(smooth + generator.normal(0, 9, smooth.shape), 0, 255).astype(np.uint8).astype(np.float32)


def write_folder(folder, per_class=4, ending="png", size=None):
    """`per_class` images in each of three class folders, of different sizes unless `size` is given."""
    for label, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for number in range(per_class):
            height, width = size or (17 + 5 * number, 31 - 4 * label)
            image = images(1, height, width, seed=10 * label + number)[0]
            Image.fromarray(image.astype(np.uint8)).save(folder / name / f"{number:03d}.{ending}")
    return folder


def write_transparent(path):
    """A picture with a palette, one colour of which is transparent."""
    picture = Image.fromarray(images(1)[0].astype(np.uint8)).quantize(16)
    picture.save(path, transparency=int(np.bincount(np.asarray(picture).ravel()).argmax()))


def customized(base):
    """A subclass of an ImageDataGenerator with methods of its own, which draw from numpy.random as users' methods do."""

    class Customized(base):
        def get_random_transform(self, shape):  # as Keras calls it, without a seed
            amounts = super().get_random_transform(shape)
            amounts["flip_vertical"] = np.random.rand() < 0.5
            return amounts

        def apply_transform(self, x, amounts):
            return super().apply_transform(x, amounts) + np.random.randint(100)

        def standardize(self, x):
            return super().standardize(x) - np.random.uniform(0, 1)

    return Customized


def transforming(base):
    """A subclass that only `fit(augment=True)` calls in Keras."""

    class Transforming(base):
        def random_transform(self, x, seed=None):
            return super().random_transform(x, seed) * np.random.uniform(0.5, 1)

    return Transforming
