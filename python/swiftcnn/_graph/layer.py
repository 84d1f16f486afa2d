"""The base class of the layers: a name, settings, and access to the weights in the model that the layer was added to."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, overload

from .._base.arrays import as_array
from .._base.checks import boolean, fixed, layer_name, refuse_unknown, shape_in_batch
from .._base.checks import input_shape as checked_input
from .._base.configurable import Configurable
from .._base.engine_work import BUILT_IN_LAYERS, OF_LAYERS
from .._base.names import serials, stem
from .._base.tensor_like import as_values
from . import hooks, weight_rules
from .parameter_store import Slot, UnbuiltError, as_attribute
from .symbolic_tensor import Node, as_symbols, call_layer, is_symbolic, shape_behind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


class Weight:
    """A weight as an attribute of its layer, such as `layer.kernel`: a read-only copy, or None if the layer does not use it."""

    def __set_name__(self, owner: type[Layer], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, layer: None, owner: type[Layer]) -> Weight: ...
    @overload
    def __get__(self, layer: Layer, owner: type[Layer]) -> NDArray[np.float32] | None: ...
    def __get__(self, layer: Layer | None, owner: type[Layer]) -> Weight | NDArray[np.float32] | None:
        if layer is None:
            return self
        try:
            return layer._home().read_named(self.name)
        except ValueError as error:  # so that hasattr shows whether a layer has its weights
            raise AttributeError(f"no {self.name} yet: {error}") from error

    def __set__(self, layer: Layer, value: Any) -> NoReturn:
        raise AttributeError(f"{self.name} is a copy of the layer's weight, which layer.set_weights([...]) replaces")


class Layer(Configurable):
    """Base class of the layers.

    Args:
        name: a name that is unique within the model; None derives it from the class (`conv2d`, `conv2d_1`).
        input_shape: for a model's first layer, the shape of one sample, such as `(28, 28, 1)`.
        trainable: False freezes the layer's weights.
        dtype: None or "float32"; all layers compute in float32.
        batch_input_shape: `input_shape` preceded by a batch axis of any size.

    Your own class may derive from one of the layers, to fix arguments or to add methods. The engine and files treat it as that
    layer. It cannot override methods whose work the engine does, such as `call`.

    Layers with weights also accept a regularizer and a constraint for each weight, under Keras's names: `kernel_regularizer`,
    `bias_regularizer`, `kernel_constraint`, `bias_constraint`, and so on; see `swiftcnn.regularizers` and `constraints`.
    """

    _kind = "layer"
    _late_change = (
        "{name} of a layer that is built takes effect in models that are made from its configuration, as clone_model(model) "
        "makes one; its own model goes on as it was built"
    )
    _engine_computes = OF_LAYERS
    _abstract = f"{BUILT_IN_LAYERS}, so derive from one of swiftcnn.layers, or use it as it is"
    _ruled_weights: ClassVar[tuple[str, ...]] = ()
    _slot: Slot | None = None
    _joins = False  # whether the layer takes several inputs, in a list

    def __init__(
        self,
        *,
        name: str | None = None,
        input_shape: Sequence[int | None] | None = None,
        trainable: bool = True,
        dtype: str | None = None,
        batch_input_shape: Sequence[int | None] | None = None,
        **unknown: Any,
    ) -> None:
        rules = weight_rules.take(self._ruled_weights, unknown)
        if unknown:
            refuse_unknown(type(self), unknown, weight_rules.names(self._ruled_weights))
        for rule, value in rules.items():
            setattr(self, rule, value)
        fixed("dtype", dtype, (None, "float32"), "models compute in float32, and convert data of other types batch by batch")
        if batch_input_shape is not None:
            input_shape = shape_in_batch("batch_input_shape", batch_input_shape)
        self.name, self._has_own_name = None if name is None else layer_name(name), name is not None
        self._declared_input = None if input_shape is None else checked_input("input_shape", input_shape)
        self._trainable = boolean("trainable", trainable)
        self._owners: list[weakref.ref[hooks.Owner]] = []  # the models that the layer is in, in the order in which it was added
        self._calls = 0  # of arrays
        self._nodes: list[weakref.ref[Node]] = []  # calls on symbolic tensors that still exist
        self._called = 0  # how many calls there were
        self._serial = next(serials)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {} if self.name is None else {"name": self.name}
        if self._declared_input is not None:
            config["input_shape"] = list(self._declared_input)
        if not self._trainable:
            config["trainable"] = False
        return {**config, **self._settings()}

    def _describe(self) -> dict[str, Any]:
        """The layer in the format of the architecture."""
        return {
            "class": self._class_name(),
            "name": self.name,
            "trainable": self._trainable,
            "config": self._settings(),
        }

    @classmethod
    def _setting_names(cls) -> tuple[str, ...]:
        return cls._fields + weight_rules.names(cls._ruled_weights)

    @classmethod
    def _arguments(cls) -> list[str]:
        return [*super()._arguments(), *weight_rules.names(cls._ruled_weights)]

    @classmethod
    def _read_described(cls, key: str, described: Mapping[str, Any], what: str) -> Any:
        from . import keras_settings  # here, as few programs need it

        read = keras_settings.read(key, described, what)
        return super()._read_described(key, described, what) if read is None else read

    def _settings(self) -> dict[str, Any]:
        """The layer's settings, including the regularizers and constraints of its weights."""
        rules = {name: getattr(self, name) for name in weight_rules.names(self._ruled_weights)}
        return {**super()._settings(), **weight_rules.describe(rules)}

    def __getstate__(self) -> dict[str, Any]:
        """A copy is in no model, so it has no weights."""
        return {**vars(self), "_owners": [], "_slot": None, "_calls": 0, "_nodes": [], "_called": 0}

    def _own_settings(self) -> dict[str, Any]:
        """The settings without users' initializers, which the engine does not know."""
        return {name: value for name, value in self._settings().items() if not callable(value)}

    def _is_used(self) -> bool:
        return self._slot is not None

    # In models.

    @property
    def _name_stem(self) -> str:
        """The default name of the layer."""
        return stem(type(self).__name__)

    def _join(self, model: hooks.Owner) -> None:
        self._owners = [owner for owner in self._owners if owner() is not None]
        self._owners.append(weakref.ref(model))

    def _leave(self, model: hooks.Owner) -> None:
        self._owners = [owner for owner in self._owners if owner() not in (None, model)]

    @property
    def _owner(self) -> hooks.Owner | None:
        """The first existing model that contains the layer; it determines the layer's inputs and outputs."""
        return next((model for owner in self._owners if (model := owner()) is not None), None)

    def __call__(self, x: Any, training: bool | None = None) -> Any:
        """Applies the layer to symbolic tensors and returns a symbolic tensor; applied to arrays, it returns a NumPy array.

        Args:
            x: an `Input`, the `.output` of a layer or a model, another symbolic tensor, or samples as one batch. For layers that
                combine several inputs, such as `Add`, a list.
            training: for arrays, whether the layer runs in training mode; with None only layers that change images at random do.
                Each call draws new random numbers.
        """
        self._check_number_of_inputs(x)
        if is_symbolic(x):
            return call_layer(self, as_symbols("x", x))
        samples = self._as_samples(x)
        draw, self._calls = self._calls, self._calls + 1
        alone = self._alone_on([each.shape[1:] for each in samples])
        return as_values(alone._call_on_batch(samples if self._joins else samples[0], training, draw))

    def _check_number_of_inputs(self, x: Any) -> None:
        if self._joins and not (isinstance(x, (list, tuple)) and x):
            kind = type(self).__name__
            raise ValueError(f"the layer {kind} takes a list of inputs, as in {kind}()([a, b]); received {x!r:.80}")

    def _as_samples(self, x: Any) -> list[NDArray[Any]]:
        return [as_array(f"x[{place}]", each) for place, each in enumerate(x)] if self._joins else [as_array("x", x)]

    def _alone_on(self, shapes: Sequence[tuple[int | None, ...]]) -> hooks.Owner:
        """A model of this layer alone, for samples of these shapes."""
        return hooks.model_of(self, shapes)

    def _remember_call(self, node: Node) -> int:
        """The number of earlier calls."""
        self._nodes.append(weakref.ref(node))
        self._called += 1
        return self._called - 1

    def _first_call(self) -> Node:
        """The call in the first model that contains this layer, or else the first of all calls."""
        model = self._owner
        if model is not None:
            with as_attribute():
                call: Node = model._call_of(self)
                return call
        self._nodes = [node for node in self._nodes if node() is not None]
        first = self._nodes[0]() if self._nodes else None
        if first is None:
            raise AttributeError(
                f"layer {self.name or type(self).__name__!r} is on no line before it is added to a model, or called on an Input"
            )
        return first

    @property
    def input(self) -> Any:
        """The input of the layer in the first model that contains it: a symbolic tensor, or a list of them."""
        inputs = list(self._first_call().inputs)
        return inputs if self._joins else inputs[0]

    @property
    def output(self) -> Any:
        """The output of the layer in that model: `Model(base.input, base.get_layer("pool").output)`."""
        return self._first_call().outputs[0]

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The shape of the outputs for a batch of this shape, such as `(None, 28, 28, 1)`; the layer does not change.

        For layers that combine several inputs, pass a list of shapes.
        """
        given = list(input_shape) if self._joins else [input_shape]
        shapes = [shape_in_batch("input_shape", shape) for shape in given]
        return (given[0][0], *shape_behind(self, shapes))

    # Weights.

    def _home(self) -> Slot:
        """The slot of the weights."""
        if self._slot is None:
            model = self._owner or self._alone_as_called()
            model._built_store()
        assert self._slot is not None
        return self._slot

    def _alone_as_called(self) -> hooks.Owner:
        """A model of this layer alone, for inputs like those of its first call."""
        try:
            first = self._first_call()
        except AttributeError:
            raise UnbuiltError(
                f"layer {self.name or type(self).__name__!r} has no weights and no shape before it is added to a model, "
                "or called on an Input"
            ) from None
        return self._alone_on([each.sample_shape for each in first.inputs])

    def _slot_if_any(self) -> Slot | None:
        try:
            return self._home()
        except UnbuiltError:
            return None

    @property
    def built(self) -> bool:
        """Whether the layer has its weights, or can create them: it was called on symbolic tensors or is in a built model."""
        model = self._owner
        return self._slot is not None or (any(node() for node in self._nodes) if model is None else model.built)

    @property
    def dtype(self) -> str:
        """ "float32"."""
        return "float32"

    @property
    def compute_dtype(self) -> str:
        """ "float32"."""
        return "float32"

    @property
    def input_shape(self) -> Any:
        """Shape of a batch of inputs, or a list of them; the batch axis is None."""
        inputs = self.input
        return [each.shape for each in inputs] if isinstance(inputs, list) else inputs.shape

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch of outputs; the batch axis is None. Undefined before the layer has its weights."""
        with as_attribute():
            return (None, *self._home().facts.output_shape)

    @property
    def trainable(self) -> bool:
        """Whether the layer's weights are trained. A change takes effect with the next batch, without compiling again."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = boolean("trainable", value)
        if self._slot is not None:
            self._slot.set_trainable(value)

    @property
    def weights(self) -> list[NDArray[np.float32]]:
        """Read-only copies of the weights, in the order of `get_weights`; empty before the layer has them."""
        return self._read_only()

    @property
    def variables(self) -> list[NDArray[np.float32]]:
        """The same as `weights`."""
        return self.weights

    @property
    def trainable_variables(self) -> list[NDArray[np.float32]]:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[NDArray[np.float32]]:
        """The same as `non_trainable_weights`."""
        return self.non_trainable_weights

    @property
    def trainable_weights(self) -> list[NDArray[np.float32]]:
        """Read-only copies of the trainable weights."""
        return self._read_only(trainable=True)

    @property
    def non_trainable_weights(self) -> list[NDArray[np.float32]]:
        """Read-only copies of the weights that are not trainable: all of a frozen layer, and moving statistics."""
        return self._read_only(trainable=False)

    def _read_only(self, trainable: bool | None = None) -> list[NDArray[np.float32]]:
        place = self._slot_if_any()
        return [] if place is None else place.read_only(trainable)

    def get_weights(self) -> list[NDArray[np.float32]]:
        """Copies of the weights: kernel and bias, or gamma, beta, moving mean and moving variance. Empty before it has them."""
        place = self._slot_if_any()
        return [] if place is None else place.read()

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Replaces the weights; the shapes must be those of `get_weights`. During `fit`, the next batch uses the new weights."""
        self._home().write(weights, f"layer {self.name!r}")

    def count_params(self) -> int:
        """The number of parameters of the layer."""
        return self._home().facts.parameters
