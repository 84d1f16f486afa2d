"""The engine's C interface (swiftcnn.h), one to one.

Arrays are anything with the buffer protocol. Inputs hold bools, integers or floats, with any strides; outputs and weights
are C-contiguous float32. They stay locked until the call returns. Of a model with several inputs or outputs an argument is a
tuple with an array for each; one array stands for a tuple of one.
"""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, Protocol, SupportsIndex, TypeAlias, final

from numpy.typing import NDArray
from typing_extensions import Buffer

version: str

def build_info() -> str: ...
def set_num_threads(threads: SupportsIndex, /) -> None: ...

# numpy's stubs say that an array is a buffer from Python 3.12 on only.
_Array: TypeAlias = Buffer | NDArray[Any]
_Arrays: TypeAlias = _Array | tuple[_Array, ...]
_SomeArrays: TypeAlias = _Array | tuple[_Array | None, ...]
# The weights of an output's classes, or a tuple with those of each output.
_ClassWeights: TypeAlias = list[float] | tuple[Sequence[float] | None, ...]
_Path: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]

# Hears kind (scnn_event_kind), epoch, epochs, batch, batches, samples, values; stops the call with something true.
_Callback: TypeAlias = Callable[[int, int, int, int, int, int, tuple[float, ...]], Any]

# Gives batches to the engine, epoch by epoch; `steps` are those of an epoch, 0 if only its end tells.
class _Source(Protocol):
    name: str
    steps: int
    def begin(self, epoch: int) -> bool: ...
    def next(self) -> tuple[_Arrays, _SomeArrays] | tuple[_Arrays, _SomeArrays, _SomeArrays | None] | None: ...
    def end(self) -> None: ...

_Validation: TypeAlias = tuple[_Arrays, _SomeArrays] | tuple[_Arrays, _SomeArrays, _SomeArrays | None] | _Source

def describe_architecture(architecture: str, /) -> str: ...
def check_settings(kind: str, settings: str, /) -> None: ...
def learning_rate_at(learning_rate: str, step: SupportsIndex, /) -> float: ...
def metric_update(
    metric: str, targets: _Array, outputs: _Array, sample_weight: _Array | None, tallies: Sequence[float] | None, /
) -> list[float]: ...
def metric_value(metric: str, tallies: Sequence[float] | None, /) -> float: ...

# A layer that has the weights of a layer of another model: its number, that model, the number there.
_SharedLayer: TypeAlias = tuple[int, "Model", int]

@final
class Model:
    def __new__(cls, architecture: str, seed: SupportsIndex, shared: tuple[_SharedLayer, ...] = ...) -> Model: ...
    @classmethod
    def load(cls, path: _Path) -> Model: ...
    @classmethod
    def deserialize(cls, data: _Array, shared: tuple[_SharedLayer, ...] = ..., /) -> Model: ...
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
    @property
    def iterations(self) -> int: ...
    @property
    def epochs(self) -> int: ...
    @property
    def tally_counts(self) -> tuple[int, ...]: ...
    def adopt_weight_average(self) -> None: ...
    def fit(
        self,
        x: _Arrays,
        y: _SomeArrays,
        sample_weight: _SomeArrays | None = None,
        *,
        batch_size: SupportsIndex | None = None,
        epochs: SupportsIndex | None = None,
        initial_epoch: SupportsIndex | None = None,
        first_epoch: SupportsIndex | None = None,
        steps_per_epoch: SupportsIndex | None = None,
        shuffle: bool = True,
        validation_split: float = 0.0,
        validation: _Validation | None = None,
        validation_batch_size: SupportsIndex | None = None,
        validation_steps: SupportsIndex | None = None,
        validation_freq: SupportsIndex | None = None,
        validation_epochs: Sequence[SupportsIndex] | None = None,
        class_weight: _ClassWeights | None = None,
        callback: _Callback | None = None,
    ) -> None: ...
    def fit_source(
        self,
        source: _Source,
        *,
        epochs: SupportsIndex | None = None,
        initial_epoch: SupportsIndex | None = None,
        validation: _Validation | None = None,
        validation_batch_size: SupportsIndex | None = None,
        validation_steps: SupportsIndex | None = None,
        validation_freq: SupportsIndex | None = None,
        validation_epochs: Sequence[SupportsIndex] | None = None,
        class_weight: _ClassWeights | None = None,
        callback: _Callback | None = None,
    ) -> None: ...
    def evaluate(
        self,
        x: _Arrays,
        y: _SomeArrays,
        sample_weight: _SomeArrays | None = None,
        batch_size: SupportsIndex | None = None,
        steps: SupportsIndex | None = None,
        callback: _Callback | None = None,
    ) -> list[float]: ...
    def evaluate_source(self, source: _Source, callback: _Callback | None = None) -> list[float]: ...
    def predict(
        self,
        x: _Arrays,
        batch_size: SupportsIndex | None,
        steps: SupportsIndex | None,
        out: _Arrays,
        callback: _Callback | None = None,
    ) -> None: ...
    def call(self, x: _Arrays, behavior: int, draw: SupportsIndex, out: _Arrays) -> None: ...
    def train_on_batch(
        self,
        x: _Arrays,
        y: _SomeArrays,
        sample_weight: _SomeArrays | None = None,
        class_weight: _ClassWeights | None = None,
    ) -> list[float]: ...
    def gradients(self, x: _Arrays, y: _SomeArrays, sample_weight: _SomeArrays | None, training: bool, out: _Array) -> float: ...
    def differentiate(
        self,
        x: _Arrays,
        output_gradients: _SomeArrays,
        behavior: int = 0,
        draw: SupportsIndex | None = None,
        outputs: _SomeArrays | None = None,
        weight_gradients: _Array | None = None,
        input_gradients: _SomeArrays | None = None,
    ) -> None: ...
    def save(self, path: _Path, /) -> None: ...
    def save_weights(self, path: _Path, /) -> None: ...
    def load_weights(self, path: _Path, /) -> None: ...
    def serialize(self) -> bytes: ...
