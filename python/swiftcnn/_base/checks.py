"""Checks of plain Python values that the engine cannot make, because it never sees the Python type."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

LARGEST_INTEGER = 2**63 - 1
DEFAULT_BATCH_SIZE = 32
T = TypeVar("T")


def integer(what: str, value: Any) -> int:
    """`value` as an int; bools, floats, NaN and strings are refused, NumPy integers are accepted."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or _is_bool(value):
        raise TypeError(f"{what} must be an integer, received {value!r:.80} (a {type(value).__name__})")
    if abs(number) > LARGEST_INTEGER:
        bits = number.bit_length()
        raise ValueError(f"{what} must fit in 64 bits, received {number if bits < 1000 else f'an integer of {bits} bits'}")
    return number


def optional(check: Callable[[str, Any], T], what: str, value: Any) -> T | None:
    """Returns `check` of `value`; None stays None."""
    return None if value is None else check(what, value)


def optional_integer(what: str, value: Any) -> int | None:
    return None if value is None else integer(what, value)


def counted(what: str, value: Any) -> int:
    """A count. None means "all", which the engine writes as 0."""
    if value is None:
        return 0
    number = integer(what, value)
    if number < 1:
        raise ValueError(f"{what} must be at least 1, or None for all, received {number}")
    return number


def batch_size(what: str, value: Any, samples: int, steps: int) -> int:
    """Samples in a batch. None means 32, or, if only the steps are given, the size that divides all samples into them."""
    if value is not None:
        return integer(what, value)
    return max(-(-samples // steps), 1) if steps else DEFAULT_BATCH_SIZE


def real(what: str, value: Any) -> float:
    """`value` as a finite float."""
    try:
        number = float(value) if hasattr(value, "__float__") else None  # texts and buffers have none of these
    except (TypeError, ValueError):
        number = None
    except OverflowError:
        number = math.inf
    if number is None or _is_bool(value):
        raise TypeError(f"{what} must be a number, received {value!r:.80} (a {type(value).__name__})")
    if not math.isfinite(number):
        raise ValueError(f"{what} must be a finite number, received {number}")
    return number


def reals(what: str, value: Any) -> float | tuple[float, ...]:
    """One finite float, or several."""
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes)) or getattr(value, "ndim", 1) == 0:
        return real(what, value)
    numbers = tuple(real(what, item) for item in value)
    return numbers[0] if len(numbers) == 1 else numbers


def real_list(what: str, value: Any) -> list[float]:
    """Finite floats."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(f"{what} must be a list of numbers, received {value!r:.80} (a {type(value).__name__})")
    return [real(f"each of {what}", each) for each in value]


def single_real(what: str, value: Any) -> float:
    """A finite float, or a list of one."""
    if isinstance(value, (list, tuple)):
        if len(value) != 1:
            raise ValueError(f"{what} must be one number, received {value!r:.80}: make one metric for each")
        value = value[0]
    return real(what, value)


def boolean(what: str, value: Any) -> bool:
    if not _is_bool(value):
        raise TypeError(f"{what} must be True or False, received {value!r} (a {type(value).__name__})")
    return bool(value)


def verbosity(value: Any) -> int:
    """The `verbose` of callbacks; True and False are accepted."""
    return int(value) if _is_bool(value) else integer("verbose", value)


def text(what: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a string, received {value!r} (a {type(value).__name__})")
    return value


def choice(what: str, value: Any, aliases: Mapping[str, str] | None = None) -> str:
    """A name in lower case; the engine knows the valid names. An alias is replaced by the name that it stands for."""
    name = text(what, value).lower()
    return (aliases or {}).get(name, name)


def axes(what: str, value: Any) -> int | tuple[int, ...]:
    """One axis, or several."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes))
    return integers(what, value) if several else integer(what, value)


def choice_of_capitals(what: str, value: Any) -> str:
    """A name in upper case; the engine knows the valid names."""
    return text(what, value).upper()


def of_class(what: str, value: Any, kind: type[T]) -> T:
    """`value` if it is an object of the class."""
    if not isinstance(value, kind):
        raise TypeError(f"{what} must be a {kind.__name__} of swiftcnn, received {value!r:.80} (a {type(value).__name__})")
    return value


def layer_name(value: Any) -> str:
    """The name of a layer or of a model: any text that files can store."""
    name = text("name", value)
    if "/" in name:
        raise ValueError(f"a layer's name must not contain '/', which separates the layers of models in files, got {name!r}")
    if not name:
        raise ValueError("a name must not be empty: use None for one that is made from the class")
    if "\0" in name or any("\ud800" <= each <= "\udfff" for each in name):
        raise ValueError(f"a layer's name must not contain the character 0 or half of a surrogate pair, got {name!r}")
    return name


def printable(text: str) -> str:
    """A text that is safe to print: control characters and other invisible characters are escaped."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def pair(what: str, value: Any) -> tuple[int, int]:
    """The pair (height, width), from `(3, 3)` or from `3` for both."""
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        items = tuple(integer(what, item) for item in value)
        if len(items) != 2:
            raise ValueError(f"{what} must be one integer or two (height, width), received {value!r}")
        return items[0], items[1]
    number = integer(what, value)
    return number, number


def integers(what: str, value: Any) -> tuple[int, ...]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(f"{what} must be a tuple of integers, received {value!r} (a {type(value).__name__})")
    return tuple(integer(what, item) for item in value)


Shape = tuple[int | None, ...]  # of one sample; None is a size that may be another in each call


def input_shape(what: str, value: Any) -> Shape:
    """The shape of one sample of a model's input, without the batch axis; None is a size that may differ in each call."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) or None not in (sizes := tuple(value)):
        return sample_shape(what, value)
    if sizes[-1] is None:
        raise ValueError(
            f"{what} must have a fixed size along the last axis, the channels, received {sizes!r}: replace that None"
        )
    sample_shape(what, [size for size in sizes if size is not None])
    return sizes


def sample_shape(what: str, value: Any) -> tuple[int, ...]:
    """The shape of one sample, without the batch axis."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(f"{what} must be a tuple such as (28, 28, 1), without the batch axis, received {value!r}")
    sizes = tuple(value)
    if None in sizes:
        raise ValueError(f"{what} must have fixed sizes, without the batch axis, received {sizes!r}: replace None")
    numbers = tuple(integer(what, size) for size in sizes)
    if min(numbers, default=1) < 1:
        raise ValueError(f"{what} must have sizes of at least 1, without the batch axis, received {numbers}")
    return numbers


def fits(shape: Sequence[int | None], expected: Sequence[int | None]) -> bool:
    """Whether a sample's shape matches another shape, in which None is any size."""
    if shape == expected:
        return True
    return len(shape) == len(expected) and all(b is None or a == b for a, b in zip(shape, expected, strict=True))


def shape_in_batch(what: str, value: Any) -> Shape:
    """The shape of one sample, from the shape of a batch of any size."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) or not (sizes := tuple(value)):
        raise TypeError(f"{what} must be a tuple such as (None, 28, 28, 1), with the batch axis, received {value!r}")
    if sizes[0] is not None:
        integer(f"the first of {what}", sizes[0])
    return input_shape(f"{what} behind the batch axis", sizes[1:])


def fixed(what: str, value: Any, allowed: tuple[Any, ...], why: str) -> None:
    """Checks an argument that can be chosen in Keras but is fixed here: accepts only the values that describe this behaviour."""
    if getattr(value, "ndim", 0) or value not in allowed:  # arrays are compared element by element
        choices = " or ".join(map(repr, allowed))
        raise ValueError(f"{what} must be {choices}, received {value!r:.80}: {why}")


def refuse_unknown(owner: type, unknown: Iterable[str], more: Iterable[str] = ()) -> NoReturn:
    """Raises an error for keyword arguments that `owner` and its bases do not have. It lists theirs, and `more`."""
    known = [*settings_of(owner), *more]
    names = ", ".join(sorted(unknown))
    raise TypeError(f"{owner.__name__} has no argument {names}; it has: {', '.join(known)}")


def one_of(what: str, value: Any, allowed: Iterable[Any]) -> None:
    """Refuses every value that is not in the list, of any type."""
    choices = tuple(allowed)
    try:
        hash(value)  # arrays would be compared element by element
        is_allowed = value in choices
    except TypeError:
        is_allowed = False
    if not is_allowed:
        raise ValueError(f"{what} must be one of {', '.join(map(str, choices))}, received {value!r:.80}")


def settings_of(owner: type) -> list[str]:
    """The keyword arguments that a class and its bases have."""
    every = [name for kind in owner.__mro__[:-1] if "__init__" in vars(kind) for name in _arguments_of(kind)]
    return list(dict.fromkeys(every))


def _arguments_of(kind: type) -> list[str]:
    import inspect

    parameters = inspect.signature(kind).parameters.values()
    return [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")
