"""Arrays of all types, orders, strides and values, and what is no array."""

import array
import ctypes
import os
import threading
import time

import numpy as np

from fuzz.values import Fickle, Surprise

COMMON = ("f4",) * 12 + ("f8",) * 4 + ("u1",) * 3 + ("i4", "i8", "f2", "?")
RARE = ("i1", "i2", "u2", "u4", "u8", "c8", "c16", "O", "U2", "S2", "M8[s]", "m8[s]", "V4", "g", [("a", "f4"), ("b", "i2")])
ENORMOUS = 2**40
MOST_CLASSES = 1000


def floats(draw, shape):
    """An array of this shape, or something else where the case has bad luck."""
    base = draw.numpy.standard_normal(shape if _is_small(shape) else ())
    if draw.spoils():
        base = _odd_values(draw, base)
    return _dressed(draw, _cast(draw, base))


def labels(draw, shape, classes):
    """Numbers of classes."""
    base = draw.numpy.integers(0, max(1, classes), shape)
    if draw.spoils() and base.size:
        base.flat[draw.randrange(base.size)] = draw.choice((-1, classes, 255, 10**8, 2**31, 2**62, -(2**63)))
    if draw.spoils():
        base = base + draw.choice((0.5, 0.7, np.nan, np.inf, -0.9))
    return _dressed(draw, _cast(draw, base))


def _is_small(shape):
    return all(isinstance(size, int) and size >= 0 for size in shape) and np.prod(shape, dtype=float) < 1e6


def one_hot(draw, samples, classes):
    classes = min(max(1, classes), MOST_CLASSES)
    base = np.eye(classes)[draw.numpy.integers(0, classes, samples)]
    return _dressed(draw, _cast(draw, base))


def _odd_values(draw, base):
    base = np.array(base)
    value = draw.choice((np.nan, np.inf, -np.inf, 1e-45, 1e-40, 1e30, -1e30, 3.4e38, 1e300, 0.0, -0.0, 2.0**31, 2.0**63, -1.0))
    if draw.chance(0.5) or not base.size:
        return np.full_like(base, value)
    base.flat[draw.randrange(base.size)] = value
    return base


def _cast(draw, base):
    kind = draw.choice(RARE) if draw.spoils(0.5) else draw.choice(COMMON)
    dtype = np.dtype(kind)
    if draw.spoils(0.5):
        dtype = dtype.newbyteorder(">")
    with np.errstate(all="ignore"):
        try:
            return base.astype(dtype)
        except (TypeError, ValueError, OverflowError):
            return np.zeros(np.shape(base), dtype)


def misshapen(draw, shape):
    """A shape near this one."""
    shape = list(shape)
    kind = draw.randrange(7)
    if kind == 0:
        return ()
    if kind == 1:
        return (0, *shape[1:])
    if kind == 2 and shape:
        return (*shape[:-1], draw.choice((0, 1, shape[-1] + 1)))
    if kind == 3:
        return (*shape, draw.choice((1, 1, 2)))
    if kind == 4:
        return shape[:-1]
    if kind == 5:
        return (1,) * 9
    return [size + draw.choice((0, 0, 1)) for size in shape]


# How an array lies in memory, or what stands for it.


def _dressed(draw, values):
    if not draw.spoils(2):
        return values
    try:
        return draw.choice(DRESSES)(draw, values)
    except (TypeError, ValueError, IndexError, BufferError, OverflowError):  # numpy cannot do it with this type
        return values


def _fortran(draw, values):
    return np.asfortranarray(values)


def _reversed(draw, values):
    return values[tuple(slice(None, None, draw.choice((1, -1))) for _ in values.shape)]


def _sparse(draw, values):
    axis = draw.randrange(max(1, values.ndim))
    return np.repeat(values, 2, axis)[tuple(slice(None, None, 2 if index == axis else 1) for index in range(values.ndim))]


def _repeated(draw, values):
    return np.broadcast_to(values[:1], values.shape)


def _misaligned(draw, values):
    return np.frombuffer(b"x" + values.tobytes(), values.dtype, offset=1, count=values.size).reshape(values.shape)


def _read_only(draw, values):
    values.flags.writeable = False
    return values


def _masked(draw, values):
    return np.ma.masked_array(values, draw.numpy.random(values.shape) < 0.3)


def _list(draw, values):
    return values.tolist()


def _ragged(draw, values):
    return [*values.tolist(), [1]]


def _view(draw, values):
    return memoryview(values)


def _released(draw, values):
    view = memoryview(values)
    view.release()
    return view


def _ctypes(draw, values):
    return (ctypes.c_float * max(1, len(values)))()


def _array_module(draw, values):
    return array.array(draw.choice("fdbBiqQ"), [1] * max(1, len(values)))


def _matrix(draw, values):
    return np.asmatrix(values)


class Subclass(np.ndarray):
    """As other packages derive theirs."""


def _subclass(draw, values):
    return values.view(Subclass)


def _odd_strides(draw, values):
    """An axis of one element may have any stride."""
    strides = [2**40 if size == 1 else stride for size, stride in zip(values.shape, values.strides, strict=True)]
    return np.lib.stride_tricks.as_strided(values, values.shape, strides)


def _overlapping(draw, values):
    return np.lib.stride_tricks.as_strided(values, values.shape, [values.itemsize if values.size else 0] * values.ndim)[:1]


class Converted:
    """An array only when it is asked for one."""

    def __init__(self, values, error=None):
        self.values, self.error = values, error
        self.shape, self.dtype = values.shape, values.dtype

    def __array__(self, dtype=None, copy=None):
        if self.error is not None:
            raise self.error
        return self.values if dtype is None else self.values.astype(dtype)

    def __len__(self):
        return len(self.values)


def _converted(draw, values):
    return Converted(values, draw.choice((None, None, ValueError("not now"))))


def _nothing(draw, values):
    return draw.choice(
        (None, "", "x", 3, 1.5, [], {}, set(), Surprise(), Fickle(), [None], ["a"], object, np.nan, [[]], b"abc", ())
    )


def _tuple_of_arrays(draw, values):
    return tuple(values)


def _dict_of_arrays(draw, values):
    return {"a": values}


def _mapped(draw, values):
    """A file, which may be cut while it is read."""
    path = f"mapped-{draw.getrandbits(64):x}"
    mapped = np.memmap(
        path, values.dtype if values.dtype.kind in "fiub" else "f4", "w+", shape=(max(2000, len(values)), *values.shape[1:])
    )
    mapped[: len(values)] = values
    mapped.flush()
    return np.memmap(path, mapped.dtype, "r", shape=mapped.shape)[: len(values)]


DRESSES = (
    _fortran,
    _reversed,
    _sparse,
    _repeated,
    _misaligned,
    _read_only,
    _masked,
    _list,
    _ragged,
    _view,
    _released,
    _ctypes,
    _array_module,
    _matrix,
    _subclass,
    _odd_strides,
    _overlapping,
    _converted,
    _nothing,
    _tuple_of_arrays,
    _dict_of_arrays,
    _mapped,
)


def cut_file(draw, shape):
    """A mapped file of float32 that another thread cuts in a moment, or that is cut already."""
    path = f"cut-{draw.getrandbits(64):x}"
    rows = 4000
    np.zeros((rows, *shape[1:]), "f4").tofile(path)
    mapped = np.memmap(path, "f4", "r", shape=(rows, *shape[1:]))
    delay = draw.choice((0, 0, 0.001, 0.01))
    _later(delay, lambda: os.truncate(path, draw.choice((0, 4096))))
    return mapped


def changed_meanwhile(draw, shape):
    """An array in which another thread writes."""
    values = np.zeros((500, *shape[1:]), "f4")

    def change():
        for _ in range(20):
            values[...] = np.nan
            time.sleep(0.0005)
            values[...] = 1

    _later(0, change)
    return values


def enormous(draw, values):
    return np.broadcast_to(np.atleast_1d(values)[:1], (ENORMOUS, *np.shape(values)[1:]))


def _later(delay, action):
    if not delay:
        return action() if action.__name__ == "<lambda>" else threading.Thread(target=action, daemon=True).start()

    def wait_and_act():
        time.sleep(delay)
        action()

    return threading.Thread(target=wait_and_act, daemon=True).start()
