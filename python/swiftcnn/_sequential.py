"""`Sequential`, the model to which layers are added one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._layer import Layer
from ._model import Model
from ._saving import Saved
from ._store import Facts
from ._summary import Row
from ._symbolic import Symbolic
from ._warnings import warn_user
from .layers import InputLayer


class Sequential(Model):
    """A model that is a line of layers.

    Its weights come into being as soon as the shape of a sample is known: from `Input` or `input_shape=`, else from the
    first data.

    Args:
        layers: layers and models, the first of which may be `Input(shape=...)`.
        name: the model's name.

    Example:
        >>> model = Sequential([Input((28, 28, 1)), Conv2D(32, 3, activation="relu"), Flatten(), Dense(10, "softmax")])
        >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        >>> history = model.fit(x_train, y_train, batch_size=128, epochs=5)
    """

    def __init__(self, layers: Iterable[Layer | Model] | None = None, *, name: str | None = None) -> None:
        if layers is not None and (not isinstance(layers, Iterable) or isinstance(layers, (str, bytes, Mapping, Symbolic))):
            raise TypeError(f"layers must be a list of layers, received {layers!r:.80} (a {type(layers).__name__})")
        Saved.__init__(self)
        self._name_it(name)
        self._declared: InputLayer | None = None
        self._add_all(() if layers is None else layers)
        self._build_if_possible()

    @property
    def layers(self) -> list[Any]:
        """The layers, without the input; `add` and `pop` change them."""
        return list(self._line)

    def add(self, layer: Layer | Model) -> None:
        """Appends a layer, or a model as if it were one; layers that already have weights keep them.

        A model that is being fitted, or is part of one that is, refuses it with a RuntimeError.
        """
        self._refuse_while_fitted("add")
        self._take([layer])

    def _add_all(self, layers: Iterable[Layer | Model]) -> None:
        """Adds layers, by a subclass's own `add` if it has one."""
        if type(self).add is Sequential.add:
            self._take(layers)
        else:
            for layer in layers:
                self.add(layer)

    def _take(self, layers: Iterable[Layer | Model]) -> None:
        was_empty = not self._line
        self._extend(self._without_input(layers))
        if was_empty and self._line and self._input is None:
            first = self._line[0]
            self._input = first._declared_input if isinstance(first, Layer) else first._input
        self._forget_engine()

    def _without_input(self, layers: Iterable[Layer | Model]) -> Iterator[Layer | Model]:
        """Checks the layers one by one, and takes the shape from an `Input` among them."""
        for layer in layers:
            if not isinstance(layer, (Layer, Model)):
                raise TypeError(f"only layers of swiftcnn.layers can be added, received {layer!r:.80} (a {type(layer).__name__})")
            if isinstance(layer, InputLayer):
                self._add_input(layer)
            else:
                yield layer

    def pop(self) -> Layer | Model:
        """Removes the last layer and returns it.

        A model that is being fitted, or is part of one that is, refuses it with a RuntimeError.
        """
        self._refuse_while_fitted("pop")
        if not self._line:
            raise ValueError("there is no layer to pop: the model has none")
        self._forget_engine()
        layer = self._line.pop()
        self._names.remove(layer)
        if isinstance(layer, Layer):
            layer._leave(self)
        return layer

    def predict_classes(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> NDArray[Any]:
        """The class of every sample, for scripts of Keras 2: the largest output, or whether a single one is above 0.5."""
        warn_user("predict_classes is a name of Keras 2, which newer releases lack: use model.predict(x).argmax(-1)")
        outputs = self.predict(x, batch_size, verbose)
        return outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype(np.int32)

    def predict_proba(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> NDArray[np.float32]:
        """`predict`, for scripts of Keras 2."""
        warn_user("predict_proba is a name of Keras 2, which newer releases lack: use model.predict(x)")
        return self.predict(x, batch_size, verbose)

    def _add_input(self, layer: InputLayer) -> None:
        if self._line or self._input is not None:
            raise ValueError(f"the input must be the model's first item and only one, model {self.name!r} has begun already")
        self._input, self._declared = layer._declared_input, layer

    def _input_layer(self) -> InputLayer:
        if self._declared is None:
            self._built_store()
            assert self._input is not None
            self._declared = InputLayer(self._input)
        return self._declared

    def _rows(self, facts: Iterator[Facts] | None, expand: bool, level: int) -> Iterator[Row]:
        return self._item_rows(facts, expand, level)

    @property
    def _kind(self) -> str:
        return "Sequential"
