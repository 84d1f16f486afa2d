"""`make lint`: the check that imports of the Swift sources only go down."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def check():
    spec = importlib.util.spec_from_file_location("check_swift_imports", ROOT / "tools" / "check_swift_imports.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module.check


def written(folder: Path, **files: str) -> Path:
    """Files by their rooms, each with one room's name."""
    for room, text in files.items():
        file = folder / "SwiftCNN" / room / "A.swift"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return folder


GRAPH = "struct Graph {}\nextension Shape { var nodes: Int { 0 } }\nfunc connect() {}"


@pytest.mark.parametrize("line", ["let a: Graph", 'let a = "\\(Graph())"', "extension Graph {}", "connect()", "let a = b.nodes"])
def test_what_lies_above_is_found(check, tmp_path, line):
    found = check(written(tmp_path, Base=f"enum Shape {{}}\n{line}\n", Graph=GRAPH))
    assert len(found) == 1
    assert "Base/A.swift:2: " in found[0]
    assert "belongs to Graph, which is above Base" in found[0]


NESTED = "extension Shape { struct Graph {}\n func f() -> Graph { Graph() } }"


@pytest.mark.parametrize(
    "line", ["// Graph", '"Graph" // connect()', NESTED, "let a = Shape.Graph", "let connect = 1", "let nodes = 1"]
)
def test_what_only_has_the_name_is_not(check, tmp_path, line):
    assert not check(written(tmp_path, Base=f"enum Shape {{}}\n{line}\n", Graph=GRAPH))


def test_the_way_down_is_free(check, tmp_path):
    assert not check(written(tmp_path, Base="enum Shape {}", Graph=GRAPH, Model="let a = Graph(), b = c.nodes"))


def test_modules(check, tmp_path):
    file = tmp_path / "CSwiftCNN" / "A.swift"
    file.parent.mkdir()
    file.write_text("import Glibc\nimport SwiftCNN\n")
    assert ["CSwiftCNN imports SwiftCNN" in message for message in check(tmp_path)] == [True]


def test_a_module_without_a_place_is_found(check, tmp_path):
    (tmp_path / "Cellar").mkdir()
    assert ["Cellar: has no place" in message for message in check(tmp_path)] == [True]


def test_a_room_without_a_place_is_refused(check, tmp_path):
    with pytest.raises(SystemExit, match="Attic has no place"):
        check(written(tmp_path, Attic=""))


def test_the_engine(check):
    assert check(ROOT / "Sources") == []
