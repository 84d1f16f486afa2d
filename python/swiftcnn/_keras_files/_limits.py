"""How large what a file claims may be, in proportion to the file."""

from __future__ import annotations

# What files compress to less than a hundredth is zeros, or means harm; the second number is for small files.
EXPANSION, SPARE = 100, 1 << 26


def allowance(size: int, spare: int = SPARE) -> int:
    """The bytes that may come out of `size` bytes of a file."""
    return EXPANSION * size + spare
