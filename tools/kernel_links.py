"""Links the kernel sources into the modules for newer processors: `AVX2/Pooling/A.swift` leads to `Shared/Pooling/A.swift`.

It creates missing links and removes dangling links. A regular file in place of a link stays: so one processor can have its own
code.

Usage: python tools/kernel_links.py [--check]
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

KERNELS = Path(__file__).resolve().parent.parent / "Sources" / "Kernels"
SHARED = "Shared"


def missing(kernels: Path) -> Iterator[tuple[Path, Path]]:
    """The missing links, and the files to which they should lead."""
    shared = kernels / SHARED
    for folder in sorted(kernels.iterdir()):
        for source in sorted(shared.rglob("*.swift")) if folder != shared else []:
            link = folder / source.relative_to(shared)
            if not os.path.lexists(link):
                yield link, source


def dangling(kernels: Path) -> list[Path]:
    return sorted(path for path in kernels.rglob("*.swift") if not path.exists())


def make(kernels: Path = KERNELS) -> None:
    for link in dangling(kernels):
        link.unlink()
    for link, source in list(missing(kernels)):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(source, link.parent))


def check(kernels: Path = KERNELS) -> list[str]:
    messages = [f"{link}: leads to nothing; run make kernel-links" for link in dangling(kernels)]
    return messages + [f"{link}: is missing; run make kernel-links" for link, _ in missing(kernels)]


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        make()
    found = check()
    print("\n".join(found) or "every kernel is linked")
    sys.exit(1 if found else 0)
