"""Where weights live: in an engine's model, or in several that share them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ref

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._base.arrays import matching_weights
from .._base.checks import Shape
from .._base.tensor_like import named

if TYPE_CHECKING:
    from typing import Protocol

    from .._native import Model

    class Stored(Protocol):
        """The attributes of a layer that concern its weights."""

        _slot: Slot | None

        @property
        def trainable(self) -> bool: ...


Weights = list[NDArray[np.float32]]


class UnbuiltError(ValueError):
    """The weights and shapes do not exist yet."""


@contextmanager
def as_attribute() -> Iterator[None]:
    """A context manager for properties: before the model is built, `hasattr` returns False."""
    try:
        yield
    except UnbuiltError as error:
        raise AttributeError(str(error)) from None


class LayerInfo(NamedTuple):
    """The engine's information about one layer."""

    output_shape: Shape
    parameters: int
    weights: list[int]
    trainable_parameters: int
    stream: dict[str, int] | None  # determines its random numbers, once there is a model


class Outline:
    """The engine's information about a model's layers and their weights.

    Args:
        description: the engine's JSON text.
    """

    def __init__(self, description: str) -> None:
        told: dict[str, Any] = json.loads(description)
        weights = told["weights"]
        self.output_shapes: list[Shape] = [tuple(shape) for shape in told["output_shapes"]]
        self.names: list[str] = [weight["name"] for weight in weights]
        self.shapes: list[tuple[int, ...]] = [tuple(weight["shape"]) for weight in weights]
        self.learns: list[bool] = [weight["trainable"] for weight in weights]
        layers = told["layers"]
        self.facts = [
            LayerInfo(tuple(each["output_shape"]), each["parameters"], each["weights"], self._learned(each["weights"]), stream)
            for each, stream in zip(layers, told.get("streams", [None] * len(layers)), strict=True)
        ]

    @property
    def parameters(self) -> int:
        """The number of values in all weights."""
        return sum(map(math.prod, self.shapes))

    def _learned(self, weights: Iterable[int]) -> int:
        return sum(math.prod(self.shapes[index]) for index in weights if self.learns[index])


class Slot(NamedTuple):
    """The place of a layer's weights: the store of a model that contains the layer, and the layer's index there."""

    store: ParameterStore
    position: int

    @property
    def facts(self) -> LayerInfo:
        return self.store.facts[self.position]

    def read(self) -> Weights:
        return self.store.read(self.facts.weights)

    def read_only(self, trainable: bool | None = None) -> Weights:
        return self.store.read_only(self.facts.weights, trainable)

    def read_named(self, name: str) -> NDArray[np.float32] | None:
        """A read-only copy of the weight of this name, the end of its path (`dense/kernel`); None if there is none."""
        found = [index for index in self.facts.weights if self.store.names[index].rpartition("/")[2] == name]
        return self.store.read_only(found)[0] if found else None

    def set_trainable(self, value: bool) -> None:
        self.store.set_trainable(self.position, value)
        bump_version()

    def write(self, weights: Sequence[ArrayLike], owner: str) -> None:
        shapes = [self.store.shapes[index] for index in self.facts.weights]
        arrays = matching_weights(weights, shapes, owner)
        for index, array in zip(self.facts.weights, arrays, strict=True):
            self.store.engine.set_weight(index, array)


class _Version:
    """Increases when a layer is frozen or a model's layers change. So a store detects by one comparison that nothing changed."""

    now = 0


def bump_version() -> None:
    _Version.now += 1


def shared(layers: Sequence[Stored]) -> tuple[tuple[int, Model, int], ...]:
    """The layers that have weights in other models. A new engine model shares these weights."""
    slots = [(index, layer._slot) for index, layer in enumerate(layers)]
    return tuple((index, slot.store.engine, slot.position) for index, slot in slots if slot is not None)


class ParameterStore:
    """One engine's model and its layers.

    A layer may be in several models, which then share its weights. The layer's slot is in the store of the model that trained it
    last.
    """

    def __init__(self, engine: Model, layers: Sequence[Stored]) -> None:
        self.engine = engine
        self._seen = -1
        self._trainable = [layer.trainable for layer in layers]
        self._layers = [ref(layer) for layer in layers]
        self._outline: Outline | None = None

    @property
    def outline(self) -> Outline:
        """The engine's current information about all layers. It is read for all at once, so not again for each changed layer."""
        if self._outline is None:
            self._outline = Outline(self.engine.describe())
        return self._outline

    @property
    def names(self) -> list[str]:
        return self.outline.names

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        return self.outline.shapes

    @property
    def learns(self) -> list[bool]:
        return self.outline.learns

    @property
    def facts(self) -> list[LayerInfo]:
        return self.outline.facts

    @property
    def is_newest(self) -> bool:
        """Whether nothing changed anywhere since the last `follow`."""
        return self._seen == _Version.now

    def is_of(self, layers: Sequence[Stored]) -> bool:
        return len(layers) == len(self._layers) and all(a() is b for a, b in zip(self._layers, layers, strict=True))

    def require(self, layers: Sequence[Stored]) -> None:
        """Raises an error if the layers are not those of this store."""
        if not self.is_of(layers):
            raise RuntimeError("the model's layers were changed by another thread while it was in use: change and use it in turn")

    def own(self, layers: Sequence[Stored], previous: ParameterStore | None = None) -> None:
        """Becomes the store of layers that have none, and of layers whose store it replaces."""
        for index, layer in enumerate(layers):
            if layer._slot is None or layer._slot.store is previous:
                layer._slot = Slot(self, index)

    def claim(self, layers: Sequence[Stored]) -> None:
        """Becomes the store of all its layers, so that freezing one of them affects the training that begins."""
        self.require(layers)
        for index, layer in enumerate(layers):
            if layer._slot is None or layer._slot.store is not self:
                layer._slot = Slot(self, index)

    def follow(self, layers: Sequence[Stored]) -> None:
        """Updates which layers are trainable."""
        now = _Version.now
        self.require(layers)
        for index, layer in enumerate(layers):
            if layer.trainable != self._trainable[index]:
                self.set_trainable(index, layer.trainable)
        self._seen = now

    def set_trainable(self, index: int, value: bool) -> None:
        self._trainable[index] = value
        self.engine.set_trainable(index, value)
        self._outline = None

    @property
    def parameters(self) -> int:
        """The number of values in the layers' weights."""
        return sum(facts.parameters for facts in self.facts)

    def by_weight(self, values: NDArray[np.float32]) -> Weights:
        """Splits a flat array into arrays of the weights' shapes, without a copy."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes], dtype=int)
        parts = np.split(values, ends)[:-1]  # the part after the last weight is empty
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def read(self, indices: Iterable[int]) -> Weights:
        arrays = []
        for index in indices:
            array = np.empty(self.shapes[index], np.float32)
            self.engine.get_weight(index, array)
            arrays.append(array)
        return arrays

    def read_only(self, indices: Iterable[int], trainable: bool | None = None) -> Weights:
        """Read-only copies of the trainable weights, of the others, or of all."""
        chosen = [index for index in indices if trainable in (None, self.learns[index])]
        copies = self.read(chosen)
        for copy in copies:
            copy.flags.writeable = False
        return [named(copy, self.names[index].rpartition("/")[2]) for copy, index in zip(copies, chosen, strict=True)]
