"""Initial weights that one of this library's initializers draws when the user calls it directly."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _native
from .checks import sample_shape


def drawn(description: str | Mapping[str, Any], shape: Any, seed: int, dtype: Any) -> NDArray[Any]:
    """The initial values of a weight of this shape. The engine draws them for a layer that has such a weight."""
    sizes, kind = sample_shape("shape", shape), _floating(dtype)
    if min(sizes, default=1) < 1:
        raise ValueError(f"shape must have sizes of at least 1, received {shape!r}")
    name, samples, settings = _layer_with(sizes)
    stem = "kernel" if len(sizes) > 1 else "bias"
    config = {**settings, f"{stem}_initializer": description}
    layer = {"class": name, "name": "initializer", "config": config}
    architecture = {"format": 1, "class": "Sequential", "name": "initializer", "input": {"shape": samples}, "layers": [layer]}
    values = np.empty(sizes, np.float32)
    _native.Model(json.dumps(architecture), seed).get_weight(("kernel", "bias").index(stem), values)
    return values.astype(kind, copy=False)


def _floating(dtype: Any) -> np.dtype[Any]:
    """The type of the values; None is float32."""
    try:
        kind = np.dtype(np.float32 if dtype is None else dtype)
    except (TypeError, ValueError):
        kind = np.dtype(object)
    if kind.kind != "f":
        raise TypeError(f"dtype must be a type of floating-point numbers, such as 'float32', received {dtype!r:.80}")
    return kind


def _layer_with(sizes: tuple[int, ...]) -> tuple[str, tuple[int, ...], dict[str, Any]]:
    """The class, sample shape and settings of a layer with a weight of these sizes: a bias, or a kernel with the right fans."""
    if len(sizes) < 2:
        return "Dense", (1,), {"units": math.prod(sizes)}
    if len(sizes) == 2:
        return "Dense", sizes[:1], {"units": sizes[1]}
    window = (math.prod(sizes[:-3]), sizes[-3])
    return "Conv2D", (*window, sizes[-2]), {"filters": sizes[-1], "kernel_size": window}
