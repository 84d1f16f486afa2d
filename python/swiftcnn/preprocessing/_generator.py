"""`ImageDataGenerator`: batches of randomly changed and scaled images.

This file has over 300 lines because of Keras's long argument lists.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import boolean, integer, integers, real
from .._base.memory_maps import present, readable
from .._base.user_warnings import warn_user
from ._draws import drawing_from, shift, stream, through_numpy, up_to
from ._files import number_type, refuse_channels_first
from ._flows import DirectoryIterator, ImageChanges, NumpyArrayIterator
from ._folders import Path
from ._transforms import apply_affine_transform, apply_brightness_shift, apply_channel_shift, check_filling, image_array

Image = NDArray[Any]
Parameters = dict[str, Any]
OVERRIDABLE = ("get_random_transform", "apply_transform", "random_transform", "standardize")
SMALL = 1e-6  # keeps an image of one colour from being divided by 0, as in Keras


class ImageDataGenerator(ImageChanges):
    """Yields batches of randomly changed images, so that a network never sees the same image twice.

    Random amounts are drawn in the same way as in Keras: the same seed gives the same amounts.

    Args:
        featurewise_center, featurewise_std_normalization: subtract the mean of the data; divide by the deviation. `fit`
            computes both.
        zca_whitening, zca_epsilon: makes the values of an image uncorrelated over the data, and centers them. `fit` computes the
            matrix for it, which has (height * width * channels)^2 elements, so use it for small images only. Krizhevsky, 2009,
            appendix A.
        samplewise_center, samplewise_std_normalization: the same, with the mean and the deviation of each image.
        rotation_range: the largest rotation in degrees, in either direction.
        width_shift_range, height_shift_range: the largest shift, as a fraction of the size (below 1) or in pixels; or a list to
            choose from.
        brightness_range: (least, most) factor.
        shear_range: the largest shear in degrees.
        zoom_range: 1 - zoom_range ... 1 + zoom_range, or (least, most).
        channel_shift_range: the largest number that is added to all values.
        fill_mode, cval: what fills the gaps: "nearest", "constant" (cval), "reflect" or "wrap".
        horizontal_flip, vertical_flip: mirrors each image with probability 0.5.
        rescale: every value is multiplied by this.
        preprocessing_function: called with each image, (height, width, channels), before it is rescaled. The function may draw
            from `numpy.random`; threads call it one after the other.
        validation_split: the fraction of the data for `subset="validation"`.
        interpolation_order: 0 takes the nearest pixel, 1 interpolates.
        dtype: of the batches; float32 if None.

    Subclasses may override `get_random_transform`, `apply_transform`, `random_transform` and `standardize`: batches and `fit`
    call the overrides. These may draw from `numpy.random`, which is seeded with the seed of the batch.

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
        self.zca_whitening, self.zca_epsilon = _flag("zca_whitening", zca_whitening), real("zca_epsilon", zca_epsilon)
        self.featurewise_std_normalization = _flag("featurewise_std_normalization", featurewise_std_normalization)
        if self.zca_whitening and self.featurewise_std_normalization:
            raise ValueError("zca_whitening brings the deviations to 1 itself: leave featurewise_std_normalization out")
        centers = _flag("featurewise_center", featurewise_center)
        self.featurewise_center = centers or self.featurewise_std_normalization or self.zca_whitening
        self.samplewise_std_normalization = _flag("samplewise_std_normalization", samplewise_std_normalization)
        self.samplewise_center = _flag("samplewise_center", samplewise_center) or self.samplewise_std_normalization
        self.rotation_range = real("rotation_range", rotation_range)
        self.width_shift_range = _shifts("width_shift_range", width_shift_range)
        self.height_shift_range = _shifts("height_shift_range", height_shift_range)
        self.brightness_range = None if brightness_range is None else _two("brightness_range", brightness_range)
        self.shear_range = real("shear_range", shear_range)
        self.zoom_range = _zoom(zoom_range)
        self.channel_shift_range = real("channel_shift_range", channel_shift_range)
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, real("cval", cval), interpolation_order
        self.horizontal_flip, self.vertical_flip = (
            _flag("horizontal_flip", horizontal_flip),
            _flag("vertical_flip", vertical_flip),
        )
        self.rescale = None if rescale is None else real("rescale", rescale)
        if preprocessing_function is not None and not callable(preprocessing_function):
            raise TypeError(f"preprocessing_function must be a function of an image, received {preprocessing_function!r:.80}")
        self.preprocessing_function = preprocessing_function
        self.validation_split = real("validation_split", validation_split)
        if not 0 <= self.validation_split < 1:
            raise ValueError(f"validation_split must be at least 0 and below 1, received {validation_split}")
        self.dtype: np.dtype[Any] = number_type(dtype)
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
        """Batches of the images in an array, (n, height, width, channels)."""
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            ignore_class_split=ignore_class_split,
            dtype=self.dtype,
        )

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
        draft: bool = False,
    ) -> DirectoryIterator:
        """Batches of the images in a folder that has one subfolder for each class; see `DirectoryIterator`."""
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
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
            on_error=on_error,
            draft=draft,
        )

    def flow_from_dataframe(self, *_: Any, **__: Any) -> Any:
        """Not supported: raises an error that names the alternative."""
        raise NotImplementedError(
            "flow_from_dataframe is not supported: put the images in a folder for each class (a link each will do) and use "
            "flow_from_directory; or give the labels in alphabetical order of paths, "
            "utils.image_dataset_from_directory(folder, labels=list(table.sort_values('filename')['label']))"
        )

    # One image.

    def get_random_transform(self, img_shape: Sequence[int], seed: int | None = None) -> Parameters:
        """Draws random amounts for `apply_transform`, in Keras's order."""
        height, width = integers("img_shape", img_shape)[:2]
        with drawing_from(stream() if seed is None else np.random.RandomState(integer("seed", seed))):
            theta = up_to(self.rotation_range)
            tx, ty = shift(self.height_shift_range, height), shift(self.width_shift_range, width)
            shear = up_to(self.shear_range)
            zx, zy = (1, 1) if tuple(self.zoom_range) == (1, 1) else stream().uniform(*self.zoom_range, 2)
            return {
                "theta": theta,
                "tx": tx,
                "ty": ty,
                "shear": shear,
                "zx": zx,
                "zy": zy,
                "flip_horizontal": stream().random_sample() < 0.5 and self.horizontal_flip,
                "flip_vertical": stream().random_sample() < 0.5 and self.vertical_flip,
                "channel_shift_intensity": up_to(self.channel_shift_range) if self.channel_shift_range else None,
                "brightness": None if self.brightness_range is None else stream().uniform(*self.brightness_range),
            }

    def apply_transform(self, x: Image, transform_parameters: Parameters) -> Image:
        """Changes an image by these amounts. Amounts that are missing have no effect."""
        if not isinstance(transform_parameters, Mapping):
            raise TypeError(f"transform_parameters must be a dict of amounts, received {transform_parameters!r:.80}")
        amounts = transform_parameters
        affine = {name: amounts.get(name, 1 if name[0] == "z" else 0) for name in ("theta", "tx", "ty", "shear", "zx", "zy")}
        x = apply_affine_transform(x, **affine, fill_mode=self.fill_mode, cval=self.cval, order=self.interpolation_order)
        if amounts.get("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, amounts["channel_shift_intensity"])
        for flip, axis in (("flip_horizontal", 1), ("flip_vertical", 0)):
            if _flag(flip, amounts.get(flip)):
                x = np.flip(x, axis)
        return x if amounts.get("brightness") is None else apply_brightness_shift(x, amounts["brightness"], scale=False)

    def random_transform(self, x: Image, seed: int | None = None) -> Image:
        """Changes an image at random."""
        x = image_array(x)
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def standardize(self, x: Image) -> Image:
        """Scales an image, in place if its values are floats: `preprocessing_function`, `rescale`, means, deviations."""
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "biuf":
            x = as_array("x", x)
        if self.preprocessing_function is not None:
            with through_numpy():
                x = self.preprocessing_function(x)
        if not isinstance(x, np.ndarray):
            raise TypeError(f"preprocessing_function must return an array, returned {x!r:.60} (a {type(x).__name__})")
        if x.dtype.kind != "f":
            x = x.astype(np.float32)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x /= np.std(x, keepdims=True) + SMALL
        return self._standardized_by_feature(x) if self.featurewise_center else x

    def _standardized_by_feature(self, x: Image) -> Image:
        if self.mean is None:
            warn_user(
                "featurewise_center, featurewise_std_normalization and zca_whitening do nothing yet: call fit(x) with the "
                "training images first"
            )
            return x
        x -= self.mean
        if self.featurewise_std_normalization and self.std is not None:
            x /= self.std + SMALL
        if self.zca_whitening and self.zca_whitening_matrix is not None:
            x = (x.reshape(-1, math.prod(x.shape[-3:])) @ self.zca_whitening_matrix).reshape(x.shape)
        return x

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Computes the statistics for `featurewise_...` and `zca_whitening` from images, (n, height, width, channels).

        Args:
            augment: whether to use randomly changed images, `rounds` of each image.
        """
        images = present("x", readable(as_array("x", x))).astype(self.dtype)
        if images.ndim != 4 or not images.size:
            raise ValueError(f"x must be images of the shape (n, height, width, channels), received {images.shape}")
        if integer("rounds", rounds) < 1:
            raise ValueError(f"rounds must be at least 1, received {rounds}")
        if self.rescale:
            images *= self.rescale
        if boolean("augment", augment):
            random = stream() if seed is None else np.random.RandomState(integer("seed", seed))
            with drawing_from(random), through_numpy() if self._is_customized() else nullcontext():
                images = np.stack([self.random_transform(image) for _ in range(rounds) for image in images])
        if self.featurewise_center:
            self.mean = images.mean((0, 1, 2), keepdims=True)[0]
        if self.featurewise_std_normalization:
            self.std = (images - self.mean).std((0, 1, 2), keepdims=True)[0]
        if self.zca_whitening:
            axes, deviations, _ = np.linalg.svd((images - self.mean).reshape(len(images), -1).T, full_matrices=False)
            self.zca_whitening_matrix = (axes * (np.sqrt(len(images)) / (deviations + self.zca_epsilon))) @ axes.T

    # What iterators call.

    def _prepared(self, image: Image) -> Image:
        """An image of a batch, changed at random and scaled."""
        if not self._is_customized():
            return self.standardize(self.apply_transform(image, self.get_random_transform(image.shape)))
        with through_numpy():
            if self._is_overridden("random_transform"):
                changed = self.random_transform(image)
            else:  # not through the default method: an override may lack the argument `seed`, since Keras does not need it
                changed = self.apply_transform(image, self.get_random_transform(image.shape))
            return self.standardize(changed)

    def _is_customized(self) -> bool:
        return any(map(self._is_overridden, OVERRIDABLE))

    def _is_overridden(self, method: str) -> bool:
        """Whether a subclass or this object has a method of its own."""
        return getattr(getattr(self, method), "__func__", None) is not getattr(ImageDataGenerator, method)


ImageChanges.usual = ImageDataGenerator


def _shifts(name: str, value: Any) -> Any:
    """One number, whose type decides how the shift is drawn, or several numbers to choose from."""
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return [real(name, each) for each in value]
    real(name, value)
    return value


def _flag(name: str, value: Any) -> bool:
    """Whether the flag is set: a bool, or a number, since users multiply bools."""
    return bool(value) if value is None or isinstance(value, (bool, np.bool_)) else real(name, value) != 0


def _zoom(value: Any) -> tuple[float, float]:
    if isinstance(value, (tuple, list)):
        return _two("zoom_range", value)
    zoom = real("zoom_range", value)
    return 1 - zoom, 1 + zoom


def _two(name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be two numbers (least, most), received {value!r}")
    return real(name, value[0]), real(name, value[1])
