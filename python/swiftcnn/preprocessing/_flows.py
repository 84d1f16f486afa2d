"""Batches of images from arrays and folders, made in background threads while the engine works."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from .._arrays import as_array, optional_array
from .._checks import boolean, integer
from .._dataset import PyDataset
from ._files import Size, array_to_img, checked_size, load_img, shown
from ._folders import Path, existing_folder, list_classes
from ._pillow import COLOR_MODES

if TYPE_CHECKING:
    from ._generator import ImageDataGenerator

Array = NDArray[Any]
Walk = Generator[Any, None, None]
Saving = tuple[Path | None, str, str]  # where augmented images are kept to be looked at, prefix, format

ENDINGS = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")
CLASS_MODES = ("categorical", "binary", "sparse", "input", None)
ON_ERROR = ("raise", "skip")
SEEDS = 2**32


class Iterator(PyDataset):
    """Base of the batches of images: `len(batches)`, `batches[i]`, `next(batches)` without end, `fit(batches)`.

    The batches of a pass over the data depend on the seed and on how many passes came before, not on threads. `reset()` begins
    the pass anew.

    Args:
        n: images. batch_size: of these a batch, the last may be smaller.
        shuffle: whether every pass has its own order. seed: drawn from `numpy.random` if None.
    """

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        cores = len(os.sched_getaffinity(0))
        super().__init__(workers=max(cores, 2), max_queue_size=cores + 2)
        self.n, self.batch_size = n, integer("batch_size", batch_size)
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, received {batch_size}")
        self.shuffle = boolean("shuffle", shuffle)
        self.seed = None if seed is None else integer("seed", seed)
        self._base = int(np.random.randint(SEEDS, dtype=np.int64)) if self.seed is None else self.seed
        self._passes = 0
        self._lock = threading.Lock()
        self._walk: Walk | None = None

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        """Batch `index` of the next pass."""
        number = integer("index", index)
        if not -len(self) <= number < len(self):
            raise IndexError(f"there is no batch {number}: there are {len(self)}")
        return self._batch(self._order(), self._first_seed(), number % len(self))

    def __iter__(self) -> Self:  # for x, y in generator.flow(...) goes on for ever, as in Keras
        return self

    def __next__(self) -> Any:
        with self._lock:
            if self._walk is None:
                self._walk = self._without_end()
            return next(self._walk)

    def _labels_in_order(self) -> tuple[Array | None, int]:
        """The labels as they are trained on, None if in mixed order; and the batch size."""
        return (None if self.shuffle else self._all_labels()), self.batch_size

    def _all_labels(self) -> Array | None:
        return None

    def reset(self) -> None:
        """`next` begins again with the first batch of a pass."""
        with self._lock:
            self._walk = None

    def _without_end(self) -> Walk:
        while True:
            yield from map(self._next_pass(), range(len(self)))

    def _next_pass(self) -> Callable[[int], Any]:
        make = partial(self._batch, self._order(), self._first_seed())
        self._passes += 1
        return make

    def _first_seed(self) -> int:
        """Keras's scheme: every batch has a seed of its own, and that of a pass's first batch also orders the samples."""
        return self._base + self._passes * len(self)

    def _order(self) -> Array:
        return np.random.RandomState(self._first_seed() % SEEDS).permutation(self.n) if self.shuffle else np.arange(self.n)

    def _batch(self, order: Array, first_seed: int, index: int) -> Any:
        random = np.random.RandomState((first_seed + index) % SEEDS)
        if self.shuffle and index == 0:
            random.permutation(self.n)
        return self._made(order[index * self.batch_size : (index + 1) * self.batch_size], random)

    def _made(self, samples: Array, random: np.random.RandomState) -> Any:
        raise NotImplementedError


class NumpyArrayIterator(Iterator):
    """Batches of the images of an array; `ImageDataGenerator.flow` makes it."""

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: ImageDataGenerator,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        subset: str | None = None,
        ignore_class_split: bool = False,
        saving: Saving = (None, "", "png"),
    ) -> None:
        self.x, self.y = as_array("x", x), optional_array("y", y)
        self.sample_weight = optional_array("sample_weight", sample_weight)
        self.image_data_generator, self._saving = image_data_generator, saving
        if self.x.ndim != 4 or not len(self.x):
            raise ValueError(f"x must be images of the shape (n, height, width, channels), received {self.x.shape}")
        for name, values in (("y", self.y), ("sample_weight", self.sample_weight)):
            if values is not None and len(values) != len(self.x):
                raise ValueError(f"x and {name} must have the same length, received {len(self.x)} and {len(values)}")
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

    def _made(self, samples: Array, random: np.random.RandomState) -> Any:
        generator = self.image_data_generator
        batch = np.empty((len(samples), *self.x.shape[1:]), generator.dtype)
        for target, sample in zip(batch, samples, strict=True):
            image = self.x[sample].astype(generator.dtype)
            target[...] = generator.standardize(generator.apply_transform(image, generator.drawn(image.shape, random)))
        _save(batch, samples, self._saving, random)
        parts = [each[samples] for each in (self.y, self.sample_weight) if each is not None]
        return (batch, *parts) if self.y is not None else batch


class DirectoryIterator(Iterator):
    """Batches of the images of a folder with one folder for each class; `ImageDataGenerator.flow_from_directory` makes it.

    Attributes: `samples`, how many images; `filenames` and `filepaths`; `labels` (or `classes`), a number for each image in their
    order; `class_indices`, {name: number}; `image_shape`; `skipped`, the files that could not be read.

    Args:
        target_size: (height, width). color_mode: "rgb", "rgba" or "grayscale". interpolation: see `load_img`.
        classes: the folders to take, in the order of their numbers; all, in alphabetical order, if None.
        class_mode: what comes with the images: "categorical" (one-hot rows), "binary" and "sparse" (numbers), "input" (the images
            themselves), None.
        subset: "training" or "validation", as the generator's `validation_split` cuts each class.
        on_error: "raise", or "skip" to leave out a file that cannot be read, with a warning that names it.
    """

    def __init__(
        self,
        directory: Path,
        image_data_generator: ImageDataGenerator,
        target_size: int | Size = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        saving: Saving = (None, "", "png"),
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        on_error: str = "raise",
    ) -> None:
        for name, value, allowed in (("class_mode", class_mode, CLASS_MODES), ("on_error", on_error, ON_ERROR)):
            if value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(map(str, allowed))}, received {value!r}")
        self.directory, self.image_data_generator = existing_folder(directory), image_data_generator
        self.target_size = checked_size("target_size", target_size)
        self.class_mode, self._saving, self._on_error = class_mode, saving, on_error
        cut = image_data_generator.validation_split
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
            keep_aspect_ratio=keep_aspect_ratio,
        )
        self.image_shape = (*self.target_size, len(COLOR_MODES.get(color_mode, "RGB")))
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    @property
    def labels(self) -> NDArray[np.int32]:
        return self.classes

    def _all_labels(self) -> Array | None:
        return None if self.class_mode in ("input", None) else self.classes

    def _made(self, samples: Array, random: np.random.RandomState) -> Any:
        generator = self.image_data_generator
        batch = np.empty((len(samples), *self.image_shape), generator.dtype)
        good: list[int] = []
        for sample in samples:
            amounts = generator.drawn(self.image_shape, random)
            picture = read_or_skip(self._load, self.filepaths[sample], self._on_error, self.skipped)
            if picture is not None:
                image = np.asarray(picture, generator.dtype).reshape(self.image_shape)
                image = np.array(image) if not image.flags.writeable else image
                batch[len(good)] = generator.standardize(generator.apply_transform(image, amounts))
                good.append(sample)
        batch, kept = batch[: len(good)], np.array(good, np.intp)
        refuse_empty(batch, self.filepaths[samples[0]])
        _save(batch, kept, self._saving, random)
        return batch if self.class_mode is None else (batch, self._targets(batch, self.classes[kept]))

    def _targets(self, batch: Array, labels: Array) -> Array:
        if self.class_mode == "input":
            return batch.copy()
        if self.class_mode == "categorical":
            return np.eye(self.num_classes, dtype=batch.dtype)[labels]
        return labels.astype(batch.dtype)


def read_or_skip(load: Callable[[str], Any], path: str, on_error: str, skipped: list[str]) -> Any:
    """What `load` makes of a file; None, and one warning, if it cannot be read and is to be skipped."""
    try:
        return load(path)
    except (ValueError, OSError) as error:
        if on_error == "raise":
            raise ValueError(f"{error}. Remove the file, or pass on_error='skip'") from None
        if path not in skipped:
            skipped.append(path)
            warnings.warn(f"skipped: {error}", UserWarning, stacklevel=2)
        return None


def refuse_empty(batch: Array, path: str) -> None:
    if not len(batch):
        raise ValueError(f"no image of a batch could be read; the first was {shown(path)}")


def _part(subset: str, validation: Any, training: Any) -> Any:
    if subset not in ("training", "validation"):
        raise ValueError(f"subset must be 'training' or 'validation', received {subset!r}")
    return validation if subset == "validation" else training


def _save(batch: Array, samples: Array, saving: Saving, random: np.random.RandomState) -> None:
    folder, prefix, file_format = saving
    if folder is not None:
        for image, sample in zip(batch, samples, strict=True):
            name = f"{prefix}_{sample}_{random.randint(10**7)}.{file_format}"
            array_to_img(image).save(os.path.join(os.fsdecode(folder), name))
