"""The names of layers, and of models within models: from their class, numbered within a model."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing import Protocol

    class Named(Protocol):
        """The attributes of a layer or a model that determine its name."""

        name: Any  # str, or None before it has one
        _has_own_name: bool

        @property
        def _name_stem(self) -> str: ...


serials = count()  # counts layers and models in the order of their creation


def stem(kind: str) -> str:
    """`conv2d` for Conv2D; `p_re_lu` for PReLU, as Keras has it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", kind).lower()


class Names:
    """The names of the items in a model's stack of layers.

    An item without a name gets `conv2d`, `conv2d_1`, ..., but no name that an item of this stack had before: a layer that is
    removed and added again keeps its name. If a name that another model gave is already in use here, the item is renamed.
    """

    _all: ClassVar[weakref.WeakSet[Names]] = weakref.WeakSet()

    def __init__(self) -> None:
        self._items: dict[str, Named] = {}
        self._used: set[str] = set()
        self._next: dict[str, int] = {}  # of each stem; numbers below are used
        self._all.add(self)

    def admit(self, item: Named, model: str) -> None:
        """Adds an item of the stack of `model`, and names it if necessary."""
        if item.name is None:
            item.name = self._free(item)
        elif item.name in self._items:
            if item._has_own_name:
                raise ValueError(
                    f"layer names must be unique, and model {model!r} already has a layer {item.name!r}: give one of the two "
                    "another name"
                )
            self._rename(item)
        self._items[item.name] = item
        self._used.add(item.name)

    def remove(self, item: Named) -> None:
        self._items.pop(str(item.name), None)

    def _rename(self, item: Named) -> None:
        """Renames an item in all models that contain it; the new name is unused in all of them."""
        old = str(item.name)
        others = [names for names in self._all if names._items.get(old) is item]
        item.name = self._free(item, [name for names in others for name in names._used])
        for names in others:
            names._items[item.name] = names._items.pop(old)
            names._used.add(item.name)

    def _free(self, item: Named, used: Iterable[str] = ()) -> str:
        """A name that no item of this stack ever had, and that is not in `used`."""
        kind, also = item._name_stem, set(used)
        number = self._next.get(kind, 0)
        while (name := f"{kind}_{number}" if number else kind) in self._used or name in also:
            number += 1
        self._next[kind] = number + 1
        return name
