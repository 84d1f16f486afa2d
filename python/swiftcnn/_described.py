"""What layers, losses, metrics, optimizers and initializers have in common: they are values that describe."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, ClassVar, Self, TypeVar

from ._overrides import EngineComputed, built_in


class Described(EngineComputed):
    """A class name and plain settings, which together turn into JSON for the engine and back."""

    _fields: ClassVar[tuple[str, ...]] = ()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._settled():
            kind = type(self).__name__
            raise AttributeError(
                f"{name} of this {kind} is in use already, and a new value would change nothing: make a new one, such as "
                f"{kind}.from_config({{**config, {name!r}: ...}}), and use that"
            )
        super().__setattr__(name, value)

    def _settled(self) -> Container[str]:
        """The settings that the engine has been told, so that setting them would be ignored."""
        return ()

    def get_config(self) -> dict[str, Any]:
        """The settings as plain values: `type(value).from_config(value.get_config())` is an equal value."""
        return self._settings()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """What `get_config` described. If the `__init__` of a user's subclass does not take its settings, it is not called."""
        try:
            return cls(**config)
        except TypeError:
            base: Any = built_in(cls)
            if base is cls or cls.get_config is not base.get_config:
                raise
            made = cls.__new__(cls)
            base.__init__(made, **config)
            return made

    @classmethod
    def _class_name(cls) -> str:
        """What the engine and files call the class: a user's subclass by the class of this library that it derives from."""
        return built_in(cls).__name__

    def _settings(self) -> dict[str, Any]:
        """The settings that the engine computes by; a user's subclass may add its own to `get_config`."""
        return {field: _plain(getattr(self, field)) for field in self._fields}

    def __repr__(self) -> str:
        settings = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({settings})"


T = TypeVar("T", bound=Described)


def resolve(kind: str, value: Any, base: type[T], known: Mapping[str, type[T]]) -> T:
    """Turns what a user may write for an optimizer, a loss, ... into the value itself.

    Accepted are the value, its class, its name (`"adam"`, `"Adam"`), and a dict of `class_name` and `config`.
    """
    if isinstance(value, base):
        return value
    if isinstance(value, type) and issubclass(value, base):
        return value()
    if isinstance(value, str):
        return _look_up(kind, value, known)()
    if isinstance(value, Mapping):
        return _look_up(kind, value.get("class_name", value.get("class")), known).from_config(value.get("config", {}))
    raise TypeError(
        f"{kind} must be a name or a swiftcnn {kind} object, received {value!r} (a {type(value).__name__}); "
        f"known names: {', '.join(sorted(known))}"
    )


def _look_up(kind: str, name: Any, known: Mapping[str, type[T]]) -> type[T]:
    wanted = _folded(str(name))
    for candidate, found in known.items():
        if wanted in (_folded(candidate), _folded(found.__name__)):
            return found
    raise ValueError(f"unknown {kind} {name!r}; known: {', '.join(sorted(known))}")


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
