"""The state of optimizers: arrays in Keras's order in its files, tensors by name in the engine's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ... import _native
from ..._base.user_warnings import warn_user
from ..._models.model import Model
from ...optimizers import SGD, Nadam, Optimizer
from ...optimizers.schedules import LearningRateSchedule
from ._hdf5 import Array, Source, found, numbered_arrays, subgroup, write_texts
from ._names import snake_case, unused

PATH = "optimizer/vars"  # of arrays by their numbers
LEGACY_PATH = "optimizer_weights"  # of arrays by their names, which an attribute lists in order
# How the name of the first array ends. Before Keras 2.11 it was `iter`, and the order of the arrays another one.
ITERATIONS = ("iteration", "iteration:0")
# What Keras keeps, in its order: for each weight both, or first one for all weights and then the other.
STEPS_OF_GROWTH = 4096  # after which Nadam's momentum no longer grows
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
        content = memoryview(bytearray(model._built_engine().serialize()))
        size = 8 + int.from_bytes(content[:8], "little")
        self._header = json.loads(bytes(content[8:size]))
        self._data = content[size:]
        self.counters = json.loads(self._header["__metadata__"]["state"])
        others = self._header.keys() - {"__metadata__", *model._outline().names}
        # What the names of moments begin with: not always "optimizer", which a model within this one may be called.
        self._places = {name.partition("/")[2]: self._header[name] for name in others}

    @property
    def moments(self) -> dict[str, NDArray[np.float32]]:
        """Views of the optimizer's tensors by `slot/weight`; what is written to them is in `content`."""
        return {name: self._view(*entry["data_offsets"]).reshape(entry["shape"]) for name, entry in self._places.items()}

    def _view(self, begin: int, end: int) -> NDArray[np.float32]:
        return np.frombuffer(self._data, np.float32, (end - begin) // 4, begin)

    def content(self) -> bytes:
        self._header["__metadata__"]["state"] = json.dumps(self.counters)
        header = json.dumps(self._header).encode()
        return b"".join([len(header).to_bytes(8, "little"), header, self._data])


def _moments(model: Model, state: State) -> dict[tuple[str, str], NDArray[np.float32]]:
    """The optimizer's tensors in Keras's order, by weight and slot; Keras keeps none for weights that do not learn."""
    outline, known = model._outline(), state.moments
    learning = [name for name, learns in zip(outline.names, outline.learns, strict=True) if learns]
    kind = model.optimizer._class_name()
    pairs = [(name, "average") for name in learning]
    pairs += [(name, slot) for name in learning for slot in TOGETHER.get(kind, ())]
    pairs += [(name, slot) for slot in IN_TURN.get(kind, _own_slots(kind, known)) for name in learning]
    return {(name, slot): known[f"{slot}/{name}"] for name, slot in pairs if f"{slot}/{name}" in known}


def _own_slots(kind: str, known: Iterable[str]) -> tuple[str, ...]:
    """The slots of an optimizer that Keras does not have, in the engine's order; the running mean stands first in any case."""
    return (
        ()
        if kind in TOGETHER
        else tuple(dict.fromkeys(name.partition("/")[0] for name in known if not name.startswith("average/")))
    )


def _momentum_product(model: Model, iterations: int) -> NDArray[np.float32]:
    """What Nadam keeps in Keras, and the engine knows from the number of steps."""
    beta = model.optimizer.beta_1  # type: ignore[attr-defined]
    grown = min(iterations, STEPS_OF_GROWTH)
    factors = beta * (1 - 0.5 * 0.96 ** np.arange(1, grown + 1))
    return np.float32(factors.prod() * beta ** (iterations - grown))  # type: ignore[return-value]


def _is_plain(optimizer: Optimizer) -> bool:
    return isinstance(optimizer, SGD) and not optimizer.momentum and not optimizer.use_ema


def _has_rate(model: Model) -> bool:
    rate = model.optimizer._learning_rate
    return not isinstance(rate, LearningRateSchedule) or rate._is_own


# Writing.


def write(file: Any, model: Model) -> None:
    """Writes the state of a compiled model's optimizer into an open file."""
    if model.compiled:
        variables = file.create_group(PATH)
        variables.attrs["name"] = model.optimizer.name
        for number, (_, array) in enumerate(_arrays(model)):
            variables[str(number)] = array


def write_legacy(file: Any, model: Model) -> None:
    """The same in a file whose name ends in `.h5`."""
    if not model.compiled:
        return
    variables, names = file.create_group(LEGACY_PATH), dict[str, None]()
    for name, array in _arrays(model):
        unique = unused(f"{snake_case(type(model.optimizer).__name__)}/{name}", names)
        names[unique], variables[unique] = None, array
    write_texts(variables, "weight_names", list(names))


def _arrays(model: Model) -> Iterator[tuple[str, Any]]:
    """What Keras keeps of an optimizer, in its order and by its names."""
    iterations = model._iterations()
    yield "iteration", np.int64(iterations)
    if _has_rate(model):
        yield "learning_rate", np.float32(model.optimizer.learning_rate)
    if _is_plain(model.optimizer):  # of which the engine keeps nothing else; its file would be a copy of the weights
        return
    state = State(model)
    moments = _moments(model, state)
    _warn_of_frozen(state, {f"{slot}/{weight}" for weight, slot in moments})
    for (weight, slot), moment in moments.items():
        yield f"{weight}_{slot}".replace("/", "_"), moment
    if isinstance(model.optimizer, Nadam):
        yield "variable", _momentum_product(model, iterations)


def _warn_of_frozen(state: State, written: set[str]) -> None:
    """Moments of layers that were frozen after they had learned are no constants."""
    others = {name: moment for name, moment in state.moments.items() if name not in written and not name.startswith("average/")}
    if any(np.ptp(moment) > 0 for moment in others.values()):
        warn_user("a file of Keras does not hold the optimizer's state of frozen layers, which begins anew when they learn again")


# Reading.


def read(source: Source, model: Model) -> None:
    """Takes over the state of the optimizer, if it is this model's; else the optimizer begins anew, with a warning."""
    if model.compiled and found(source.root, PATH) is not None:
        _take_over(model, source, numbered_arrays(subgroup(source.root, PATH)))


def read_legacy(source: Source, model: Model) -> None:
    """The same from a file whose name ends in `.h5`."""
    if not model.compiled or found(source.root, LEGACY_PATH) is None:
        return
    group = subgroup(source.root, LEGACY_PATH)
    names = source.texts(group, "weight_names")
    if names and names[0].rpartition("/")[2] not in ITERATIONS:
        warn_user("the optimizer's state in the file is in the order of Keras before 2.11, which is not read: it begins anew")
        return
    _take_over(model, source, [Array(group, name) for name in names])


def _take_over(model: Model, source: Source, arrays: Sequence[Array]) -> None:
    if not arrays:
        return
    iterations, kept = arrays[0].read_integer(), list(arrays[1:])
    if kept and kept[0].shape == ():  # Keras 2 and schedules keep no rate
        kept.pop(0)
    if isinstance(model.optimizer, Nadam) and kept and kept[-1].shape == ():
        kept.pop()  # the product of its momenta, which the engine knows
    if not kept and iterations <= 0:  # as Keras writes it before the first step
        return
    state = State(model)
    moments = list(_moments(model, state).values())
    if [array.shape for array in kept] != [moment.shape for moment in moments]:
        warn_user("the file's optimizer state is not this optimizer's: it begins anew")
        return
    source.require_room(kept)
    for moment, array in zip(moments, kept, strict=True):
        moment[...] = array.read()
    state.counters["iterations"] = max(iterations, 0)
    model._adopt(_native.Model.deserialize(state.content()))
