"""Settings as users give them, good ones and bad ones.

Bad sizes are tiny or beyond any memory: one between them would rightly take gigabytes.
"""

import ctypes
import inspect
from decimal import Decimal
from fractions import Fraction

import numpy as np

NAN, INF = float("nan"), float("inf")
FAR_INTEGERS = (0, -1, -2, -(2**31), -(2**63), 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**62, 2**63 - 1, 2**63, 2**64, 10**30)
FAR_FLOATS = (0.0, -0.0, -1.0, 1e-45, 1e-320, 1e30, 3.5e38, 1e300, -1e300, NAN, INF, -INF, 2.0**31, 2.0**63, 2.0**64)
NAMES = (
    "a",
    "dense",
    "optimizer",
    "momentum",
    "",
    "a/b",
    "..",
    "\x1b[31m",
    "ö",
    "a\0b",
    "\ud800",
    "n" * 5000,
    "%s{}",
    "\n",
    "None",
)


class Surprise:
    """What answers nothing that an array, a number or a list answers."""


class Fickle:
    """Every question ends in an exception."""

    def __getattr__(self, name):
        raise AttributeError(name)

    def __len__(self):
        raise TypeError("no length today")

    def __repr__(self):
        return "<Fickle>"


WRONG_TYPES = (
    None,
    True,
    "3",
    "same",
    "nope",
    "float16",
    "channels_first",
    b"3",
    1.5,
    2.0,
    3 + 0j,
    [],
    (),
    {},
    set(),
    [3],
    (3,),
    (3, 3, 3),
    [[3]],
    [None],
    {"a": 1},
    range(3),
    slice(3),
    Decimal(3),
    Fraction(1, 3),
    np.int64(3),
    np.uint8(255),
    np.float32(3),
    np.float64("nan"),
    np.bool_(True),
    np.array(3),
    np.array([3, 3]),
    np.datetime64("2020-01-01"),
    np.str_("3"),
    ctypes.c_int(3),
    int,
    np,
    len,
    lambda *_: 3,
    Surprise(),
    Fickle(),
    Ellipsis,
    NotImplemented,
    memoryview(b"abc"),
    bytearray(b"abc"),
)


def bad(draw):
    """Anything but what is wanted, mostly."""
    kind = draw.random()
    if kind < 0.4:
        return draw.choice(FAR_INTEGERS)
    if kind < 0.6:
        return draw.choice(FAR_FLOATS)
    if kind < 0.65:
        return [draw.choice(FAR_INTEGERS) for _ in range(draw.randint(1, 4))]
    return draw.choice(WRONG_TYPES)


def count(draw):
    return draw.choice((1, 1, 2, 2, 3, 4, 5, 8, 17))


def side(draw):
    return draw.choice((1, 1, 2, 2, 3, 3, 5))


def sides(draw):
    """A size of a window, a stride: one number or two."""
    return side(draw) if draw.chance(0.6) else draw.choice((tuple, list))((side(draw), side(draw)))


def share(draw):
    return draw.choice((0, 0.1, 0.25, 0.5, 0.9))


def positive(draw):
    return draw.choice((1e-7, 1e-3, 0.1, 0.5, 1, 2.0, 10))


def flag(draw):
    return draw.chance(0.5)


def seed(draw):
    return draw.choice((None, None, 0, 1, 7, 2**31, 2**63 - 1))


def name(draw):
    return draw.choice(NAMES) if draw.chance(0.1) else None


def of(*choices):
    return lambda draw: draw.choice(choices)


def settings(draw, specification, most=0.35):
    """{setting: value}, some of them bad.

    Args:
        specification: {setting: function of draw}; a name that begins with `!` is always given.
        most: the share of the others that is given.
    """
    given = {}
    for key, make in specification.items():
        if key.startswith("!") or draw.chance(most):
            given[key.lstrip("!")] = bad(draw) if draw.spoils() else make(draw)
    if draw.spoils(0.25):
        given["of_nobody"] = 1
    return given


def others(modules, *tables):
    """Settings by the types of the arguments for each class that the engine describes and that no table has."""
    names = {name: module for module in modules for name in module.__all__ if not any(name in table for table in tables)}
    kinds = {name: getattr(module, name) for name, module in names.items()}
    return {name: by_type(kind) for name, kind in kinds.items() if isinstance(kind, type) and name != "AnyAccuracy"}


def by_type(kind):
    """Settings by the types of a class's arguments."""
    drawn = {"int": count, "float": share, "bool": flag}
    found = {}
    for each in inspect.signature(kind).parameters.values():
        if each.name in kind._fields and each.name != "name":
            must = each.default is each.empty
            found["!" * must + each.name] = drawn.get(each.annotation, of(0.5 if must else each.default))
    return found


def shown(value):
    """A short text for the report, whatever the value does when it is asked."""
    if isinstance(value, np.ndarray):  # a file that was cut must not be read here
        return f"{type(value).__name__}{value.shape}:{value.dtype}"
    if isinstance(value, list | tuple) and len(value) < 6:
        return f"[{', '.join(map(shown, value))}]"
    if type(value) is dict and len(value) < 6:
        return f"{{{', '.join(f'{shown(key)}: {shown(each)}' for key, each in value.items())}}}"
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) < 70 else f"{text[:60]}..."


def shown_call(what, arguments):
    return f"{what}({', '.join(f'{key}={shown(value)}' for key, value in arguments.items())})"
