"""The engine's C interface (swiftcnn.h), one to one.

Arrays are anything with the buffer protocol. Inputs hold bools, integers or floats, with any strides; outputs and weights
are C-contiguous float32. They stay locked until the call returns.
"""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, SupportsIndex, TypeAlias, final

from numpy.typing import NDArray
from typing_extensions import Buffer

version: str

def build_info() -> str: ...
def set_num_threads(threads: SupportsIndex, /) -> None: ...

# numpy's stubs say that an array is a buffer from Python 3.12 on only.
_Array: TypeAlias = Buffer | NDArray[Any]
_Path: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]

# Hears kind (scnn_event_kind), epoch, epochs, batch, batches, samples, values; stops the call with something true.
_Callback: TypeAlias = Callable[[int, int, int, int, int, int, tuple[float, ...]], Any]

def learning_rate_at(learning_rate: str, step: SupportsIndex, /) -> float: ...
def metric_update(
    metric: str, targets: _Array, outputs: _Array, sample_weight: _Array | None, tallies: Sequence[float] | None, /
) -> list[float]: ...
def metric_value(metric: str, tallies: Sequence[float] | None, /) -> float: ...

@final
class Model:
    def __new__(cls, architecture: str, seed: SupportsIndex) -> Model: ...
    @classmethod
    def load(cls, path: _Path) -> Model: ...
    @classmethod
    def deserialize(cls, data: _Array) -> Model: ...
    def architecture(self) -> str: ...
    def describe(self) -> str: ...
    def plan_info(self, batch_size: SupportsIndex, /) -> str: ...
    def compile(self, configuration: str) -> None: ...
    def get_weight(self, index: SupportsIndex, out: _Array, /) -> None: ...
    def set_weight(self, index: SupportsIndex, values: _Array, /) -> None: ...
    def set_weights(self, values: _Array, /) -> None: ...
    def set_trainable(self, layer: SupportsIndex, trainable: bool, /) -> None: ...
    @property
    def learning_rate(self) -> float: ...
    @learning_rate.setter
    def learning_rate(self, value: float) -> None: ...
    def adopt_weight_average(self) -> None: ...
    def fit(
        self,
        x: _Array,
        y: _Array,
        sample_weight: _Array | None = None,
        *,
        batch_size: SupportsIndex | None = None,
        epochs: SupportsIndex | None = None,
        initial_epoch: SupportsIndex | None = None,
        steps_per_epoch: SupportsIndex | None = None,
        shuffle: bool = True,
        validation_split: float = 0.0,
        validation: tuple[_Array, _Array] | tuple[_Array, _Array, _Array | None] | None = None,
        validation_batch_size: SupportsIndex | None = None,
        validation_steps: SupportsIndex | None = None,
        validation_freq: SupportsIndex | None = None,
        class_weight: Sequence[float] | None = None,
        callback: _Callback | None = None,
    ) -> None: ...
    def evaluate(
        self,
        x: _Array,
        y: _Array,
        sample_weight: _Array | None = None,
        batch_size: SupportsIndex | None = None,
        steps: SupportsIndex | None = None,
        callback: _Callback | None = None,
    ) -> list[float]: ...
    def predict(
        self,
        x: _Array,
        batch_size: SupportsIndex | None,
        steps: SupportsIndex | None,
        out: _Array,
        callback: _Callback | None = None,
    ) -> None: ...
    def train_on_batch(
        self, x: _Array, y: _Array, sample_weight: _Array | None = None, class_weight: Sequence[float] | None = None
    ) -> list[float]: ...
    def gradients(self, x: _Array, y: _Array, sample_weight: _Array | None, training: bool, out: _Array) -> float: ...
    def save(self, path: _Path, /) -> None: ...
    def save_weights(self, path: _Path, /) -> None: ...
    def load_weights(self, path: _Path, /) -> None: ...
    def serialize(self) -> bytes: ...
