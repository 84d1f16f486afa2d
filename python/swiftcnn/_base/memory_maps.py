"""Files in memory (`numpy.memmap`): the system ends a process that reads beyond the end of one that was cut.

So its size is looked at before every batch. What is cut while a batch is read is the engine's to survive, and `readable`'s.
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
        arrays: {name: array}; most lie in no file.
    """

    def __init__(self, arrays: dict[str, Any]) -> None:
        found = ((name, *_file_behind(array)) for name, array in arrays.items())
        self._files = [(name, file, start) for name, file, start in found if file is not None]

    def __bool__(self) -> bool:
        return bool(self._files)

    def check(self) -> None:
        """Raises if one of them is shorter than when it was mapped."""
        for name, file, start in self._files:
            if file.size() < start + len(file):
                raise ValueError(
                    f"the file behind {name} has {file.size()} bytes left of {start + len(file)}: it was cut while it is in use. "
                    f"Write a new file instead of changing this one, or pass numpy.array({name})"
                )


def readable(array: Array) -> Array | None:
    """The array, or a copy of it if it lies in a file; None where the file was cut, or the array is scattered too widely.

    The kernel copies: it says what is missing, instead of ending the process as it does when NumPy looks there itself.
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
    """Some samples of an array, copied as `readable` does; None where one of them is not there."""
    if _file_behind(array)[0] is None:
        return array[positions]
    copies = [readable(array[position : position + 1 or None]) for position in positions]
    there = [copy for copy in copies if copy is not None]
    return np.concatenate(there) if len(there) == len(positions) else None


def present(name: str, array: Array | None) -> Array:
    """What `readable` or `samples` gave, where the work cannot go on without."""
    if array is None:
        raise ValueError(
            f"the file behind {name} was cut while it is in use, or its samples are scattered too widely. "
            f"Write a new file instead of changing this one, or pass numpy.array({name})"
        )
    return array


def _file_behind(array: Any) -> tuple[mmap | None, int]:
    """The mapped file that an array looks into, and where in the file the mapping begins."""
    mmap = sys.modules.get("mmap")
    if mmap is None:  # who maps a file has imported it
        return None, 0
    start = 0
    while array is not None and not isinstance(array, mmap.mmap):
        offset = getattr(array, "offset", None)  # a memmap's
        start = offset - offset % mmap.ALLOCATIONGRANULARITY if isinstance(offset, int) else start
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return array, start
