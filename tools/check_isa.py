"""Checks that code for newer processors stays in the kernel modules.

The linker keeps one of several weak symbols with the same name. If a kernel module that is compiled for AVX2 or AVX-512
holds a weak function that other modules hold too (a specialised generic of the standard library, say), its body may be
the one that is kept, and the program dies on an older processor, far from the kernels.

Usage: python tools/check_isa.py BUILD_FOLDER, for instance .build/release
"""

import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

KERNELS = ("KernelsAVX2", "KernelsAVX512")

# All AVX instructions begin with v. The others are those of x86-64-v3, except tzcnt, which older processors run as bsf.
NEWER = re.compile(r"v(?!err|erw)\w+|andn|bextr|bls\w+|bzhi|lzcnt|movbe|mulx|pdep|pext|rorx|[sr]arx|sh[lr]x")


def run(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def shared_symbols(path: Path, module: str) -> Iterator[str]:
    """The weak functions of a kernel object that do not belong to its own module."""
    for line in run("nm", str(path)):
        kind, symbol = line.split()[-2:]
        if kind == "W" and module not in symbol:
            yield f"{module}/{path.name}: weak function that other modules may share: {symbol}"


def newer_instructions(path: Path) -> Iterator[str]:
    """The functions of a non-kernel object that use instructions beyond baseline x86-64."""
    function = ""
    for line in run("objdump", "--disassemble", "--no-show-raw-insn", str(path)):
        if header := re.fullmatch(r"[0-9a-f]+ <(.+)>:", line):
            function = header[1]
        else:
            _, _, instruction = line.partition("\t")
            mnemonic, *_ = instruction.split() or [""]
            if NEWER.fullmatch(mnemonic):
                yield f"{path.parent.name}/{path.name}: {mnemonic} in {function}"


def faults(folder: Path) -> Iterator[str]:
    found = set()
    for path in sorted(folder.glob("*.build/**/*.o")):
        module = path.relative_to(folder).parts[0].removesuffix(".build")
        found.add(module)
        yield from shared_symbols(path, module) if module in KERNELS else newer_instructions(path)
    for module in KERNELS:
        if module not in found:
            yield f"no objects of {module} in {folder}: nothing was checked"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    if platform.machine() != "x86_64":
        print("check_isa: nothing to check, this is not x86-64")
        return 0
    messages = sorted(set(faults(Path(sys.argv[1]))))
    print("\n".join(messages) or "check_isa: newer instructions are in the kernel modules only")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
