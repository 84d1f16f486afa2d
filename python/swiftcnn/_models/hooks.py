"""What modules here need of others that stand above them, which they must not import. Those fill it in when they are imported.

- `classes`: by `model.py` and `sequential.py`, since descriptions of either class are read by what both use.
- `keras_files`: by `swiftcnn/models.py`, since models are saved to Keras's files, which are written by a room above.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol

    class KerasFile(Protocol):
        """A model on its way to a file of Keras, or weights of one on their way into it."""

        def save(self, path: str) -> None: ...

        def save_weights(self, path: str) -> None: ...

        def load_weights(self, path: str, by_name: bool, skip_mismatch: bool) -> None: ...

    class KerasFiles(Protocol):
        """The room of Keras's files."""

        def fresh_model(self, description: Mapping[str, Any], kind: Any) -> Any:
            """The model that Keras's `get_config` or `to_json` described, with fresh weights."""

        @property
        def KerasFile(self) -> Callable[[Any], KerasFile]: ...  # noqa: N802 (a class)


classes: dict[str, type[Any]] = {}  # "Functional" and "Sequential"
keras_files: Callable[[], KerasFiles]  # imports that room when it is asked
