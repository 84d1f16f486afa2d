"""Refuses overrides that would be ignored: of methods that Keras calls and whose work the engine does here.

A class of this library lists such methods in `_engine_computes`, each with what to do instead. A user's subclass that overrides
one of them is refused when its first instance is made, and so is a function that is assigned to an instance in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .user_warnings import PACKAGE


class EngineComputed:
    """Base class of objects that describe work to the engine: models, layers, losses, optimizers, ..."""

    # Method -> what to do instead of overriding it.
    _engine_computes: ClassVar[Mapping[str, str]] = {}
    # For a base class that describes no work by itself: the classes to derive from instead.
    _abstract: ClassVar[str] = ""

    def __new__(cls, *arguments: Any, **settings: Any) -> Self:
        refuse_overrides(cls, cls._engine_computes)
        made, described = super().__new__(cls), built_in(cls)
        if "_abstract" in vars(described) and cls is not described and not made._is_own:
            raise TypeError(f"{cls.__name__} derives from {described.__name__}, which computes nothing: {cls._abstract}")
        return made

    @property
    def _is_own(self) -> bool:
        """Whether it is a user's object that Python runs: an initializer or a schedule."""
        return False

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._engine_computes and callable(value) and not isinstance(getattr(type(self), name, None), property):
            refuse_assigned(self, {name: value}, self._engine_computes)
        super().__setattr__(name, value)

    if not TYPE_CHECKING:  # `__getattr__` would accept every name

        def __getattr__(self, name: str) -> Any:
            if name in type(self)._engine_computes and not hasattr(type(self), name):
                remedy = self._engine_computes[name]
                message = f"{type(self).__name__!r} has no {name!r}, because the engine does this work without Python: {remedy}"
                raise AttributeError(message, name=name, obj=self)
            return self.__getattribute__(name)  # raises the property's error, or the usual one for a missing attribute


def refuse_overrides(kind: type, computed: Mapping[str, str]) -> None:
    """Raises TypeError if the class overrides one of these methods, because nothing would call it."""
    for name, remedy in computed.items():
        owner = definer(kind, name)
        if owner is not None and not (is_built_in(owner) and _is_written_here(vars(owner)[name])):
            place = "" if owner is kind else f" (in {owner.__name__})"
            raise TypeError(_message(f"{kind.__name__} overrides {name}{place}", remedy))


def refuse_assigned(value: Any, attributes: Mapping[str, Any], computed: Mapping[str, str]) -> None:
    """Raises TypeError if one of these methods was assigned to an object as an attribute."""
    for name in attributes:
        if name in computed:
            raise TypeError(_message(f"a {type(value).__name__} was given a {name} of its own", computed[name]))


def definer(kind: type, name: str) -> type | None:
    """The class that defines an attribute: the class itself or one of its bases."""
    return next((base for base in kind.__mro__ if name in vars(base)), None)


def is_built_in(kind: type) -> bool:
    """Whether this library defines the class."""
    return _is_here(kind.__module__)


def built_in(kind: type) -> type:
    """The nearest class of this library among a class and its bases. The engine treats a user's subclass as this class."""
    return next(base for base in kind.__mro__ if is_built_in(base))


def _is_written_here(member: Any) -> bool:
    """Whether this library defined the attribute of its class, and no other code assigned it later."""
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    return _is_here(getattr(function, "__module__", PACKAGE))


def _is_here(module: Any) -> bool:
    return str(module).partition(".")[0] == PACKAGE


def _message(what: str, remedy: str) -> str:
    return f"{what}, which is never called, because the engine does this work without Python: {remedy}"
