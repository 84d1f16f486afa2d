"""Warnings that refer to the user's line, even if they arise deep in the package."""

from __future__ import annotations

import sys
import warnings

PACKAGE = __name__.partition(".")[0]


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warns, and names the nearest caller that belongs neither to this package nor to the import of one of its modules."""
    frame = sys._getframe()
    while frame.f_back is not None and _is_inside(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    names = frame.f_globals
    registry = names.setdefault("__warningregistry__", {})  # so that each place warns once, as with warnings.warn
    warnings.warn_explicit(message, category, frame.f_code.co_filename, frame.f_lineno, names.get("__name__"), registry)


def _is_inside(module: str) -> bool:
    return module.partition(".")[0] in (PACKAGE, "importlib")
