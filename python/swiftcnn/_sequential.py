"""`Sequential`, the model that is a line of layers.

Over 300 lines, because all that a model offers beside training is in this one class.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self
from weakref import ref

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native, _seeds
from ._arrays import Array, matching_weights
from ._checks import integer, text
from ._compiled import Compiled
from ._layer import Layer, free_name
from ._paths import FilePath, existing, naming, writable
from ._summary import Memory, Row, render_html, render_text
from ._training import DEFAULT_BATCH_SIZE, Trainable
from .layers import InputLayer, revive

SCALING_LAYERS = ("Rescaling", "Normalization", "BatchNormalization", "LayerNormalization")
Weights = list[NDArray[np.float32]]


class Facts(NamedTuple):
    """What the engine tells of one layer."""

    output_shape: tuple[int, ...]
    parameters: int
    weights: list[int]
    trainable_parameters: int


class Sequential(Trainable):
    """A model that is a line of layers.

    Its weights come into being as soon as the shape of a sample is known: from `Input` or `input_shape=`, else from the
    first data.

    Args:
        layers: the layers, the first of which may be `Input(shape=...)`.
        name: the model's name.

    Example:
        >>> model = Sequential([Input((28, 28, 1)), Conv2D(32, 3, activation="relu"), Flatten(), Dense(10, "softmax")])
        >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        >>> history = model.fit(x_train, y_train, batch_size=128, epochs=5)
    """

    def __init__(self, layers: Iterable[Layer] | None = None, *, name: str | None = None) -> None:
        super().__init__()
        self.name = "sequential" if name is None else text("name", name)
        self._layers: list[Layer] = []
        self._input: tuple[int, ...] | None = None
        self._input_name: str | None = None
        self._seed: int | None = None
        self._facts: dict[Layer, Facts] = {}
        self._shapes: list[tuple[int, ...]] = []
        self._learns: list[bool] = []
        self._kept: dict[Layer, Weights] = {}
        for layer in layers or ():
            self.add(layer)
        self._build_if_possible()

    # Layers.

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return list(self._layers)

    def add(self, layer: Layer) -> None:
        """Appends a layer; layers that already have weights keep them."""
        if not isinstance(layer, Layer):
            raise TypeError(f"only layers of swiftcnn.layers can be added, received {layer!r:.80} (a {type(layer).__name__})")
        if isinstance(layer, InputLayer):
            self._add_input(layer)
            return
        self._refuse_if_unusable(layer)
        if not self._layers and self._input is None:
            self._input = layer._declared_input
        self._forget_engine()
        if layer.name is None:
            layer.name = free_name(layer, {other.name for other in self._layers})
        layer._owner = ref(self)
        self._layers.append(layer)

    def pop(self) -> Layer:
        """Removes the last layer and returns it."""
        if not self._layers:
            raise ValueError("there is no layer to pop: the model has none")
        self._forget_engine()
        layer = self._layers.pop()
        self._kept.pop(layer, None)
        layer._owner = None
        return layer

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of this name or at this index."""
        if (name is None) == (index is None):
            raise ValueError(f"get_layer needs a name or an index, one of them, received name={name!r}, index={index!r}")
        if index is not None:
            position = integer("index", index)
            if not -len(self._layers) <= position < len(self._layers):
                raise ValueError(f"there is no layer {position}: the model has {len(self._layers)}")
            return self._layers[position]
        for layer in self._layers:
            if layer.name == name:
                return layer
        raise ValueError(f"no layer is called {name!r}; there are: {', '.join(str(layer.name) for layer in self._layers)}")

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch of samples; the batch axis is None."""
        self._built_engine()
        return (None, *(self._input or ()))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch of outputs; the batch axis is None."""
        self._built_engine()
        return (None, *self._outputs())

    def summary(self, line_length: int | None = None, *, print_fn: Callable[[str], Any] | None = None) -> None:
        """Prints the layers, their output shapes and their parameters, and the memory that the model takes.

        Args:
            line_length: columns; as the terminal has if None.
            print_fn: called with the whole text instead of `print`.
        """
        self._build_if_possible()
        (print_fn or print)(render_text(self.name, self._rows(), line_length, self._memory()))

    def plan_info(self, batch_size: int = DEFAULT_BATCH_SIZE) -> dict[str, Any]:
        """How batches of this size are computed, and what memory that takes.

        Returns:
            A dict: `batch_size`; `threads`; `training_bytes` and `inference_bytes`, all memory but the arrays that you hand
            over; `training` and `inference`, each a list with a dict for every operation: its `layer`; its `algorithm`; its
            `stage` (operations of one stage run one after the other on the same images); `images_at_once`, how many a thread
            takes through its stage; `output_bytes` of an image; `scratch_bytes` of a thread; `packed_bytes` of weights that
            were rearranged.
        """
        info: dict[str, Any] = json.loads(self._built_engine().plan_info(integer("batch_size", batch_size)))
        return info

    def _repr_html_(self) -> str:
        self._build_if_possible()
        return render_html(self.name, self._rows(), self._memory())

    def __repr__(self) -> str:
        return f"<Sequential name={self.name}, layers={len(self._layers)}, built={self.built}>"

    # Weights.

    @property
    def built(self) -> bool:
        """Whether the model has its weights."""
        return self._engine is not None

    def build(self, input_shape: Sequence[Any]) -> None:
        """Gives the model its weights, for batches of this shape: `(None, 28, 28, 1)`."""
        if self._engine is None:
            if self._input is None:
                self._input = InputLayer(tuple(input_shape)[1:])._declared_input
            self._build_if_possible()

    @property
    def trainable(self) -> bool:
        """Whether any layer learns; setting it freezes all layers, or lets all learn, from the next batch on."""
        return not self._layers or any(layer.trainable for layer in self._layers)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self) -> Weights:
        """Read-only copies of all weights, in the order of `get_weights`."""
        self._built_engine()
        return self._read_only(range(len(self._shapes)))

    @property
    def trainable_weights(self) -> Weights:
        """Read-only copies of the weights that learn."""
        self._built_engine()
        return self._read_only(range(len(self._shapes)), trainable=True)

    @property
    def non_trainable_weights(self) -> Weights:
        """Read-only copies of the weights that do not learn: those of frozen layers, and moving statistics."""
        self._built_engine()
        return self._read_only(range(len(self._shapes)), trainable=False)

    def count_params(self) -> int:
        """How many numbers the model has."""
        self._built_engine()
        return self._parameter_count()

    def get_weights(self) -> Weights:
        """Copies of all weights, layer by layer: kernel, bias; or gamma, beta, moving mean, moving variance."""
        self._built_engine()
        return self._read_weights(range(len(self._shapes)))

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Replaces all weights; shapes as `get_weights` returns them. Nothing changes if one does not fit."""
        engine = self._built_engine()
        arrays = matching_weights(weights, self._shapes, f"model {self.name!r}")
        engine.set_weights(np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0, np.float32))

    # Files and copies.

    def save(self, filepath: FilePath, overwrite: bool = True) -> None:
        """Writes the whole model, optimizer included, to one safetensors file; see `load_model`."""
        self._built_engine().save(writable(filepath, overwrite))

    def save_weights(self, filepath: FilePath, overwrite: bool = True) -> None:
        """Writes the weights alone to a safetensors file."""
        self._built_engine().save_weights(writable(filepath, overwrite))

    def load_weights(self, filepath: FilePath) -> None:
        """Reads weights that `save_weights` or `save` wrote. Nothing changes if a name or shape does not fit."""
        path, engine = existing(filepath), self._built_engine()
        with naming(path):
            engine.load_weights(path)

    def get_config(self) -> dict[str, Any]:
        """The architecture as plain values; `Sequential.from_config` builds it anew, with fresh weights."""
        config: dict[str, Any] = {"format": 1, "class": "Sequential", "name": self.name}
        if self._input is not None:
            config["input"] = {**({"name": self._input_name} if self._input_name else {}), "shape": list(self._input)}
        return {**config, "layers": [layer._describe() for layer in self._layers]}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The model that `get_config` described, with fresh weights."""
        model = cls(name=config.get("name"))
        if "input" in config:
            model.add(InputLayer(config["input"]["shape"], name=config["input"].get("name")))
        for description in config["layers"]:
            model.add(revive(description))
        return model

    def to_json(self) -> str:
        """`get_config` as JSON; see `model_from_json`."""
        return json.dumps(self.get_config())

    def __reduce__(self) -> tuple[Any, ...]:
        if self._engine is None:
            return _unpickle_unbuilt, (type(self), self.get_config(), self._compiled)
        return _unpickle, (type(self), self._engine.serialize())

    @classmethod
    def _from_engine(cls, engine: _native.Model, compiled: bool = True) -> Self:
        model = cls.from_config(json.loads(engine.architecture()))
        model._adopt(engine)
        choice = json.loads(engine.describe())["compiled"] if compiled else None
        if choice is not None:
            model._remember(Compiled.from_description(choice))
        return model

    # Inside.

    def _restore(self, filepath: FilePath) -> None:
        """Takes over what `save` wrote of this model at another time: weights, optimizer, counters and seed."""
        path, engine = existing(filepath), self._built_engine()
        with naming(path):
            saved = _native.Model.load(path)
            if _identity(saved) != _identity(engine):
                raise ValueError(
                    "this is a model with other layers or compiled otherwise: build and compile it as it was, or remove the file"
                )
        self._seed = json.loads(saved.architecture())["seed"]
        self._adopt(saved)
        rate = json.loads(saved.describe())["compiled"]["optimizer"]["config"]["learning_rate"]
        if not isinstance(rate, dict):  # a schedule goes on by the number of steps
            self.optimizer.learning_rate = rate

    def _add_input(self, layer: InputLayer) -> None:
        if self._layers or self._input is not None:
            raise ValueError(f"the input must be the model's first item and only one, model {self.name!r} has begun already")
        self._input, self._input_name = layer._declared_input, layer.name

    def _refuse_if_unusable(self, layer: Layer) -> None:
        owner = None if layer._owner is None else layer._owner()
        if owner is not None:
            raise ValueError(
                f"layer {layer.name!r} already belongs to model {owner.name!r}: add a new one instead, such as "
                f"{type(layer).__name__}.from_config(layer.get_config())"
            )
        if layer.name is not None and layer.name in {other.name for other in self._layers}:
            raise ValueError(f"layer names must be unique, and model {self.name!r} already has a layer {layer.name!r}")

    def _forget_engine(self) -> None:
        """A changed line of layers needs a new engine model; the layers' weights wait here for it."""
        if self._engine is not None:
            self._kept = {layer: self._weights_of(layer) for layer in self._layers}
            self._engine, self._facts = None, {}

    def _build_if_possible(self) -> None:
        if self._engine is not None or self._input is None or not self._layers:
            return
        if self._seed is None:
            self._seed = _seeds.next_model_seed()
        engine = _native.Model(self.to_json(), self._seed)
        if self._compiled is not None:
            engine.compile(self._compiled.to_json())
        self._adopt(engine)
        for layer, weights in self._kept.items():
            self._set_weights_of(layer, weights)
        self._kept = {}

    def _adopt(self, engine: _native.Model) -> None:
        told = json.loads(engine.describe())
        self._shapes = [tuple(weight["shape"]) for weight in told["weights"]]
        self._learns = [weight["trainable"] for weight in told["weights"]]
        self._facts = {
            layer: Facts(tuple(each["output_shape"]), each["parameters"], each["weights"], self._learned(each["weights"]))
            for layer, each in zip(self._layers, told["layers"], strict=True)
        }
        self._engine = engine

    def _learned(self, weights: Iterable[int]) -> int:
        return sum(math.prod(self._shapes[index]) for index in weights if self._learns[index])

    def _set_trainable(self, layer: Layer) -> None:
        if self._engine is not None:
            self._engine.set_trainable(self._layers.index(layer), layer.trainable)
            self._adopt(self._engine)

    def _built_engine(self) -> _native.Model:
        self._build_if_possible()
        if self._engine is not None:
            return self._engine
        if not self._layers:
            raise ValueError(f"model {self.name!r} has no layers: add some first")
        raise ValueError(
            f"model {self.name!r} does not know the shape of its input yet: begin it with Input(shape=...), "
            "give its first layer input_shape=..., call build((None, ...)), or fit it"
        )

    def _engine_for(self, x: Array) -> _native.Model:
        if self._engine is None and self._input is None and x.ndim > 1:
            self.build((None, *x.shape[1:]))
        return self._built_engine()

    def _fitting_shape(self, x: Array) -> Array:
        """Keras lets an axis of one channel come or go: (n, 28, 28) fits a model for (28, 28, 1), and the reverse."""
        if self._input is not None and x.ndim > 1:
            if (*x.shape[1:], 1) == self._input:
                return x[..., np.newaxis]
            if x.shape[1:] == (*self._input, 1):
                return x[..., 0]
        return x

    def _scales_its_inputs(self) -> bool:
        """Whether a layer before the first that multiplies brings the inputs to a common scale."""
        for layer in self._layers:
            if type(layer).__name__ in SCALING_LAYERS:
                return True
            if self._facts_of(layer).weights:
                return False
        return False

    def _outputs(self) -> tuple[int, ...]:
        return self._facts[self._layers[-1]].output_shape

    def _parameter_count(self) -> int:
        return sum(facts.parameters for facts in self._facts.values())

    def _rows(self) -> list[Row]:
        rows = []
        for layer in self._layers:
            facts = self._facts.get(layer)
            shape = None if facts is None else (None, *facts.output_shape)
            counts = (None, None) if facts is None else (facts.parameters, facts.trainable_parameters)
            rows.append(Row(str(layer.name), type(layer).__name__, shape, *counts))
        return rows

    def _memory(self) -> Memory | None:
        if self._engine is None:
            return None
        info = self.plan_info()
        return Memory(info["batch_size"], info["training_bytes"], info["inference_bytes"])

    def _facts_of(self, layer: Layer) -> Facts:
        self._built_engine()
        return self._facts[layer]

    def _weights_of(self, layer: Layer) -> Weights:
        return self._read_weights(self._facts_of(layer).weights)

    def _set_weights_of(self, layer: Layer, weights: Sequence[ArrayLike]) -> None:
        indices = self._facts_of(layer).weights
        arrays = matching_weights(weights, [self._shapes[index] for index in indices], f"layer {layer.name!r}")
        for index, array in zip(indices, arrays, strict=True):
            self._built_engine().set_weight(index, array)

    def _read_weights(self, indices: Iterable[int]) -> Weights:
        engine = self._built_engine()
        arrays = []
        for index in indices:
            array = np.empty(self._shapes[index], np.float32)
            engine.get_weight(index, array)
            arrays.append(array)
        return arrays

    def _read_only(self, indices: Iterable[int], trainable: bool | None = None) -> Weights:
        """Copies that cannot be mistaken for the weights; of those that learn, of the others, or of all."""
        copies = self._read_weights(index for index in indices if trainable in (None, self._learns[index]))
        for copy in copies:
            copy.flags.writeable = False
        return copies

    def _by_weight(self, values: NDArray[np.float32]) -> Weights:
        """Cuts numbers that lie end to end into arrays of the weights' shapes; no copy."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self._shapes])
        return [part.reshape(shape) for part, shape in zip(np.split(values, ends[:-1]), self._shapes, strict=True)]


def _identity(engine: _native.Model) -> tuple[Any, Any]:
    """What must be equal for one model to go on where another stopped: all but the seed and a learning rate that was set."""
    architecture, compiled = json.loads(engine.architecture()), json.loads(engine.describe())["compiled"]
    architecture.pop("seed")
    if compiled is not None and not isinstance(compiled["optimizer"]["config"]["learning_rate"], dict):
        compiled["optimizer"]["config"].pop("learning_rate")
    return architecture, compiled


def _unpickle(kind: type[Sequential], data: bytes) -> Sequential:
    return kind._from_engine(_native.Model.deserialize(data))


def _unpickle_unbuilt(kind: type[Sequential], config: dict[str, Any], compiled: Compiled | None) -> Sequential:
    model = kind.from_config(config)
    if compiled is not None:
        model._remember(compiled)
    return model
