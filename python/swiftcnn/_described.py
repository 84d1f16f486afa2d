"""What layers, losses, metrics, optimizers and initializers have in common: they are values that describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar


class Described:
    """A class name and plain settings, which together turn into JSON for the engine and back."""

    _fields: ClassVar[tuple[str, ...]] = ()

    def get_config(self) -> dict[str, Any]:
        """The settings as plain values: `type(value).from_config(value.get_config())` is an equal value."""
        return {field: _plain(getattr(self, field)) for field in self._fields}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(**config)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_config, (self.get_config(),)

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
    if isinstance(value, Described):
        return value.get_config()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
