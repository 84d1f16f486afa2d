"""Keras where TensorFlow has it: `swiftcnn.keras.layers` is `swiftcnn.layers`, and so on for every module and name.

So `tensorflow` may become `swiftcnn` in the import lines of a script, and nothing else needs to change. The files beside this
one tell type checkers and editors of modules that Python finds by `_aliases`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import swiftcnn

__all__ = swiftcnn.__all__

if TYPE_CHECKING:
    from .. import *
else:

    def __getattr__(name: str) -> Any:
        return getattr(swiftcnn, name)


def __dir__() -> list[str]:
    return dir(swiftcnn)
