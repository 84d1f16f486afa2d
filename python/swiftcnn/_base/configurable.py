"""The common base class of layers, losses, metrics, optimizers and initializers: objects with a class name and settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, ClassVar, Self, TypeVar

from .. import _native
from .checks import settings_of
from .overrides import EngineComputed, built_in
from .user_warnings import PACKAGE, warn_user


class Configurable(EngineComputed):
    """A class name and plain settings, which are converted to JSON for the engine and back.

    The engine checks the settings at the end of the constructor, also for a user's subclass, and each setting that is changed
    later. So a mistake raises an error where it is made, by the same checks as when a model is built or compiled.
    """

    _kind: ClassVar[str]  # the engine's name for such settings; set in the base class of each kind
    _fields: ClassVar[tuple[str, ...]] = ()
    _late_change: ClassVar[str] = ""  # the warning for a setting that is changed after the engine has read it
    _settable: ClassVar[frozenset[str]] = frozenset()  # the attributes that are checked if they are set later

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._settable = frozenset(cls._setting_names())
        if cls.__init__ is not object.__init__ and not hasattr(cls.__init__, "_finishes"):
            cls.__init__ = _finishing(cls.__init__)  # type: ignore[method-assign]

    @classmethod
    def _setting_names(cls) -> tuple[str, ...]:
        """The attributes that hold settings for the engine."""
        return tuple(field for field in cls._fields if field != "name")

    def _own_settings(self) -> dict[str, Any]:
        """The settings of this library's class, without those that a user's subclass adds to `get_config`."""
        return {name: _plain(getattr(self, name)) for name in self._setting_names()}

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        """These settings of this library's class `kind`, in the engine's format, for its checks."""
        return {"class": kind.__name__, "config": settings}

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._settable and "_is_finished" in self.__dict__:
            value = getattr(_own_class(self)(**{**self._own_settings(), name: value}), name)
            if self._is_used():
                warn_user(self._late_change.format(name=name))
        super().__setattr__(name, value)

    def _is_used(self) -> bool:
        """Whether the engine has read the settings already, so that a change comes too late."""
        return False

    def get_config(self) -> dict[str, Any]:
        """The settings as plain values: `type(value).from_config(value.get_config())` creates an equal object."""
        return self._settings()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Creates the object that `get_config` described, here or in Keras.

        The `__init__` of a user's subclass is not called if it does not accept the settings.
        """
        from .keras_configs import translated  # imported here, since few programs need it, so that `import swiftcnn` stays fast

        settings = translated(cls, config)
        try:
            return cls(**settings)
        except TypeError:
            base: Any = built_in(cls)
            if base is cls or cls.get_config is not base.get_config:
                raise
            made = cls.__new__(cls)
            base.__init__(made, **settings)
            return made

    @classmethod
    def _arguments(cls) -> list[str]:
        """The names of the settings that the class takes."""
        return settings_of(cls)

    @classmethod
    def _read_described(cls, key: str, described: Mapping[str, Any], what: str) -> Any:
        """Reads the value of a setting from Keras's description."""
        from .keras_configs import class_name, configuration

        return {"class_name": class_name(described, what), "config": configuration(described, what)}

    @classmethod
    def _class_name(cls) -> str:
        """The class's name for the engine and in files; for a user's subclass, that of this library's base class."""
        return built_in(cls).__name__

    def _settings(self) -> dict[str, Any]:
        """The settings for the engine; a user's subclass may add its own to `get_config`."""
        return {field: _plain(self._setting(field)) for field in self._fields}

    def _setting(self, field: str) -> Any:
        """The value that was passed for a setting: the attribute of the same name, unless that has another meaning."""
        return getattr(self, field)

    def __repr__(self) -> str:
        settings = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({settings})"


def _finishing(initialize: Callable[..., None]) -> Callable[..., None]:
    """`initialize`, followed by the engine's checks.

    A metaclass could do the same, but then no user's class could be an `abc.ABC` too.
    """
    is_own = _is_own(initialize)

    @wraps(initialize)
    def finish(self: Configurable, *arguments: Any, **options: Any) -> None:
        try:
            initialize(self, *arguments, **options)
            if type(self).__init__ is finish:  # else a subclass still has settings to make
                _check_settings(self)
                self.__dict__["_is_finished"] = True
        except (TypeError, ValueError) as error:
            if is_own:  # and no complaint of a user's
                _name_class(error, type(self).__name__)
            raise

    finish._finishes = True  # type: ignore[attr-defined]
    return finish


def _check_settings(value: Configurable) -> None:
    """Raises the error that building or compiling a model would raise for these settings, unless it depends on shapes."""
    kind = _own_class(value)
    if "_kind" in vars(kind):  # a base class, which the engine does not know
        return
    try:
        settings = value._own_settings()
        if settings:
            _check(value._kind, json.dumps(value._to_check(kind, settings)))
    except AttributeError as error:
        raise TypeError(f"{type(value).__name__}.__init__ must call super().__init__, as {error}") from error
    except ValueError as error:
        raise ValueError(_from_engine(value, kind, str(error))) from None


@lru_cache(maxsize=1024)
def _check(kind: str, settings: str) -> None:
    """Lets the engine check the settings, once for settings that many objects share."""
    _native.check_settings(kind, settings)


def _from_engine(value: Configurable, kind: type, message: str) -> str:
    """The engine's message, with the value's class for the place in the JSON or the engine's name of the class."""
    name, place = type(value).__name__, f"the {value._kind}"
    for start, named in (
        (f"{place}.config.", f"{name}: "),
        (f"{place}.config ", f"{name} "),
        (f"{place}.", f"{name}: "),
        (f"{place} ", f"{name} "),
        (f"{place}: ", f"{name}: "),
        (f"{kind.__name__}: ", f"{name}: "),
    ):
        if message.startswith(start):
            return named + message.removeprefix(start).replace("or null", "or None")
    return f"{name}: {message}"


def _name_class(error: Exception, name: str) -> None:
    """Puts the name of the class before the message."""
    if len(error.args) == 1 and not str(error).startswith(name):
        error.args = (f"{name}: {error}",)


def _is_own(part: Any) -> bool:
    """Whether a class or a function belongs to this library."""
    return str(getattr(part, "__module__", "")).partition(".")[0] == PACKAGE


def _own_class(value: Configurable) -> type[Configurable]:
    """The class of the value, or this library's class that a user's class extends."""
    return next(kind for kind in type(value).__mro__ if _is_own(kind))


T = TypeVar("T", bound=Configurable)


def resolve(kind: str, value: Any, base: type[T], known: Mapping[str, type[T]]) -> T:
    """Converts a user's argument for an optimizer, a loss, ... to the object.

    Accepted are the value, its class, its name (`"adam"`, `"Adam"`), and a dict of `class_name` and `config`.
    """
    if isinstance(value, base):
        return value
    if isinstance(value, type) and issubclass(value, base):
        return value()
    if isinstance(value, str):
        return _look_up(kind, value, known)()
    if isinstance(value, Mapping):
        return _look_up(kind, _class_of(kind, value), known).from_config(value.get("config", {}))
    raise TypeError(
        f"{kind} must be a name or a swiftcnn {kind} object, received {value!r} (a {type(value).__name__}); "
        f"known names: {', '.join(sorted(known))}"
    )


def named(what: str, make: Callable[[Any], T | None], value: Any) -> Any:
    """Returns `make` of an argument's value; error messages begin with the argument's name."""
    try:
        return make(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{what}: {error}") from None


def _class_of(kind: str, described: Mapping[str, Any]) -> Any:
    """The class of a description by this library or by Keras."""
    from .keras_configs import class_name, is_described

    return class_name(described, f"the {kind}") if is_described(described) else described.get("class")


def _look_up(kind: str, name: Any, known: Mapping[str, type[T]]) -> type[T]:
    wanted = _folded(str(name))
    for candidate, found in known.items():
        if wanted in (_folded(candidate), _folded(found.__name__)):
            return found
    raise ValueError(f"unknown {kind} {name!r:.80}; known: {', '.join(sorted(known))}")


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
