"""What a file claims: how large that may be, in proportion to the file, and whether it leads nowhere."""

from __future__ import annotations

import errno

# What files compress to less than a hundredth is zeros, or means harm; the second number is for small files.
EXPANSION, SPARE = 100, 1 << 26


def allowance(size: int, spare: int = SPARE) -> int:
    """The bytes that may come out of `size` bytes of a file."""
    return EXPANSION * size + spare


def is_of_disk(error: OSError) -> bool:
    """Whether the operating system failed, and was not only asked for a place that no file has."""
    return error.errno not in (None, errno.EINVAL, errno.EOVERFLOW)
