"""Modules under a second name. They are the same module objects, so that their classes are the same too."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from types import ModuleType


class Aliases:
    """A finder and loader that imports `alias.name` as `package.name`, at any depth, and only on demand.

    Install it before `alias` is imported: a thread that uses `alias` while another imports it does not wait, but asks
    the finders for what is in it.
    """

    def __init__(self, alias: str, package: str) -> None:
        self.alias, self.package = alias, package

    def install(self) -> None:
        """Python's own finder must not be asked before this one: it would make a second copy of each module."""
        if not any(isinstance(finder, Aliases) and finder.alias == self.alias for finder in sys.meta_path):
            sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(f"{self.alias}."):
            return None
        from importlib.util import find_spec

        return None if find_spec(self._original(name)) is None else ModuleSpec(name, cast("Loader", self))

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self._original(spec.name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """The module has run already. Python has just given it the alias's spec; it gets its own back."""
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state

    def _original(self, name: str) -> str:
        return self.package + name.removeprefix(self.alias)
