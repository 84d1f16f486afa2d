"""Memory-mapped files (`numpy.memmap`): the system kills a process that reads beyond the end of a truncated file.

So the size is checked before every batch. The engine and `readable` handle a file that is truncated during the read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mmap import mmap

Array = NDArray[Any]
SCATTERED = 1 << 28  # bytes


class MappedFiles:
    """The files behind some arrays.

    Args:
        arrays: {name: array}; most of them are not memory-mapped.
    """

    def __init__(self, arrays: dict[str, Any]) -> None:
        found = ((name, *_file_behind(array)) for name, array in arrays.items())
        self._files = [(name, file, start) for name, file, start in found if file is not None]

    def __bool__(self) -> bool:
        return bool(self._files)

    def check(self) -> None:
        """Raises an error if one of them is shorter than when it was mapped."""
        for name, file, start in self._files:
            if file.size() < start + len(file):
                raise ValueError(
                    f"the file behind {name} has {file.size()} bytes left of {start + len(file)}: it was cut while it is in use. "
                    f"Write a new file instead of changing this one, or pass numpy.array({name})"
                )


def readable(array: Array) -> Array | None:
    """The array, or a copy if it is memory-mapped. None if the file was truncated, or the array's strides are too large.

    The operating system makes the copy: it reports missing data as an error. It would kill the process if NumPy read them.
    """
    if _file_behind(array)[0] is None or not array.size:
        return array
    reaches = [(extent - 1) * stride for extent, stride in zip(array.shape, array.strides, strict=True)]
    before, after = -sum(reach for reach in reaches if reach < 0), sum(reach for reach in reaches if reach > 0) + array.itemsize
    if before + after > max(array.nbytes, SCATTERED):
        return None
    copy = np.empty(before + after, np.uint8)
    try:
        with open("/proc/self/mem", "rb", buffering=0) as memory:
            memory.seek(array.ctypes.data - before)
            whole = memory.readinto(copy.data) == len(copy)
    except OSError:
        return None
    return np.ndarray(array.shape, array.dtype, copy, before, array.strides) if whole else None


def samples(array: Array, positions: Array) -> Array | None:
    """Some samples of an array, copied as `readable` does; None if one of them is missing."""
    if _file_behind(array)[0] is None:
        return array[positions]
    copies = [readable(array[position : position + 1 or None]) for position in positions]
    there = [copy for copy in copies if copy is not None]
    return np.concatenate(there) if len(there) == len(positions) else None


def present(name: str, array: Array | None) -> Array:
    """The result of `readable` or `samples`; raises an error if it is None."""
    if array is None:
        raise ValueError(
            f"the file behind {name} was cut while it is in use, or its samples are scattered too widely. "
            f"Write a new file instead of changing this one, or pass numpy.array({name})"
        )
    return array


def _file_behind(array: Any) -> tuple[mmap | None, int]:
    """The file that an array is mapped from, and the offset in the file at which the mapping begins."""
    mmap = sys.modules.get("mmap")
    if mmap is None:  # who maps a file has imported it
        return None, 0
    start = 0
    while array is not None and not isinstance(array, mmap.mmap):
        offset = getattr(array, "offset", None)  # a memmap's
        start = offset - offset % mmap.ALLOCATIONGRANULARITY if isinstance(offset, int) else start
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return array, start
