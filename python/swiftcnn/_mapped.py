"""Files in memory (`numpy.memmap`): the system ends a process that reads beyond the end of one that was cut.

So its size is looked at before every batch. What is cut while a batch is read is the engine's to survive.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mmap import mmap


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
