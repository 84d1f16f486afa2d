"""`make lint`: the check for what ends the program."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def check():
    spec = importlib.util.spec_from_file_location("check_traps", ROOT / "tools" / "check_traps.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check


def written(folder: Path, module: str, *lines: str) -> Path:
    file = folder / module / "A.swift"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize(
    "line", ["let a = try! f()", "let b = c as! D", "fatalError()", "let d = e.first!", "f(g[0]!)", "h()!.i", "var j: K!"]
)
def test_what_ends_the_program_is_found(check, tmp_path, line):
    found = check(written(tmp_path, "SwiftCNN", line))
    assert len(found) == 1
    assert "A.swift:1: may end the program" in found[0]
    assert not check(written(tmp_path, "SwiftCNN", "// Invariant: it was checked.", line))


def test_arithmetic_is_found_at_the_boundary_only(check, tmp_path):
    assert not check(written(tmp_path, "SwiftCNN", "let a = b + 1"))
    found = check(written(tmp_path, "SwiftCNNABI", "let a = Int(b) + 1"))
    assert "arithmetic on unchecked numbers" in found[0]


def test_comments_strings_and_comparisons_are_no_traps(check, tmp_path):
    lines = ['let a = "Stop!" // really!', "if b != c, !d { e() }", "/// try! is not used here"]
    assert not check(written(tmp_path, "SwiftCNN", *lines))


def test_the_engine_has_none(check):
    assert check(ROOT / "Sources") == []
