"""Checks that the engine's sources contain no code that could silently crash the program on a user's input.

It refuses `try!`, `as!`, `fatalError` and a forced `!`, unless a comment `// Invariant: ...` on the line or above it states why
the code cannot fail. It also refuses any arithmetic in the C interface, since numbers there are unchecked. Conversions of
floating-point numbers need no check: the engine's own cannot fail (Sources/SwiftCNN/Base/Conversions.swift).

Usage: python tools/check_traps.py [SOURCES]
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ENGINE, BOUNDARY = "SwiftCNN", "SwiftCNNABI"
REASON = "// Invariant:"
TRAP = re.compile(r"\btry!|\bas!|\bfatalError\(|(?<=[\w\])}])!(?![=\w])")
ARITHMETIC = re.compile(r"[\w)\]] ([-+*/%]|<<) [\w(]")
STRING = re.compile(r'"(\\.|[^"\\])*"')


def code_of(line: str) -> str:
    """A line without its strings and its comment."""
    return STRING.sub('""', line).partition("//")[0]


def findings(path: Path, is_boundary: bool) -> Iterator[str]:
    above = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        code, has_reason = code_of(line), REASON in line or REASON in above
        if TRAP.search(code) and not has_reason:
            yield f"{path}:{number}: may end the program; throw instead, or say why it cannot fail ({REASON} ...)"
        if is_boundary and ARITHMETIC.search(code) and not has_reason:
            yield f"{path}:{number}: arithmetic on unchecked numbers; leave it to the engine, which checks them"
        above = line


def check(sources: Path) -> list[str]:
    return [
        finding
        for module in (ENGINE, BOUNDARY)
        for path in sorted((sources / module).rglob("*.swift"))
        for finding in findings(path, module == BOUNDARY)
    ]


if __name__ == "__main__":
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "Sources")
    print("\n".join(found) or "no traps")
    sys.exit(1 if found else 0)
