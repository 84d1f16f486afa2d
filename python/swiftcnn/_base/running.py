"""Keeps track of the work that is running in this process."""

from __future__ import annotations

import os
from _thread import get_ident  # `threading` takes it from this module, which is always loaded
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Running:
    """The objects on which calls are working.

    A forked process begins with an empty set: it copies the objects, but not the threads that work on them.
    """

    def __init__(self) -> None:
        self._entries: list[tuple[Any, int]] = []
        os.register_at_fork(after_in_child=self._entries.clear)

    def __contains__(self, item: Any) -> bool:
        return any(each is item for each in self.items())

    def items(self) -> list[Any]:
        return [item for item, _ in tuple(self._entries)]

    def is_elsewhere(self, item: Any) -> bool:
        """Whether another thread works on it."""
        here = get_ident()
        return any(each is item and thread != here for each, thread in tuple(self._entries))

    @contextmanager
    def during(self, item: Any) -> Iterator[None]:
        """A context manager for the work on an object."""
        entry = (item, get_ident())
        try:
            self._entries.append(entry)
            yield
        finally:
            if entry in self._entries:  # a process that was forked in the meantime has an empty set
                self._entries.remove(entry)


fits = Running()  # models that are being fitted
