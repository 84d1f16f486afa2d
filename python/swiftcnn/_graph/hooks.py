"""Functions and classes of higher-level packages, which this package must not import. They set them on import.

- `layer_classes`: by `layers/__init__.py`, since descriptions name classes of layers.
- `operators`: by `layers/_operators.py`, since `x + y` and `x[:, 1:]` of symbolic tensors are calls of layers.
- `model_of` and `line_of`: by `_models/sequential.py`, since a layer that is called on arrays is computed by a model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .._base.checks import Shape
from .parameter_store import ParameterStore

if TYPE_CHECKING:
    from typing import Protocol

    class Owner(Protocol):
        """The methods of a model that its layers use."""

        @property
        def built(self) -> bool: ...

        def _built_store(self) -> ParameterStore: ...

        def _call_of(self, item: Any) -> Any:
            """The first call of a layer in this model, a `Node`."""

        def _call_on_batch(self, x: Any, training: bool | None, draw: int) -> Any: ...


layer_classes: dict[str, type[Any]] = {}  # the classes under their names in descriptions
operators: dict[str, Callable[..., Any]] = {}  # "item", "negative", "binary": return an operator's symbolic result
model_of: Callable[[Any, Sequence[Shape]], Owner]  # a model of this layer alone, for samples of these shapes
line_of: Callable[[Any, Shape], Owner]  # a `Sequential` of it, which does not change the seeds of later models
