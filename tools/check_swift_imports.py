"""Checks that imports only go down: between the Swift modules, and between the rooms (folders) of the module SwiftCNN.

Swift has no imports within a module, so the check goes by names. A file may use what its own room or a lower one declares: types,
functions at file level, and the members that extensions add. A higher room may extend a type of a lower one, but the lower room
must not use what it adds. As all rooms stand in one order, there is no circle between them.

Not seen: a member whose name a file of the same or a lower room declares too, or one that is used without a dot.

Usage: python tools/check_swift_imports.py [SOURCES]
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MODULE = "SwiftCNN"
# From the bottom to the top. A subfolder belongs to the room of the folder that it lies in.
ROOMS = (
    *("Base", "Settings", "Kernels", "Random", "Files", "Geometry"),
    *("Initializers", "Regularizers", "Constraints", "Layers", "Losses", "Metrics", "Optimizers"),
    *("Graph", "Operations", "Compiler", "Runtime", "Training", "Model", "DSL"),
)
# From the bottom to the top; those on one line do not import one another.
MODULES = (
    ("CKernels", "CPeak"),
    ("KernelsBaseline", "KernelsAVX2", "KernelsAVX512"),
    ("CSwiftCNN",),
    ("SwiftCNN",),
    ("SwiftCNNABI", "swiftcnn-mnist", "swiftcnn-kernels"),
)
# Of the modules that do not lie in a folder of their name.
FOLDERS = {"KernelsBaseline": "Kernels/Shared", "KernelsAVX2": "Kernels/AVX2", "KernelsAVX512": "Kernels/AVX512"}

TYPES = ("struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype")
DECLARATION = re.compile(rf"\b({'|'.join(TYPES)}|extension|func|var|let)\s+(?!func\b|var\b|let\b)`?([\w.]+)")
CASE = re.compile(r"\s*(?:indirect )?case (\w+(?:(?:\([^)]*\))?, \w+)*)")
WORD = re.compile(r"(\.?)\b([A-Za-z_]\w*)(\(?)")
IMPORT = re.compile(r"(?:@\w+ )*import (?:struct |func |class )?(\w+)")


def code_of(text: str) -> str:
    """The text without its comments and strings, but with the code that strings interpolate."""
    code: list[str] = []
    ends: list[str] = []  # of the strings that are open
    depths: list[int] = []  # for each of them, the depth of parentheses within an interpolation
    i = 0
    while i < len(text):
        start = i
        if ends and depths[-1] == 0:
            if text.startswith(ends[-1], i):
                i += len(ends.pop())
                depths.pop()
            else:
                depths[-1] = int(text.startswith("\\(", i))
                i += 2 if text[i] == "\\" else 1
            code.append("\n" if text[start] == "\n" else " ")
        elif text.startswith("//", i):
            i = text.find("\n", i) if "\n" in text[i:] else len(text)
        elif text[i] == '"':
            ends.append('"""' if text.startswith('"""', i) else '"')
            depths.append(0)
            i += len(ends[-1])
        else:
            if ends:
                depths[-1] += {"(": 1, ")": -1}.get(text[i], 0)
            code.append(text[i])
            i += 1
    return "".join(code)


@dataclass
class Source:
    """A file and what it declares."""

    path: Path
    room: int
    lines: list[str]
    names: set[str] = field(default_factory=set)  # types and functions at file level
    added: set[tuple[str, str]] = field(default_factory=set)  # members of its extensions, with the type
    members: set[str] = field(default_factory=set)  # all members, and what lies within them
    outer: set[str] = field(default_factory=set)  # types that it declares or extends
    nested: set[tuple[str, str]] = field(default_factory=set)  # types within these

    def __post_init__(self) -> None:
        outer, kind, depth = "", "", 0
        for line in self.lines:
            for found in DECLARATION.finditer(line):
                within = depth + line.count("{", 0, found.start()) - line.count("}", 0, found.start())
                if within == 0:
                    kind, outer = found[1], found[2].split(".")[0]
                self.declare(found[1], found[2], outer, within, kind == "extension" and "private " not in line)
            if cases := CASE.match(line):
                self.members.update(re.findall(r"\w+", cases[1]))
            depth += line.count("{") - line.count("}")

    def declare(self, kind: str, name: str, outer: str, depth: int, extends: bool) -> None:
        if depth == 0:
            self.outer.add(outer)
            if kind != "extension":
                self.names.add(name)
        elif depth == 1 and kind in TYPES:
            self.nested.add((outer, name))
        else:
            self.members.add(name)
            if depth == 1 and extends:
                self.added.add((outer, name))


def read(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.rglob("*.swift")):
        room = path.relative_to(folder).parts[0]
        if room not in ROOMS:
            raise SystemExit(f"{path}: {room} has no place in ROOMS of {Path(__file__).name}")
        yield Source(path, ROOMS.index(room), code_of(path.read_text()).splitlines())


def lowest_rooms(declared: Iterator[tuple[Source, str]]) -> dict[str, int]:
    rooms: dict[str, int] = {}
    for source, name in declared:
        rooms[name] = min(source.room, rooms.get(name, source.room))
    return rooms


def upward_mentions(folder: Path) -> Iterator[str]:
    sources = list(read(folder))
    names = lowest_rooms((source, name) for source in sources for name in source.names)
    members = lowest_rooms((source, name) for source in sources for name in source.names | source.members)
    # What extensions add to types of lower rooms, or of other modules.
    added = {name for source in sources for outer, name in source.added if names.get(outer, -1) < source.room}
    for source in sources:
        shadowed = {inner for other in sources for outer, inner in other.nested if outer in source.outer}
        for number, line in enumerate(source.lines, 1):
            for dot, name, call in WORD.findall(line):
                if dot:
                    room = members[name] if name in added else -1
                else:
                    is_mention = name not in shadowed and (call or name[0].isupper())
                    room = names.get(name, -1) if is_mention else -1
                if room > source.room:
                    yield f"{source.path}:{number}: {name} belongs to {ROOMS[room]}, which is above {ROOMS[source.room]}"


def upward_imports(sources: Path) -> Iterator[str]:
    levels = {module: level for level, modules in enumerate(MODULES) for module in modules}
    known = {FOLDERS.get(module, module).split("/")[0] for module in levels}
    for folder in sorted(sources.iterdir()):
        if folder.name not in known:
            yield f"{folder}: has no place in MODULES of {Path(__file__).name}"
    for module, level in levels.items():
        for path in sorted((sources / FOLDERS.get(module, module)).rglob("*.swift")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = IMPORT.match(line)
                if found and levels.get(found[1], -1) >= level:
                    yield f"{path}:{number}: {module} imports {found[1]}, which is not below it"


def check(sources: Path) -> list[str]:
    return [*upward_imports(sources), *upward_mentions(sources / MODULE)]


if __name__ == "__main__":
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "Sources")
    print("\n".join(found) or "imports only go down")
    sys.exit(1 if found else 0)
