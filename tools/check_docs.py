"""Checks that every public name of the engine has a doc comment: `///` directly above, attributes may stand between.

Public names are those marked `public`, and those that are public through their context: the cases of public enumerations, the
requirements of public protocols and the members of public extensions.

Usage: python tools/check_docs.py [SOURCES]
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ENGINE = "SwiftCNN"
ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
MODIFIERS = r"(?:(?:static|final|mutating|nonmutating|indirect|nonisolated|override|convenience|lazy)\s+)*"
KINDS = r"(?:func|var|let|init|subscript|struct|class|actor|enum|protocol|extension|typealias|associatedtype|case)\b"
PUBLIC = re.compile(rf"\s*{ATTRIBUTES}(?:public|open)\s")
MEMBER, CASE = rf"\s*{ATTRIBUTES}{MODIFIERS}{KINDS}", rf"\s*{ATTRIBUTES}(?:indirect\s+)?case\b"
BETWEEN = re.compile(rf"\s*{ATTRIBUTES}(@\w+(\([^)]*\))?|// swift-format-ignore.*)")
OPENING = re.compile(r"\b(enum|protocol|extension)\b[^{]*\{$")


def members(line: str) -> str | None:
    """The block that begins here, if its members are public without the keyword: `enum`, `protocol` or `extension`."""
    opening = PUBLIC.match(line) and OPENING.search(line)
    return opening.group(1) if opening else None


def is_public(line: str, around: str | None) -> bool:
    if PUBLIC.match(line):
        return " extension " not in line
    inherits = {None: "(?!)", "enum": CASE}.get(around, MEMBER)
    return re.match(inherits, line) is not None


def findings(path: Path) -> Iterator[str]:
    around: list[tuple[int, str | None]] = []  # the indentation of the open braces, and what they make public
    above = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        indent = len(line) - len(line.lstrip())
        while line.strip() and around and indent <= around[-1][0]:
            around.pop()
        if is_public(line, around[-1][1] if around else None) and not above.lstrip().startswith("///"):
            yield f"{path}:{number}: public without a doc comment: {line.strip()}"
        if line.rstrip().endswith("{"):
            around.append((indent, members(line)))
        if not BETWEEN.fullmatch(line):
            above = line


def check(sources: Path) -> list[str]:
    return [finding for path in sorted((sources / ENGINE).rglob("*.swift")) for finding in findings(path)]


if __name__ == "__main__":
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "Sources")
    print("\n".join(found) or "every public name has a doc comment")
    sys.exit(1 if found else 0)
