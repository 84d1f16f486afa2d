"""`image_dataset_from_directory`: batches of the images in a folder, for training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.cancellation import raise_if_unwanted
from .._base.checks import fixed, one_of, real
from ._chains import Make, Pipeline
from ._choices import Choices, checked
from ._files import Size, refuse_channels_first
from ._flows import read_or_skip, refuse_empty
from ._folders import Path, existing_folder, list_classes, list_images, no_images
from ._iterator import SEEDS
from ._pillow import COLOR_MODES

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
SUBSETS = ("training", "validation", "both", None)


class ImageDataset(Pipeline):
    """Batches of images, float32 from 0 to 255, and their labels. `image_dataset_from_directory` returns it.

    `class_names` are the names of the classes, in the order of the class numbers. `file_paths` and `labels` have one entry per
    image. `skipped` lists the files that could not be read. One iteration over the data set is one pass over the data.
    """

    def __init__(
        self,
        files: list[str],
        labels: NDArray[np.int32] | None,
        class_names: list[str] | None,
        choices: Choices,
        shuffle: bool,
    ) -> None:
        cores = len(os.sched_getaffinity(0))
        super().__init__(class_names, workers=max(cores, 2), max_queue_size=cores + 2)
        self.file_paths, self.labels = files, labels
        self.skipped: list[str] = []
        self._choices, self._shuffles, self._passes = choices, shuffle, 0

    @property
    def num_batches(self) -> int:
        return -(-len(self.file_paths) // self._choices.batch_size)

    def _pass(self, goes_on: bool) -> Make:
        order = self._order()
        self._passes += goes_on
        return partial(self._batch, order)

    def _labels_in_order(self) -> tuple[NDArray[Any] | None, int]:
        """The labels in the order of training, or None if the order is shuffled; and the batch size."""
        return (None if self._shuffles else self.labels), self._choices.batch_size

    def _order(self) -> NDArray[Any]:
        samples = len(self.file_paths)
        if not self._shuffles:
            return np.arange(samples)
        return np.random.RandomState((self._choices.seed + self._passes) % SEEDS).permutation(samples)

    def _batch(self, order: NDArray[Any], index: int) -> Any:
        choices = self._choices
        samples = order[index * choices.batch_size : (index + 1) * choices.batch_size]
        images = np.empty((len(samples), *choices.image_size, len(COLOR_MODES[choices.color_mode])), np.float32)
        good: list[int] = []
        for sample in samples:
            raise_if_unwanted()
            image = read_or_skip(choices.load, self.file_paths[sample], choices.on_error, self.skipped)
            if image is not None:
                images[len(good)] = image
                good.append(sample)
        images = images[: len(good)]
        refuse_empty(images, self.file_paths[samples[0]])
        return images if self.labels is None else (images, self._targets(self.labels[good]))

    def _targets(self, labels: NDArray[np.int32]) -> NDArray[Any]:
        if self._choices.label_mode == "categorical":
            return np.eye(len(self.class_names or ()), dtype=np.float32)[labels]
        return labels.astype(np.float32)[:, np.newaxis] if self._choices.label_mode == "binary" else labels


def image_dataset_from_directory(
    directory: Path,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int = 32,
    image_size: int | Size = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
    on_error: str = "raise",
) -> Any:
    """Batches of the images in a folder, for `fit`. Values are float32 from 0 to 255: scale them in the model or by `Rescaling`.

    Args:
        directory: a folder that has one subfolder of images for each class.
        labels: "inferred" takes them from the subfolders; None returns images only; or a list with a number for each image, in
            alphabetical order of paths.
        label_mode: "int", "categorical" (one-hot rows), "binary" (0 and 1, shape (n, 1)), or None for images only.
        class_names: the subfolders to use, in the order of the class numbers; None uses all, in alphabetical order.
        color_mode: "rgb", "rgba" or "grayscale".
        image_size: (height, width) of the images in the batches.
        shuffle: whether each pass has a new random order. seed: the seed for the order and for the choice of `validation_split`.
        validation_split, subset: the fraction to keep for validation; and the part to return: "training", "validation" or "both".
        interpolation: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic", as in
            TensorFlow. When an image becomes smaller, only "area" averages.
        follow_links: whether to follow symbolic links to folders.
        crop_to_aspect_ratio: True crops the image evenly on both sides, to keep its aspect ratio, instead of distorting it.
        pad_to_aspect_ratio: True pads the image with black evenly on both sides, to keep its aspect ratio.
        data_format: None or "channels_last".
        format: "tf"; the result is an `ImageDataset` nevertheless.
        verbose: whether to print the number of files.
        on_error: "raise"; or "skip" to omit files that cannot be read, with a warning for each.

    Returns:
        An `ImageDataset`; for subset="both" a list of two.

    The values equal those of Keras on TensorFlow, except for JPEG files: TensorFlow decodes these by a faster and less exact
    transform, so values differ by a few units of 255. Photographs are rotated according to their EXIF data.
    """
    fixed("format", format, ("tf",), "data sets of grain are not supported")
    refuse_channels_first(data_format)
    crop, pad = crop_to_aspect_ratio, pad_to_aspect_ratio
    choices = checked(color_mode, batch_size, image_size, seed, interpolation, crop, pad, label_mode, on_error)
    _check_split(validation_split, subset, shuffle, seed)
    folder = existing_folder(directory)
    files, numbers, names = _listed(folder, labels, class_names, follow_links, verbose)
    if label_mode == "binary" and names is not None and len(names) != 2:
        raise ValueError(f"label_mode='binary' needs 2 classes, found {len(names)}: {', '.join(names[:10])}")
    if shuffle:
        order = np.arange(len(files))
        np.random.RandomState(choices.seed % SEEDS).shuffle(
            order
        )  # Keras's order, so that the same files are kept for validation
        files, numbers = [files[i] for i in order], None if numbers is None else numbers[order]
    paths = [os.path.join(folder, file) for file in files]
    if label_mode is None:
        numbers = None
    if subset is None:
        return ImageDataset(paths, numbers, names, choices, shuffle)
    cut = len(paths) - int((validation_split or 0) * len(paths))
    parts = {"training": slice(cut), "validation": slice(cut, None)}
    wanted = list(parts) if subset == "both" else [subset]
    datasets = []
    for part in wanted:
        chosen = paths[parts[part]]
        if not chosen:
            raise ValueError(f"validation_split={validation_split} of {len(paths)} images leaves none for {part}")
        if verbose:
            print(f"Using {len(chosen)} files for {part}.")
        kept = None if numbers is None else numbers[parts[part]]
        datasets.append(ImageDataset(chosen, kept, names, choices, shuffle and (subset != "both" or part == "training")))
    return datasets if subset == "both" else datasets[0]


def _check_split(validation_split: float | None, subset: str | None, shuffle: bool, seed: int | None) -> None:
    one_of("subset", subset, SUBSETS)
    if (validation_split is None) != (subset is None):
        raise ValueError(f"validation_split and subset go together, received {validation_split!r} and {subset!r}")
    if validation_split is not None and not 0 < real("validation_split", validation_split) < 1:
        raise ValueError(f"validation_split must lie between 0 and 1, received {validation_split}")
    if validation_split is not None and shuffle and seed is None and subset != "both":
        raise ValueError(
            "pass a seed: without one, the training and the validation part would not be cut the same way, and overlap"
        )


def _listed(
    folder: str, labels: Any, class_names: Sequence[str] | None, follow_links: bool, verbose: bool
) -> tuple[list[str], NDArray[np.int32] | None, list[str] | None]:
    """The files, the class number of each file, and the names of the classes."""
    if isinstance(labels, str) and labels == "inferred":
        names, files, numbers = list_classes(folder, ENDINGS, class_names, follow_links)
        if verbose:
            print(f"Found {len(files)} files belonging to {len(names)} classes.")
        return files, numbers, names
    if class_names is not None:
        raise ValueError("class_names can only be given with labels='inferred'")
    files = list_images(folder, "", ENDINGS, follow_links)
    if not files:
        raise ValueError(no_images(folder, ENDINGS))
    given = None if labels is None else np.asarray(labels)
    if given is not None and (given.shape != (len(files),) or given.dtype.kind not in "iu"):
        raise ValueError(
            f"labels must be 'inferred', None, or {len(files)} integers, one for each image found; received an array of shape "
            f"{given.shape} and dtype {given.dtype}"
        )
    names_given = None if given is None else [str(label) for label in sorted(set(given.tolist()))]
    if verbose:
        print(
            f"Found {len(files)} files."
            if names_given is None
            else f"Found {len(files)} files belonging to {len(names_given)} classes."
        )
    return files, None if given is None else given.astype(np.int32), names_given
