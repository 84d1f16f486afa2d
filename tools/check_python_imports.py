"""Checks that modules of the Python package import only from lower layers, and that there are no import cycles.

It checks the imports of modules, within functions and under `if TYPE_CHECKING:`. There is one exception: a package that loads its
submodules on demand, in `__getattr__`, names them for type checkers by `if TYPE_CHECKING: from . import submodule`.

Usage: python tools/check_python_imports.py [PACKAGE]
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# From the lowest to the highest. Packages on the same line do not import one another.
ROOMS = """
_native
_base
initializers regularizers constraints
_batches _graph
layers losses optimizers
metrics activations callbacks
_training
_models
_formats
models
preprocessing random
datasets
utils
applications backend data nn saving visualization
swiftcnn
keras commands
mnist cifar10 imagenette transfer
"""
COMPILED = "_native"  # the only module that is not a Python file
HEIGHT = {room: height for height, line in enumerate(ROOMS.split("\n")) for room in line.split()}


class Import(NamedTuple):
    """A module imports another, at a line of its file; both are named without the package."""

    importer: str
    imported: str
    file: Path
    line: int
    kind: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {shown(self.importer)} imports {shown(self.imported)} ({self.kind})"


def shown(module: str) -> str:
    return module or "the package root"


def room(module: str, package: str) -> str:
    return module.partition(".")[0] or package


def modules_of(package: Path) -> dict[str, Path]:
    """The package's modules, by their names without the package's name."""
    paths = sorted(package.rglob("*.py"))
    return {
        ".".join(path.relative_to(package).with_suffix("").parts).removesuffix("__init__").rstrip("."): path for path in paths
    }


def imports_of(module: str, path: Path, known: set[str], package: str) -> Iterator[Import]:
    is_package = path.name == "__init__.py"
    place = module.split(".") if module else []
    for node, kind in nodes_of(ast.parse(path.read_text()), "module level"):
        for base, names in targets_of(node, [package, *place] if is_package else [package, *place][:-1]):
            if base.partition(".")[0] != package:
                continue
            inner = base.partition(".")[2]
            for name in names:
                submodule = f"{inner}.{name}".lstrip(".")
                imported = submodule if submodule in known else inner
                is_own = is_package and imported.startswith(f"{module}." if module else "")
                if not (is_own and kind == "TYPE_CHECKING") and imported != module:
                    yield Import(module, imported, path, node.lineno, kind)


def nodes_of(parent: ast.AST, kind: str) -> Iterator[tuple[ast.stmt, str]]:
    """The imports below a node, and their lines."""
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, kind
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from nodes_of(node, "function")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and "not" not in ast.unparse(node.test):
            yield from nodes_of(ast.Module(node.body, []), "TYPE_CHECKING")
            yield from nodes_of(ast.Module(node.orelse, []), kind)
        else:
            yield from nodes_of(node, kind)


def targets_of(node: ast.stmt, package: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The modules of this package that a statement imports, each with the imported names."""
    if isinstance(node, ast.Import):
        yield from ((each.name, [""]) for each in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) + 1 - node.level] if node.level else []
        yield ".".join([*base, *([node.module] if node.module else [])]), [each.name for each in node.names]


def upward(each: Import, package: str) -> str | None:
    """The error in an import between packages, if there is one."""
    own, other = room(each.importer, package), room(each.imported, package)
    unknown = [name for name in (own, other) if name not in HEIGHT]
    if unknown:
        return f"{each}, and ROOMS of {Path(__file__).name} does not say where {unknown[0]} stands"
    if own == other or HEIGHT[other] < HEIGHT[own]:
        return None
    return f"{each}, but {other} is {'beside' if HEIGHT[own] == HEIGHT[other] else 'above'} {own}: imports only go down"


def circles(imports: list[Import]) -> Iterator[list[Import]]:
    """A shortest cycle for each set of modules that import one another."""
    following: dict[str, dict[str, Import]] = {}
    for each in imports:
        following.setdefault(each.importer, {}).setdefault(each.imported, each)
    seen: set[str] = set()
    for start in sorted(following):
        circle = [] if start in seen else circle_from(start, following)
        if circle:
            seen |= {each.importer for each in circle}
            yield circle


def circle_from(start: str, following: dict[str, dict[str, Import]]) -> list[Import]:
    """The shortest cycle through a module; empty if there is none."""
    ways: dict[str, list[Import]] = {start: []}
    waiting = [start]
    for module in waiting:
        for imported, each in following.get(module, {}).items():
            if imported == start:
                return [*ways[module], each]
            if imported not in ways:
                ways[imported] = [*ways[module], each]
                waiting.append(imported)
    return []


def check(package: Path) -> list[str]:
    modules = modules_of(package)
    known = {*modules, COMPILED}
    imports = [each for name, path in modules.items() for each in imports_of(name, path, known, package.name)]
    found = [message for each in imports if (message := upward(each, package.name))]
    return found + [
        f"{len(circle)} modules import one another in a circle:\n  " + "\n  ".join(map(str, circle))
        for circle in circles(imports)
    ]


if __name__ == "__main__":
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "python" / "swiftcnn")
    print("\n".join(found) or "imports only go down")
    sys.exit(1 if found else 0)
