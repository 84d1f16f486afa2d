"""Models: `Sequential`, and loading one back."""

from __future__ import annotations

import json

from . import _native
from ._paths import FilePath, existing, naming
from ._sequential import Sequential

__all__ = ["Sequential", "load_model", "model_from_json"]


def load_model(filepath: FilePath, *, compile: bool = True) -> Sequential:
    """The model that `model.save` wrote, ready to predict and to go on training.

    Args:
        filepath: the file.
        compile: False leaves the model without optimizer, loss and metrics.
    """
    path = existing(filepath)
    with naming(path):
        return Sequential._from_engine(_native.Model.load(path), compile)


def model_from_json(json_string: str) -> Sequential:
    """The model that `model.to_json` described, with fresh weights."""
    return Sequential.from_config(json.loads(json_string))
