"""The state of optimizers: `optimizer/vars/0`, ... in Keras's order, tensors by name in the engine's own file."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _native
from .._model import Model
from ..optimizers import Nadam
from ..optimizers.schedules import LearningRateSchedule
from ._hdf5 import Array, found, subgroup

PATH = "optimizer/vars"
# What Keras keeps, in its order: for each weight both, or first one for all weights and then the other.
TOGETHER = {
    "Adam": ("momentum", "velocity"),
    "AdamW": ("momentum", "velocity"),
    "Adamax": ("momentum", "norm"),
    "Nadam": ("momentum", "velocity"),
    "Adadelta": ("accumulated_grad", "accumulated_delta_var"),
    "Ftrl": ("accumulator", "linear"),
}
IN_TURN = {
    "SGD": ("momentum",),
    "RMSprop": ("velocity", "momentum", "average_gradient"),
    "Adagrad": ("accumulator",),
    "Lion": ("momentum",),
}


class State:
    """The engine's file of a model, taken apart."""

    def __init__(self, model: Model) -> None:
        content = bytearray(model._built_engine().serialize())
        size = 8 + int.from_bytes(content[:8], "little")
        self._header = json.loads(content[8:size])
        self._data = content[size:]
        self.counters = json.loads(self._header["__metadata__"]["state"])

    def tensor(self, name: str) -> NDArray[np.float32]:
        """A view; what is written to it is in `content`."""
        entry = self._header[name]
        begin, end = entry["data_offsets"]
        return np.frombuffer(self._data, np.float32, (end - begin) // 4, begin).reshape(entry["shape"])

    def has(self, name: str) -> bool:
        return name in self._header

    def content(self) -> bytes:
        self._header["__metadata__"]["state"] = json.dumps(self.counters)
        header = json.dumps(self._header).encode()
        return len(header).to_bytes(8, "little") + header + bytes(self._data)


def _moments(model: Model, state: State) -> Iterator[NDArray[np.float32]]:
    """The optimizer's tensors in Keras's order; Keras keeps none for weights that do not learn."""
    store = model._built_store()
    learning = [store.names[index] for index, learns in enumerate(store.learns) if learns]
    kind = model.optimizer._class_name()
    pairs = [("average", name) for name in learning]
    pairs += [(slot, name) for name in learning for slot in TOGETHER.get(kind, ())]
    pairs += [(slot, name) for slot in IN_TURN.get(kind, ()) for name in learning]
    return (state.tensor(f"optimizer/{slot}/{name}") for slot, name in pairs if state.has(f"optimizer/{slot}/{name}"))


def _momentum_product(model: Model, iterations: int) -> NDArray[np.float32]:
    """What Nadam keeps in Keras, and the engine knows from the number of steps."""
    factors = model.optimizer.beta_1 * (1 - 0.5 * 0.96 ** np.arange(1, iterations + 1))  # type: ignore[attr-defined]
    return np.float32(factors.prod())  # type: ignore[return-value]


def _is_known(model: Model) -> bool:
    """Whether this is an optimizer whose state in Keras's files is known here."""
    return model.compiled and model.optimizer._class_name() in (*TOGETHER, *IN_TURN)


def _has_rate(model: Model) -> bool:
    rate = model.optimizer._learning_rate
    return not isinstance(rate, LearningRateSchedule) or rate._is_own


def write(file: Any, model: Model) -> None:
    """Writes the state of a compiled model's optimizer into an open file."""
    if not _is_known(model):
        return
    state = State(model)
    variables = file.create_group(PATH)
    variables.attrs["name"] = model.optimizer.name
    variables.create_dataset("0", data=np.int64(state.counters["iterations"]))
    if _has_rate(model):
        variables.create_dataset("1", data=np.float32(model.optimizer.learning_rate))
    for moment in _moments(model, state):
        variables[str(len(variables))] = moment
    if isinstance(model.optimizer, Nadam):
        variables[str(len(variables))] = _momentum_product(model, state.counters["iterations"])


def read(file: Any, model: Model) -> None:
    """Takes over the state of the optimizer, if it is this model's; else the optimizer begins anew, with a warning."""
    if not _is_known(model) or found(file, PATH) is None:
        return
    group, state = subgroup(file, PATH), State(model)
    moments, kept = list(_moments(model, state)), [Array(file, f"{PATH}/{number}") for number in range(1, len(group))]
    arrays = kept[1:] if kept and kept[0].shape == () else kept  # Keras 2 and schedules keep no rate
    if isinstance(model.optimizer, Nadam) and arrays and arrays[-1].shape == ():
        arrays.pop()  # the product of its momenta, which the engine knows
    if moments and not arrays:  # as Keras writes it before the first step
        return
    if [array.shape for array in arrays] != [moment.shape for moment in moments]:
        warnings.warn("the file's optimizer state is not this optimizer's: it begins anew", UserWarning, stacklevel=2)
        return
    for moment, array in zip(moments, arrays, strict=True):
        moment[...] = array.read()
    state.counters["iterations"] = max(Array(file, f"{PATH}/0").read_integer(), 0)
    model._adopt(_native.Model.deserialize(state.content()))
