"""Imports of libraries that are not installed with the package, only with one of its extras."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def needed(module: str, extra: str, user: str) -> ModuleType:
    """Imports the module. For the message, `user` is what needs it and `extra` is the extra that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(
            f"{user} needs {module.partition('.')[0]}, which is not installed: pip install 'swiftcnn[{extra}]'"
        ) from error
