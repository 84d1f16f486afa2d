"""Batches of images from arrays and folders. Background threads prepare them while the engine works."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array, optional_array
from .._base.cancellation import raise_if_unwanted
from .._base.checks import boolean, one_of, text
from .._base.memory_maps import present, samples
from .._base.regular_files import path_text, shown
from .._base.user_warnings import warn_user
from ._draws import stream
from ._files import Size, checked_size, load_img, number_type, refuse_channels_first, save_img
from ._folders import Path, existing_folder, list_classes
from ._iterator import Array, Iterator
from ._pillow import COLOR_MODES, filter_named

Saving = tuple[str | None, str, str]  # folder, prefix and format of the augmented images that are saved for inspection

ENDINGS = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")
CLASS_MODES = ("categorical", "binary", "sparse", "input", None)
ON_ERROR = ("raise", "skip")


class ImageChanges:
    """The methods of `ImageDataGenerator` that flows call. Flows cannot import that class, because it imports them."""

    usual: ClassVar[Callable[[], ImageChanges]]  # makes one without arguments; `_generator.py` says how
    validation_split: float

    def _prepared(self, image: Array) -> Array:
        raise NotImplementedError


class NumpyArrayIterator(Iterator):
    """Batches of the images in an array. `ImageDataGenerator.flow` returns it."""

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: ImageChanges | None,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Path | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        refuse_channels_first(data_format)
        self.x, self.y = as_array("x", x), optional_array("y", y)
        self.sample_weight = optional_array("sample_weight", sample_weight)
        self.image_data_generator, self.dtype = _checked_generator(image_data_generator), number_type(dtype)
        self._saving = _checked_saving(save_to_dir, save_prefix, save_format)
        if self.x.ndim != 4 or not self.x.size:
            raise ValueError(f"x must be images of the shape (n, height, width, channels), received {self.x.shape}")
        for name, values in (("y", self.y), ("sample_weight", self.sample_weight)):
            if values is not None and (not values.ndim or len(values) != len(self.x)):
                received = f"{len(self.x)} and {len(values) if values.ndim else values!r}"
                raise ValueError(f"x and {name} must have the same length, received {received}")
        if subset is not None:
            self._keep(subset, ignore_class_split)
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _all_labels(self) -> Array | None:
        return self.y

    def _keep(self, subset: str, ignore_class_split: bool) -> None:
        cut = int(len(self.x) * self.image_data_generator.validation_split)
        part = _part(subset, slice(cut), slice(cut, None))
        if not len(self.x[part]):
            raise ValueError(f"validation_split={self.image_data_generator.validation_split} leaves no images for {subset}")
        if self.y is not None and not ignore_class_split and self._lacks_classes(cut):
            raise ValueError(
                "the training and the validation part hold different classes: shuffle x and y first, as the first part is cut off"
            )
        self.x = self.x[part]
        self.y = None if self.y is None else self.y[part]
        self.sample_weight = None if self.sample_weight is None else self.sample_weight[part]

    def _lacks_classes(self, cut: int) -> bool:
        assert self.y is not None
        return not np.array_equal(np.unique(self.y[:cut], axis=0), np.unique(self.y[cut:], axis=0))

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        batch = np.empty((len(index_array), *self.x.shape[1:]), self.dtype)
        for target, sample in zip(batch, index_array, strict=True):
            raise_if_unwanted()
            (image,) = present("x", samples(self.x, np.array([sample])))
            _put(target, image.astype(self.dtype), self.image_data_generator)
        _save(batch, index_array, self._saving)
        given = {"y": self.y, "sample_weight": self.sample_weight}
        parts = [present(name, samples(each, index_array)) for name, each in given.items() if each is not None]
        return (batch, *parts) if self.y is not None else batch


class DirectoryIterator(Iterator):
    """Batches of the images in a folder that has one subfolder for each class.

    `ImageDataGenerator.flow_from_directory` returns it.

    Attributes: `samples`, the number of images; `filenames` and `filepaths`; `labels` (or `classes`), the class number of each
    image, in the same order; `class_indices`, {name: number}; `image_shape`; `skipped`, the files that could not be read.

    Args:
        target_size: (height, width). color_mode: "rgb", "rgba" or "grayscale". interpolation: see `load_img`.
        classes: the subfolders to use, in the order of the class numbers; None uses all, in alphabetical order. It omits folders
            whose names begin with a dot, which Keras uses as classes.
        class_mode: the labels of the images: "categorical" (one-hot rows), "binary" and "sparse" (numbers), "input" (the images
            themselves), or None for no labels.
        subset: "training" or "validation"; the generator's `validation_split` divides each class.
        draft: see `load_img`.
        on_error: "raise"; or "skip" to omit files that cannot be read, with a warning for each.
    """

    def __init__(
        self,
        directory: Path,
        image_data_generator: ImageChanges | None,
        target_size: int | Size = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Path | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
        on_error: str = "raise",
        draft: bool = False,
    ) -> None:
        refuse_channels_first(data_format)
        for name, value, allowed in (
            ("class_mode", class_mode, CLASS_MODES),
            ("on_error", on_error, ON_ERROR),
            ("color_mode", color_mode, tuple(COLOR_MODES)),
        ):
            one_of(name, value, allowed)
        filter_named(interpolation)
        self.directory, self.image_data_generator = existing_folder(directory), _checked_generator(image_data_generator)
        self.target_size, self.dtype = checked_size("target_size", target_size), number_type(dtype)
        self.class_mode, self._on_error = class_mode, on_error
        self._saving = _checked_saving(save_to_dir, save_prefix, save_format)
        cut = self.image_data_generator.validation_split
        fraction = (0.0, 1.0) if subset is None else _part(subset, (0.0, cut), (cut, 1.0))
        names, self.filenames, self.classes = list_classes(self.directory, ENDINGS, classes, follow_links, fraction)
        self.class_indices = {name: number for number, name in enumerate(names)}
        self.samples, self.num_classes = len(self.filenames), len(names)
        self.filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        self.skipped: list[str] = []
        self._load = partial(
            load_img,
            color_mode=color_mode,
            target_size=self.target_size,
            interpolation=interpolation,
            keep_aspect_ratio=boolean("keep_aspect_ratio", keep_aspect_ratio),
            draft=boolean("draft", draft),
        )
        self.image_shape = (*self.target_size, len(COLOR_MODES[color_mode]))
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    @property
    def labels(self) -> NDArray[np.int32]:
        """The same as `classes`: the class number of each image."""
        return self.classes

    def _all_labels(self) -> Array | None:
        return None if self.class_mode in ("input", None) else self.classes

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        batch = np.empty((len(index_array), *self.image_shape), self.dtype)
        good: list[int] = []
        for sample in index_array:
            raise_if_unwanted()
            picture = read_or_skip(self._load, self.filepaths[sample], self._on_error, self.skipped)
            if picture is not None:
                image = np.array(picture, self.dtype).reshape(self.image_shape)
                _put(batch[len(good)], image, self.image_data_generator)
                good.append(sample)
        batch, kept = batch[: len(good)], np.array(good, np.intp)
        refuse_empty(batch, self.filepaths[index_array[0]])
        _save(batch, kept, self._saving)
        return batch if self.class_mode is None else (batch, self._targets(batch, self.classes[kept]))

    def _targets(self, batch: Array, labels: Array) -> Array:
        if self.class_mode == "input":
            return batch.copy()
        if self.class_mode == "categorical":
            return np.eye(self.num_classes, dtype=batch.dtype)[labels]
        return labels.astype(batch.dtype)


def read_or_skip(load: Callable[[str], Any], path: str, on_error: str, skipped: list[str]) -> Any:
    """Returns `load` of a file. If the file cannot be read and is to be skipped, it warns once and returns None."""
    try:
        return load(path)
    except (ValueError, OSError) as error:
        if on_error == "raise":
            raise ValueError(f"{error}. Remove the file, or pass on_error='skip'") from None
        if path not in skipped:
            skipped.append(path)
            warn_user(f"skipped: {error}")
        return None


def refuse_empty(batch: Array, path: str) -> None:
    if not len(batch):
        raise ValueError(f"no image of a batch could be read; the first was {shown(path)}")


def _part(subset: str, validation: Any, training: Any) -> Any:
    one_of("subset", subset, ("training", "validation"))
    return validation if subset == "validation" else training


def _put(target: Array, image: Array, generator: ImageChanges) -> None:
    made = generator._prepared(image)
    if np.shape(made) != target.shape:
        raise ValueError(
            f"the methods of {type(generator).__name__} and its preprocessing_function must keep an image's shape, "
            f"{target.shape}, returned {made!r:.60} of the shape {np.shape(made)}"
        )
    target[...] = made


def _checked_generator(generator: ImageChanges | None) -> ImageChanges:
    if generator is not None and not isinstance(generator, ImageChanges):
        raise TypeError(f"image_data_generator must be an ImageDataGenerator or None, received {generator!r:.80}")
    return ImageChanges.usual() if generator is None else generator


def _checked_saving(folder: Path | None, prefix: str, file_format: str) -> Saving:
    place = None if folder is None else path_text("save_to_dir", folder)
    if place is not None and not os.path.isdir(place):
        raise FileNotFoundError(f"save_to_dir must be a folder that exists, and {shown(place)} does not")
    return place, text("save_prefix", prefix), text("save_format", file_format)


def _save(batch: Array, samples: Array, saving: Saving) -> None:
    folder, prefix, file_format = saving
    if folder is not None:
        for image, sample in zip(batch, samples, strict=True):
            name = f"{prefix}_{sample}_{stream().randint(10**7)}.{file_format}"
            save_img(os.path.join(folder, name), image)
