"""A model's tie to the engine: when its weights come into being, and which engine's model has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import _native
from .._base import seeds
from .._base.checks import Shape
from .._graph import user_initializers
from .._graph.architecture import plain
from .._graph.layer import Layer
from .._graph.parameter_store import LayerInfo, Outline, ParameterStore, Slot, UnbuiltError, bump_version, shared

if TYPE_CHECKING:
    from .any_model import AnyModel

MOST_SIZES = 8  # of images, whose outputs' shapes are remembered


class EngineBinding:
    """The engine's model of a model's layers, once there is one. It is asked with the model, which it does not hold.

    Attributes:
        store: the engine's model and its weights; None before the model is built, and when its line has changed.
        seed: of the model, once it was drawn.
    """

    def __init__(self) -> None:
        self.store: ParameterStore | None = None
        self.seed: int | None = None
        self._previous: ParameterStore | None = None
        self._sized: dict[Any, list[Shape]] = {}  # the shapes of outputs for those of samples

    def build_if_possible(self, model: AnyModel) -> None:
        """Makes the engine's model, if all is known that it needs."""
        if self.store is not None or model._input is None or not model._layers_in_order():
            return
        if self.seed is None:
            self.seed = seeds.next_model_seed()
        layers = model._layers_in_order()
        engine = _native.Model(json.dumps(self._architecture(model, layers)), self.seed, shared(layers))
        store = ParameterStore(engine, layers)
        store.require(model._layers_in_order())  # another thread may have added a layer meanwhile
        user_initializers.initialize(store, layers)
        if model._compiled is not None:
            engine.compile(model._compiled.to_json())
        self.store = store
        self.store.own(layers, self._previous)
        self._previous = None
        _tell_models_within(model, self.store)

    def _architecture(self, model: AnyModel, layers: Sequence[Layer]) -> Mapping[str, Any]:
        """The engine's description. Layers bring the random numbers that they have from other models, so that parts agree."""
        architecture = plain(model._flat_config())
        for described, layer in zip(architecture["layers"], layers, strict=False):  # `require` tells of another thread's layers
            stream = None if layer._slot is None else self._stream_at(layer._slot)
            if stream is not None:
                described["stream"] = stream
        return architecture

    def _stream_at(self, place: Slot) -> dict[str, int] | None:
        """Of a layer that is there; None if this model itself made it, in which it may stand elsewhere now."""
        stream = place.facts.stream
        made_here = place.store is self._previous and stream is not None and stream["seed"] == self.seed
        return None if made_here else stream

    def adopt(self, model: AnyModel, engine: _native.Model) -> None:
        """Takes an engine's model of these layers, whose weights also come to the other models that have the layers."""
        layers = model._layers_in_order()
        if places := shared(layers):
            engine = _native.Model.deserialize(engine.serialize(), places)
        self.store, self._previous = ParameterStore(engine, layers), None
        self.store.claim(layers)
        bump_version()
        _tell_models_within(model, self.store)

    def forget(self) -> None:
        """A changed line of layers needs a new engine model, which shares the weights."""
        if self.store is not None:
            self.store, self._previous = None, self.store
        self._sized.clear()
        bump_version()

    def built_store(self, model: AnyModel) -> ParameterStore:
        """The store of the layers as they are now."""
        if self.store is not None and self.store.is_newest:
            return self.store
        layers = model._layers_in_order()
        if self.store is not None and not self.store.is_of(layers):  # a model within this one has changed
            self.forget()
        model._build_if_possible()
        store = self.store
        if store is not None:
            store.follow(layers)
            return store
        if not layers:
            raise UnbuiltError(f"model {model.name!r} has no layers: add some first")
        raise UnbuiltError(
            f"model {model.name!r} does not know the shape of its input yet: begin it with Input(shape=...), "
            "give its first layer input_shape=..., call build((None, ...)), or fit it"
        )

    def outline(self, model: AnyModel) -> Outline:
        """The layers' shapes and weights, before these take memory where they do not yet."""
        if self.store is None and model._input is not None and model._layers_in_order():
            return Outline(_native.describe_architecture(json.dumps(plain(model._flat_config()))))
        return self.built_store(model).outline

    def sized_output_shapes(self, model: AnyModel, shapes: tuple[Shape, ...]) -> list[Shape]:
        """For samples of these shapes; asked of the engine once for each of the last few."""
        if shapes not in self._sized:
            config = dict(plain(model._flat_config()))
            inputs = [config["input"]] if "input" in config else config["inputs"]
            sized = [{**each, "shape": list(shape)} for each, shape in zip(inputs, shapes, strict=True)]
            config |= {"input": sized[0]} if "input" in config else {"inputs": sized}
            while len(self._sized) >= MOST_SIZES:
                self._sized.pop(next(iter(self._sized)))
            self._sized[shapes] = Outline(_native.describe_architecture(json.dumps(config))).output_shapes
        return self._sized[shapes]


def _tell_models_within(model: AnyModel, store: ParameterStore) -> None:
    """Tells the models within this one the shapes of their inputs, if they do not know them."""
    if any(inner._input is None for inner in model._models_within()):
        _tell_shapes(model, dict(zip(map(id, model._layers_in_order()), store.facts, strict=True)))


def _tell_shapes(model: AnyModel, facts: Mapping[int, LayerInfo]) -> None:
    """`facts` are those of the whole model's layers, by their ids. Only a line has models that do not know their shapes."""
    shapes = [] if model._input is None else [model._input]
    for item in model._line:
        if isinstance(item, Layer):
            shapes = [facts[id(item)].output_shape]
            continue
        if item._input is None:
            item._input = shapes[0]
        _tell_shapes(item, facts)
        shapes = item._shapes_in(facts, shapes)
