"""Train and run convolutional networks. The API has Keras's names; the engine is written in Swift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import activations, callbacks, constraints, initializers, layers, losses, metrics, models, optimizers, regularizers, utils
from ._base import missing_names as _missing_names
from ._base import module_aliases as _module_aliases
from ._native import set_num_threads
from ._native import version as __version__
from .layers import Input
from .models import Model, Sequential

if TYPE_CHECKING:
    from . import applications, backend, data, datasets, keras, nn, preprocessing, random, saving, visualization

__all__ = [
    "Input",
    "Model",
    "Sequential",
    "__version__",
    "activations",
    "applications",
    "backend",
    "build_info",
    "callbacks",
    "constraints",
    "data",
    "datasets",
    "initializers",
    "keras",
    "layers",
    "losses",
    "metrics",
    "models",
    "nn",
    "optimizers",
    "preprocessing",
    "random",
    "regularizers",
    "saving",
    "set_num_threads",
    "utils",
    "visualization",
]


_module_aliases.Aliases(f"{__name__}.keras", __name__).install()
_missing_names.Finder(__name__).install()
_missing_names.explain(activations, callbacks, constraints, initializers, losses, metrics, models, optimizers, regularizers)

# Imported on first use, so that only programs that use them load their dependencies.
_ON_DEMAND = (
    "applications",
    "backend",
    "data",
    "datasets",
    "keras",
    "nn",
    "preprocessing",
    "random",
    "saving",
    "visualization",
)


def build_info() -> dict[str, Any]:
    """The engine's `version`, `isa` (the instruction set in use), `isas` (the usable ones), `threads`, `configuration`."""
    import json

    from . import _native

    info: dict[str, Any] = json.loads(_native.build_info())
    return info


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        from importlib import import_module

        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}: {_remedy(name)}")


def _remedy(name: str) -> str:
    """Advice for misspelled names, and for names of `import tensorflow as tf`."""
    import numpy

    close = _missing_names.closest(name, __all__)
    if close is not None:
        return f"did you mean {close}?"
    names = "swiftcnn has Keras's names for convolutional networks, and none of TensorFlow's operations"
    return f"{names}; its arrays are NumPy's, and there is numpy.{name}" if hasattr(numpy, name) else names
