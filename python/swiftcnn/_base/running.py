"""What is running in this process at the moment."""

from __future__ import annotations

import os
from _thread import get_ident  # which `threading` has from there, and which is loaded always
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Running:
    """The objects that some call is working on.

    A forked process begins with none of them: it has a copy of the objects, but not the threads that work on them.
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
        """Around the work on an object."""
        entry = (item, get_ident())
        try:
            self._entries.append(entry)
            yield
        finally:
            if entry in self._entries:  # a process that was forked in between has forgotten it
                self._entries.remove(entry)


fits = Running()  # models that are being fitted
