"""What the modules of this room ask of a model, whose class stands above them and uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .._graph.layer import Layer
from .._training.trained_model import TrainedModel

if TYPE_CHECKING:
    from .. import _native
    from .._base.checks import Shape
    from .._graph.graph import Graph
    from .._graph.parameter_store import LayerInfo, ParameterStore
    from .._graph.symbolic_tensor import Node, SymbolicTensor
    from .summary import Row


class Binding(Protocol):
    """Its tie to the engine."""

    store: ParameterStore | None  # None before the model is built, and when its line has changed
    seed: int | None


class AnyModel(TrainedModel, Protocol):
    """A `Model` or a `Sequential`."""

    _line: list[Layer | AnyModel]  # the layers and models, without inputs
    _graph: Graph  # of a `Model`
    _is_sequential: bool
    _serial: int
    _has_own_name: bool

    @property
    def _binding(self) -> Binding: ...

    @property
    def _kind(self) -> str:
        """What Keras calls this class of models."""

    @property
    def _name_stem(self) -> str: ...

    @property
    def trainable(self) -> bool: ...

    @trainable.setter
    def trainable(self, value: bool) -> None: ...

    @property
    def inputs(self) -> list[SymbolicTensor]: ...

    def plan_info(self, batch_size: int = ...) -> dict[str, Any]: ...

    def get_config(self) -> dict[str, Any]: ...

    def _input_name(self) -> str | None:
        """What the first input was called."""

    def _leaves(self) -> list[tuple[str, Layer]]:
        """The layers in order, those of the models among them too, each with its path."""

    def _layers_in_order(self) -> list[Layer]: ...

    def _models_within(self) -> list[AnyModel]: ...

    def _flat_config(self) -> dict[str, Any]:
        """The architecture."""

    def _built_engine(self) -> _native.Model: ...

    def _adopt(self, engine: _native.Model) -> None:
        """Takes an engine's model of these layers."""

    def _remember_call(self, node: Node) -> int: ...

    def _call(self, inputs: Any) -> Node:
        """A call on symbolic tensors in flat order."""

    def _only_input_shape(self) -> Shape | None: ...

    def _shapes_behind(self, shapes: Sequence[Shape]) -> list[Shape]: ...

    def _shapes_in(self, facts: Mapping[int, LayerInfo], shapes: list[Shape]) -> list[Shape]: ...

    def _rows(
        self, facts: Mapping[int, LayerInfo] | None, expand: bool, level: int, outer: Graph | None = None
    ) -> Iterator[Row]: ...

    def __call__(self, x: Any, training: bool | None = None) -> Any: ...

    def _facts_of_layers(self) -> dict[int, LayerInfo]:
        """What the engine tells of each layer, by its id."""

    def _name_it(self, name: str | None) -> None: ...


Item = Layer | AnyModel
