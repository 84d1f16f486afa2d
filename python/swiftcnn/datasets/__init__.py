"""Functions that load public data sets."""

from __future__ import annotations

import sys

from .._base import missing_names as _missing_names
from . import cifar10, cifar100, fashion_mnist, imagenette, mnist

__all__ = ["cifar10", "cifar100", "fashion_mnist", "imagenette", "mnist"]

_missing_names.explain(sys.modules[__name__])
