"""Layers with their weights: when they come into being, how they are read and replaced."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _native
from .._base import seeds
from .._base.arrays import matching_weights
from .._base.checks import Shape, fits, shape_in_batch
from .._base.names import Names, serials
from .._base.running import fits as running_fits
from .._graph import user_initializers
from .._graph.architecture import plain
from .._graph.layer import Layer
from .._graph.parameter_store import LayerInfo, Outline, ParameterStore, Slot, UnbuiltError, Weights, bump_version, shared
from .._training.compiling import STOP_FIRST
from .._training.single_batches import TakesSingleBatches

if TYPE_CHECKING:
    from .model import Model

MOST_SIZES = 8  # of images, whose outputs' shapes are remembered
SCALING_LAYERS = ("Rescaling", "Normalization", "BatchNormalization", "LayerNormalization")


class EngineBinding(TakesSingleBatches):
    """The part of a model that has weights."""

    def __init__(self) -> None:
        super().__init__()
        self._line: list[Layer | Model] = []
        self._names = Names()
        self._serial = next(serials)
        self._input: Shape | None = None
        self._store: ParameterStore | None = None
        self._previous: ParameterStore | None = None
        self._seed: int | None = None
        self._sized: dict[Any, list[Shape]] = {}  # the shapes of outputs for those of samples

    def _flat_config(self) -> dict[str, Any]:
        raise NotImplementedError

    # Building.

    @property
    def built(self) -> bool:
        """Whether the model has its weights, which it makes when they are first needed, or all that it needs to make them."""
        return self._store is not None or (self._input is not None and bool(self._layers_in_order()))

    def build(self, input_shape: Sequence[Any] | None = None) -> None:
        """Gives the model its weights, for batches of this shape: `(None, 28, 28, 1)`; None if the model knows its shape."""
        if input_shape is not None:
            shape = shape_in_batch("input_shape", input_shape)
            if self._input is not None and not fits(shape, self._input):
                raise ValueError(f"model {self.name!r} takes samples of the shape {self._input}, and cannot be built for {shape}")
            if self._line and self._input is None:
                self._build_for(shape)
        self._built_store()

    def _build_for(self, shape: Shape | None) -> None:
        """Builds a model for samples of this shape, which it forgets if its layers cannot take it."""
        before, self._input = self._input, shape
        try:
            self._build_if_possible()
        except BaseException:
            self._input = before
            raise

    def _leaves(self) -> list[tuple[str, Layer]]:
        """The layers in order, those of the models among them too, each with its path: `dense`, or `vgg16/block1_conv1`.

        A layer that is in several models has the path by which it is met first.
        """
        leaves: list[tuple[str, Layer]] = []
        known: set[int] = set()
        for item in self._line:
            within = [("", item)] if isinstance(item, Layer) else item._leaves()
            for path, leaf in within:
                if id(leaf) not in known:
                    known.add(id(leaf))
                    leaves.append((f"{item.name}/{path}" if path else str(item.name), leaf))
        return leaves

    def _layers_in_order(self) -> list[Layer]:
        return [leaf for _, leaf in self._leaves()]

    @property
    def _engine(self) -> _native.Model | None:
        return None if self._store is None else self._store.engine

    def _build_if_possible(self) -> None:
        if self._store is not None or self._input is None or not self._layers_in_order():
            return
        if self._seed is None:
            self._seed = seeds.next_model_seed()
        layers = self._layers_in_order()
        engine = _native.Model(json.dumps(self._architecture(layers)), self._seed, shared(layers))
        store = ParameterStore(engine, layers)
        store.require(self._layers_in_order())  # another thread may have added a layer meanwhile
        user_initializers.initialize(store, layers)
        if self._compiled is not None:
            engine.compile(self._compiled.to_json())
        self._store = store
        self._store.own(layers, self._previous)
        self._previous = None
        self._tell_models_within(self._store)

    def _architecture(self, layers: Sequence[Layer]) -> Mapping[str, Any]:
        """The engine's description. Layers bring the random numbers that they have from other models, so that parts agree."""
        architecture = plain(self._flat_config())
        for described, layer in zip(architecture["layers"], layers, strict=False):  # `require` tells of another thread's layers
            stream = None if layer._slot is None else self._stream_at(layer._slot)
            if stream is not None:
                described["stream"] = stream
        return architecture

    def _stream_at(self, place: Slot) -> dict[str, int] | None:
        """Of a layer that is there; None if this model itself made it, in which it may stand elsewhere now."""
        stream = place.facts.stream
        made_here = place.store is self._previous and stream is not None and stream["seed"] == self._seed
        return None if made_here else stream

    def _tell_models_within(self, store: ParameterStore) -> None:
        """Tells the models within this one the shapes of their inputs, if they do not know them."""
        if any(model._input is None for model in self._models_within()):
            self._tell_shapes(dict(zip(map(id, self._layers_in_order()), store.facts, strict=True)))

    def _tell_shapes(self, facts: Mapping[int, LayerInfo]) -> None:
        """`facts` are those of this model's layers, by their ids. Only a line has models that do not know their shapes."""
        shapes = [] if self._input is None else [self._input]
        for item in self._line:
            if isinstance(item, Layer):
                shapes = [facts[id(item)].output_shape]
                continue
            if item._input is None:
                item._input = shapes[0]
            item._tell_shapes(facts)
            shapes = item._shapes_in(facts, shapes)

    def _adopt(self, engine: _native.Model) -> None:
        """Takes an engine's model of these layers, whose weights also come to the other models that have the layers."""
        layers = self._layers_in_order()
        if places := shared(layers):
            engine = _native.Model.deserialize(engine.serialize(), places)
        self._store, self._previous = ParameterStore(engine, layers), None
        self._store.claim(layers)
        bump_version()
        self._tell_models_within(self._store)

    def _forget_engine(self) -> None:
        """A changed line of layers needs a new engine model, which shares the weights."""
        if self._store is not None:
            self._store, self._previous = None, self._store
        self._sized.clear()
        bump_version()

    def _built_store(self) -> ParameterStore:
        """The store of the layers as they are now."""
        if self._store is not None and self._store.is_newest:
            return self._store
        layers = self._layers_in_order()
        if self._store is not None and not self._store.is_of(layers):  # a model within this one has changed
            self._forget_engine()
        self._build_if_possible()
        store = self._store
        if store is not None:
            store.follow(layers)
            return store
        if not layers:
            raise UnbuiltError(f"model {self.name!r} has no layers: add some first")
        raise UnbuiltError(
            f"model {self.name!r} does not know the shape of its input yet: begin it with Input(shape=...), "
            "give its first layer input_shape=..., call build((None, ...)), or fit it"
        )

    def _outline(self) -> Outline:
        """The layers' shapes and weights, before these take memory where they do not yet."""
        if self._store is None and self._input is not None and self._layers_in_order():
            return Outline(_native.describe_architecture(json.dumps(plain(self._flat_config()))))
        return self._built_store().outline

    def _built_engine(self) -> _native.Model:
        return self._built_store().engine

    def _claim(self) -> None:
        """Before the weights are trained."""
        self._built_store().claim(self._layers_in_order())

    @contextmanager
    def _fitting(self) -> Iterator[None]:
        if self in running_fits:
            raise RuntimeError(
                f"model {self.name!r} is already being fitted by another call; wait for it, or use a copy of the model"
            )
        with running_fits.during(self):
            yield

    def _refuse_while_fitted(self, what: str) -> None:
        """Raises if this model's line must not change now: because it is being fitted, or is part of a model that is."""
        for model in running_fits.items():
            if self is model or self in model._models_within():
                raise RuntimeError(f"{what}: model {model.name!r} {STOP_FIRST}")

    def _models_within(self) -> list[Model]:
        inner = {id(item): item for item in self._line if not isinstance(item, Layer)}
        for item in list(inner.values()):
            inner.update((id(deeper), deeper) for deeper in item._models_within())
        return list(inner.values())

    def _engine_for(self, x: Any) -> _native.Model:
        """The engine's model, built for these samples if need be; `x` is an array, or a tuple of them."""
        if self._store is None and self._input is None and isinstance(x, np.ndarray) and x.ndim > 1:
            self.build((None, *x.shape[1:]))
        return self._built_engine()

    # Weights.

    @property
    def trainable(self) -> bool:
        """Whether any layer learns; setting it freezes all layers, or lets all learn, from the next batch on."""
        return not self._line or any(item.trainable for item in self._line)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for item in self._line:
            item.trainable = value

    @property
    def weights(self) -> Weights:
        """Read-only copies of all weights, in the order of `get_weights`; none before the model knows its input's shape."""
        return self._read_only()

    @property
    def variables(self) -> Weights:
        """The same as `weights`."""
        return self.weights

    @property
    def trainable_variables(self) -> Weights:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> Weights:
        """The same as `non_trainable_weights`."""
        return self.non_trainable_weights

    @property
    def trainable_weights(self) -> Weights:
        """Read-only copies of the weights that learn."""
        return self._read_only(trainable=True)

    @property
    def non_trainable_weights(self) -> Weights:
        """Read-only copies of the weights that do not learn: those of frozen layers, and moving statistics."""
        return self._read_only(trainable=False)

    def count_params(self) -> int:
        """How many numbers the model has."""
        self._built_store()
        return self._parameter_count()

    def get_weights(self) -> Weights:
        """Copies of all weights, layer by layer: kernel, bias; or gamma, beta, moving mean, moving variance.

        There are none before the model knows its input's shape.
        """
        try:
            store = self._built_store()
        except UnbuiltError:
            return []
        return store.read(range(len(store.shapes)))

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Replaces all weights; shapes as `get_weights` returns them. Nothing changes if one does not fit.

        During a fit, the next batch is the first with the new weights.
        """
        store = self._built_store()
        arrays = matching_weights(weights, store.shapes, f"model {self.name!r}")
        store.engine.set_weights(np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0, np.float32))

    # Inside.

    def _read_only(self, trainable: bool | None = None) -> Weights:
        try:
            store = self._built_store()
        except UnbuiltError:
            return []
        return store.read_only(range(len(store.shapes)), trainable)

    def _last_activation(self) -> str | None:
        """The name of what the last layer, if there is one, applies to its outputs; None for a linear one."""
        layers = self._layers_in_order()
        if layers and layers[-1]._class_name() == "Softmax":
            return "softmax"
        activation = getattr(layers[-1], "activation", None) if layers else None
        return activation if isinstance(activation, str) else None

    def _scales_its_inputs(self) -> bool:
        """Whether a layer before the first that multiplies brings the inputs to a common scale."""
        for layer, facts in zip(self._layers_in_order(), self._built_store().facts, strict=True):
            if layer._class_name() in SCALING_LAYERS:
                return True
            if facts.weights:
                return False
        return False

    def _outputs(self) -> Shape:
        """The shape of the first output, one sample."""
        return self._output_shapes()[0]

    def _output_shapes(self) -> list[Shape]:
        raise NotImplementedError

    def _parameter_count(self) -> int:
        return sum(facts.parameters for facts in self._built_store().facts)

    def _sized_output_shapes(self, shapes: tuple[Shape, ...]) -> list[Shape]:
        """For samples of these shapes; asked of the engine once for each of the last few."""
        if shapes not in self._sized:
            config = dict(plain(self._flat_config()))
            inputs = [config["input"]] if "input" in config else config["inputs"]
            sized = [{**each, "shape": list(shape)} for each, shape in zip(inputs, shapes, strict=True)]
            config |= {"input": sized[0]} if "input" in config else {"inputs": sized}
            while len(self._sized) >= MOST_SIZES:
                self._sized.pop(next(iter(self._sized)))
            self._sized[shapes] = Outline(_native.describe_architecture(json.dumps(config))).output_shapes
        return self._sized[shapes]

    def _by_weight(self, values: NDArray[np.float32]) -> Weights:
        """Cuts numbers that lie end to end into arrays of the weights' shapes; no copy."""
        shapes = self._built_store().shapes
        ends = np.cumsum([math.prod(shape) for shape in shapes], dtype=int)
        parts = np.split(values, ends)[:-1]  # nothing is left behind the last
        return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
