"""`ImageDataGenerator`: images changed at random and brought to scale, batch by batch.

Over 300 lines with its long lists of arguments, which are Keras's.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._checks import real
from ._files import refuse_channels_first
from ._flows import DirectoryIterator, NumpyArrayIterator
from ._folders import Path
from ._transforms import apply_affine_transform, apply_brightness_shift, apply_channel_shift, check_filling

Image = NDArray[Any]
Parameters = dict[str, Any]
RANDOM = np.random.mtrand._rand  # what numpy.random.seed seeds
SMALL = 1e-6  # keeps an image of one colour from being divided by 0, as in Keras


class ImageDataGenerator:
    """Yields batches of images that are changed at random, so that a network never sees the same one twice.

    Amounts are drawn as Keras draws them: the same seed gives the same ones.

    Args:
        featurewise_center, featurewise_std_normalization: subtract the data's mean, divide by their standard deviation; `fit`
            finds both.
        zca_whitening, zca_epsilon: makes the values of an image uncorrelated over the data (which centers them, too) by a matrix
            that `fit` finds, of (height * width * channels)^2 numbers: for small images. Krizhevsky, 2009, appendix A.
        samplewise_center, samplewise_std_normalization: the same with each image's own.
        rotation_range: up to so many degrees, to either side.
        width_shift_range, height_shift_range: up to this part of the size (below 1) or so many pixels, or one of a list.
        brightness_range: (least, most) factor.
        shear_range: up to so many degrees.
        zoom_range: 1 - zoom_range ... 1 + zoom_range, or (least, most).
        channel_shift_range: up to so much is added to all values.
        fill_mode, cval: what fills the gaps: "nearest", "constant" (cval), "reflect" or "wrap".
        horizontal_flip, vertical_flip: mirrors one image in two.
        rescale: every value is multiplied by this.
        preprocessing_function: called with each image, (height, width, channels), before it is rescaled. Several threads do so.
        validation_split: the part of the data that `subset="validation"` takes.
        interpolation_order: 0 takes the nearest pixel, 1 interpolates.

    Example:
        >>> generator = ImageDataGenerator(rescale=1 / 255, rotation_range=15, horizontal_flip=True)
        >>> model.fit(generator.flow_from_directory("train", target_size=(64, 64)), epochs=5)
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: float | Sequence[float] = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Image], Image] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        refuse_channels_first(data_format)
        check_filling(fill_mode, interpolation_order)
        if zca_whitening and featurewise_std_normalization:
            raise ValueError("zca_whitening brings the deviations to 1 itself: leave featurewise_std_normalization out")
        self.zca_whitening, self.zca_epsilon = bool(zca_whitening), real("zca_epsilon", zca_epsilon)
        self.featurewise_center = bool(featurewise_center or featurewise_std_normalization or zca_whitening)
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.rotation_range = real("rotation_range", rotation_range)
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.brightness_range = None if brightness_range is None else _two("brightness_range", brightness_range)
        self.shear_range = real("shear_range", shear_range)
        self.zoom_range = _zoom(zoom_range)
        self.channel_shift_range = real("channel_shift_range", channel_shift_range)
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, real("cval", cval), interpolation_order
        self.horizontal_flip, self.vertical_flip = bool(horizontal_flip), bool(vertical_flip)
        self.rescale = None if rescale is None else real("rescale", rescale)
        self.preprocessing_function = preprocessing_function
        self.validation_split = real("validation_split", validation_split)
        if not 0 <= self.validation_split < 1:
            raise ValueError(f"validation_split must be at least 0 and below 1, received {validation_split}")
        self.dtype: np.dtype[Any] = np.dtype(np.float32 if dtype is None else dtype)
        self.mean: Image | None = None
        self.std: Image | None = None
        self.zca_whitening_matrix: Image | None = None

    # Batches.

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: Path | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of the images of an array, (n, height, width, channels)."""
        saving = (save_to_dir, save_prefix, save_format)
        return NumpyArrayIterator(x, y, self, batch_size, shuffle, sample_weight, seed, subset, ignore_class_split, saving)

    def flow_from_directory(
        self,
        directory: Path,
        target_size: int | tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Path | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        on_error: str = "raise",
    ) -> DirectoryIterator:
        """Batches of the images of a folder with one folder for each class; see `DirectoryIterator`."""
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            saving=(save_to_dir, save_prefix, save_format),
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            on_error=on_error,
        )

    def flow_from_dataframe(self, *_: Any, **__: Any) -> Any:
        """Not offered: raises an error that says what to do instead."""
        raise NotImplementedError(
            "flow_from_dataframe is not supported: put the images in a folder for each class (a link each will do) and use "
            "flow_from_directory; or give the labels in alphabetical order of paths, "
            "utils.image_dataset_from_directory(folder, labels=list(table.sort_values('filename')['label']))"
        )

    # One image.

    def get_random_transform(self, img_shape: Sequence[int], seed: int | None = None) -> Parameters:
        """Amounts drawn at random, for `apply_transform`."""
        return self.drawn(img_shape, RANDOM if seed is None else np.random.RandomState(seed))

    def drawn(self, img_shape: Sequence[int], random: np.random.RandomState) -> Parameters:
        """Amounts drawn from `random`, in Keras's order."""
        return {
            "theta": _up_to(self.rotation_range, random),
            "tx": _shift(self.height_shift_range, img_shape[0], random),
            "ty": _shift(self.width_shift_range, img_shape[1], random),
            "shear": _up_to(self.shear_range, random),
            **dict(zip(("zx", "zy"), (1, 1) if self.zoom_range == (1, 1) else random.uniform(*self.zoom_range, 2), strict=True)),
            "flip_horizontal": random.random_sample() < 0.5 and self.horizontal_flip,
            "flip_vertical": random.random_sample() < 0.5 and self.vertical_flip,
            "channel_shift_intensity": _up_to(self.channel_shift_range, random) if self.channel_shift_range else None,
            "brightness": None if self.brightness_range is None else random.uniform(*self.brightness_range),
        }

    def apply_transform(self, x: Image, transform_parameters: Parameters) -> Image:
        """The image changed by these amounts; what is not named stays as it is."""
        amounts = transform_parameters
        affine = {name: amounts.get(name, 1 if name[0] == "z" else 0) for name in ("theta", "tx", "ty", "shear", "zx", "zy")}
        x = apply_affine_transform(x, **affine, fill_mode=self.fill_mode, cval=self.cval, order=self.interpolation_order)
        if amounts.get("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, amounts["channel_shift_intensity"])
        if amounts.get("flip_horizontal"):
            x = x[:, ::-1]
        if amounts.get("flip_vertical"):
            x = x[::-1]
        return x if amounts.get("brightness") is None else apply_brightness_shift(x, amounts["brightness"], scale=False)

    def random_transform(self, x: Image, seed: int | None = None) -> Image:
        """The image changed at random."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def standardize(self, x: Image) -> Image:
        """Brings an image to scale, in place where it holds floats: `preprocessing_function`, `rescale`, means, deviations."""
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x /= np.std(x, keepdims=True) + SMALL
        if self.featurewise_center:
            self._standardize_by_feature(x)
        return x

    def _standardize_by_feature(self, x: Image) -> None:
        if self.mean is None:
            warnings.warn(
                "featurewise_center, featurewise_std_normalization and zca_whitening do nothing yet: call fit(x) with the "
                "training images first",
                UserWarning,
                stacklevel=2,
            )
            return
        x -= self.mean
        if self.std is not None:
            x /= self.std + SMALL
        if self.zca_whitening_matrix is not None:
            x[...] = (x.reshape(1, -1) @ self.zca_whitening_matrix).reshape(x.shape)

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Finds what `featurewise_...` and `zca_whitening` need to know of these images, (n, height, width, channels).

        Args:
            augment: whether to take images that are changed at random, `rounds` times each.
        """
        images = np.array(x, self.dtype)
        if images.ndim != 4:
            raise ValueError(f"images have the shape (n, height, width, channels), received {images.shape}")
        if self.rescale:
            images *= self.rescale
        if augment:
            random = RANDOM if seed is None else np.random.RandomState(seed)
            images = np.stack([self.apply_transform(x, self.drawn(x.shape, random)) for _ in range(rounds) for x in images])
        if self.featurewise_center:
            self.mean = images.mean((0, 1, 2), keepdims=True)[0]
        if self.featurewise_std_normalization:
            self.std = (images - self.mean).std((0, 1, 2), keepdims=True)[0]
        if self.zca_whitening:
            axes, deviations, _ = np.linalg.svd((images - self.mean).reshape(len(images), -1).T, full_matrices=False)
            self.zca_whitening_matrix = (axes * (np.sqrt(len(images)) / (deviations + self.zca_epsilon))) @ axes.T


def _up_to(most: float, random: np.random.RandomState) -> float:
    return random.uniform(-most, most) if most else 0


def _shift(most: Any, size: int, random: np.random.RandomState) -> float:
    """A number: a part of the size if below 1, else pixels. A list or an integer: as `numpy.random.choice` takes it."""
    if not np.any(most):
        return 0
    try:
        shift = random.choice(most) * random.choice([-1, 1])
    except ValueError:
        shift = random.uniform(-most, most)
    return float(shift * size if np.max(most) < 1 else shift)


def _zoom(value: Any) -> tuple[float, float]:
    if isinstance(value, (int, float)):
        return 1 - value, 1 + value
    return _two("zoom_range", value)


def _two(name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be two numbers (least, most), received {value!r}")
    return real(name, value[0]), real(name, value[1])
