"""What the training room asks of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .._base.models import Stepped, Watched
from .compiled import Compiled

if TYPE_CHECKING:
    from .._base.checks import Shape
    from .._base.structures import Structure
    from .._graph.layer import Layer
    from .._graph.parameter_store import ParameterStore
    from .._native import Model
    from ..callbacks._records import LastHistory


class TrainedModel(Stepped, Watched, Protocol):
    """A model that learns and predicts."""

    name: str
    _compiled: Compiled | None
    _history: LastHistory | None
    _input: Shape | None  # of the first input, None before it is known

    @property
    def built(self) -> bool: ...

    @property
    def compiled(self) -> bool: ...

    @property
    def input_names(self) -> list[str]: ...

    @property
    def output_names(self) -> list[str]: ...

    @property
    def _form_of_inputs(self) -> Structure: ...

    @property
    def _form_of_outputs(self) -> Structure: ...

    def _input_shapes(self) -> list[Shape]:
        """Of one sample."""

    def _output_shapes(self) -> list[Shape]:
        """Of one sample."""

    def _sized_output_shapes(self, shapes: tuple[Shape, ...]) -> list[Shape]:
        """Of samples of these shapes."""

    def _layers_in_order(self) -> Sequence[Layer]: ...

    @property
    def _engine(self) -> Model | None:
        """The engine's model, None before it is built."""

    def _engine_for(self, x: Any) -> Model:
        """The engine's model, built for these samples if need be."""

    def _built_store(self) -> ParameterStore: ...

    def _build_if_possible(self) -> None: ...

    def _claim(self) -> None:
        """Before the weights are trained."""
