"""The base class of `Normalization`, which scales values to mean 0 and variance 1 by given or computed statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import Shape, axes
from .._base.memory_maps import present, readable
from .._base.tensor_like import as_values
from .._batches.batch_source import BatchSource, makes_batches
from .._batches.py_dataset import PyDataset
from .._graph import hooks
from .._graph.layer import Layer, Weight
from .._graph.parameter_store import Slot
from ._arguments import Axes

PIECE = 1 << 20  # the number of elements that are converted at once


class _Statistic(Weight):
    """Mean or variance, as a read-only array that broadcasts with batches; None before the layer knows its shape."""

    @overload
    def __get__(self, layer: None, owner: type[Layer]) -> Weight: ...
    @overload
    def __get__(self, layer: Layer, owner: type[Layer]) -> NDArray[np.float32] | None: ...
    def __get__(self, layer: Layer | None, owner: type[Layer]) -> Weight | NDArray[np.float32] | None:
        return layer._statistic(self.name) if isinstance(layer, NormalizationBase) else self

    def __set__(self, layer: Layer, value: Any) -> None:  # type: ignore[override]
        if "_is_finished" in vars(layer):
            super().__set__(layer, value)
        setattr(layer, f"input_{self.name}", value)  # by the constructor


class NormalizationBase(Layer):
    """Base class of `Normalization`: the statistics and their computation from data."""

    axis: tuple[int, ...]
    input_mean: float | tuple[Any, ...] | None
    input_variance: float | tuple[Any, ...] | None
    mean = _Statistic()
    variance = _Statistic()

    @classmethod
    def _setting_names(cls) -> tuple[str, ...]:
        return ("axis", "invert")

    def _setting(self, field: str) -> Any:
        return getattr(self, f"input_{field}" if field in ("mean", "variance") else field)

    def adapt(self, data: Any) -> None:
        """Computes mean and variance from data and replaces the layer's statistics. Usually called before `fit`.

        Args:
            data: samples as an array; or an iterable of batches: a generator, a data set, a `PyDataset`, a list of arrays. For a
                batch `(x, y)`, x is used.
        """
        if self.input_mean is not None:
            raise ValueError("adapt is for layers without a given mean and variance: omit mean and variance")
        moments = _Moments(self.axis)
        for samples in _samples(data):
            moments.add(samples)
        place = self._slot_if_any() or self._alone(moments)
        moments.require(_fixed(place.facts.output_shape))
        place.write([*moments.values(), place.read()[2]], f"layer {self.name!r}")

    def _alone(self, moments: _Moments) -> Slot:
        """A store for the weights of a layer that is in no model with a known shape. Later models take the weights from it."""
        shape = _fixed(self._declared_input or moments.shape or (1,))
        moments.require(shape)
        hooks.line_of(self, shape)  # which gives it its place
        return self._home()

    def _statistic(self, name: str) -> NDArray[np.float32] | None:
        place = self._slot_if_any()
        if place is None:
            return None
        sizes = (1, *_fixed(place.facts.output_shape))
        kept = _places(self.axis, len(sizes))
        given = self._setting(name)
        values = place.read_named(name) if given is None else np.array(given, np.float32)
        assert values is not None
        shaped = np.broadcast_to(values, [sizes[axis] for axis in kept])
        values = np.array(shaped).reshape([size if axis in kept else 1 for axis, size in enumerate(sizes)])
        values.flags.writeable = False
        shown: NDArray[np.float32] = as_values(values)
        return shown


class _Moments:
    """Mean and variance of batches, in float64, combined batch by batch (Chan, Golub and LeVeque, 1979).

    Args:
        axes: the axes with a separate mean for each index.
    """

    def __init__(self, axes: tuple[int, ...]) -> None:
        self._axes = axes
        self.shape: tuple[int, ...] = ()  # of a sample
        self._count = 0
        self._mean = self._squares = np.zeros(())

    def add(self, samples: NDArray[Any]) -> None:
        if not self._count:
            self.shape = samples.shape[1:]
        kept = _places(self._axes, samples.ndim)
        if len(samples.shape) != len(self.shape) + 1 or any(samples.shape[axis] != self.shape[axis - 1] for axis in kept):
            raise ValueError(f"data must have one shape, received samples of {self.shape} and then of {samples.shape[1:]}")
        others = tuple(axis for axis in range(samples.ndim) if axis not in kept)
        step = max(1, PIECE // max(1, samples[:1].size))
        for start in range(0, len(samples), step):
            piece = present("data", readable(samples[start : start + step])).astype(np.float64)
            if piece.size:
                self._join(piece, others)

    def _join(self, piece: NDArray[np.float64], others: tuple[int, ...]) -> None:
        with np.errstate(invalid="ignore", over="ignore"):
            mean, count = piece.mean(others), piece.size // max(1, piece.mean(others).size)
            squares = piece.var(others) * count
            distance = mean - self._mean
            whole = self._count + count
            self._squares = self._squares + squares + distance**2 * (self._count * count / whole)
            self._mean = self._mean + distance * (count / whole)
            self._count = whole

    def require(self, shape: tuple[int, ...]) -> None:
        """Raises an error for samples of another shape."""
        kept = _places(self._axes, len(self.shape) + 1)
        if kept and (len(shape) != len(self.shape) or any(shape[axis - 1] != self.shape[axis - 1] for axis in kept)):
            raise ValueError(f"adapt needs data like the layer's inputs, samples of the shape {shape}, received {self.shape}")

    def values(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if not self._count:
            raise ValueError("data must have at least one sample, received none")
        with np.errstate(over="ignore"):
            mean, variance = np.float32(self._mean), np.float32(self._squares / self._count)
        if not (np.isfinite(mean).all() and np.isfinite(variance).all()):
            raise ValueError("data must be finite numbers whose mean and variance float32 can hold: replace NaN and infinity")
        return np.asarray(mean), np.asarray(variance)


def _places(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """The axes, counted from the batch's, of data of so many axes."""
    places = tuple(sorted(axis + rank if axis < 0 else axis for axis in axes))
    if places and not (places[0] > 0 and places[-1] < rank):
        raise ValueError(
            f"axis must name axes of a sample, received {axes} and data of {rank} axes with the batch's; axis=None takes one "
            "mean and variance of everything"
        )
    return places


def _samples(data: Any) -> Iterator[NDArray[Any]]:
    """Yields the samples in the data, some at a time."""
    if isinstance(data, (list, tuple)):
        for each in data:
            if not hasattr(each[0] if isinstance(each, tuple) and each else each, "shape"):
                raise TypeError(f"a list must hold batches, each an array, received {each!r:.60} in it: pass numpy.array(data)")
    elif not makes_batches(data):
        array = as_array("data", data)
        if array.ndim == 0:
            raise ValueError(f"data must be an array or batches of samples, received the single number {array}")
        yield array
        return
    if isinstance(data, PyDataset) and data.num_batches is None:
        raise ValueError("data must have an end, as num_batches would tell: pass some batches, as itertools.islice(data, 100)")
    for batch in BatchSource("data", data, 0).epoch():
        if isinstance(batch.x, tuple):
            raise TypeError("data must hold one array of samples in each batch, received several")
        yield batch.x


def _fixed(shape: Shape) -> tuple[int, ...]:
    """Replaces open sizes by 1, since there are no statistics for axes of varying size."""
    return tuple(size or 1 for size in shape)


def axes_of_statistics(what: str, value: Axes | None) -> tuple[int, ...]:
    """The axes as a tuple; None means no axes."""
    chosen = () if value is None else axes(what, value)
    return (chosen,) if isinstance(chosen, int) else chosen


def number_array(what: str, value: Any) -> float | tuple[Any, ...]:
    """A number, or lists of them within lists, as float64."""
    array = as_array(what, value).astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{what} must be finite numbers, received {value!r:.80}")
    numbers: float | tuple[Any, ...] = _nested(array.tolist())
    return numbers


def _nested(value: Any) -> Any:
    return tuple(map(_nested, value)) if isinstance(value, list) else value
