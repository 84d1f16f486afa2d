"""`make lint`: the check for public Swift names without a doc comment."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / "tools" / "check_docs.py"


@pytest.fixture
def check():
    spec = importlib.util.spec_from_file_location("check_docs", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check


def written(folder: Path, *lines: str) -> Path:
    file = folder / "SwiftCNN" / "A.swift"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize(
    "line",
    [
        "public let a = 1",
        "public private(set) var b: Int",
        "public static func c() throws {}",
        "  public init() {}",
        "public final class D {}",
        "@inlinable public func e() {}",
        "public typealias F = Int",
    ],
)
def test_what_is_public_needs_a_doc_comment(check, tmp_path, line):
    found = check(written(tmp_path, line))
    assert len(found) == 1
    assert f"A.swift:1: public without a doc comment: {line.strip()}" in found[0]
    assert not check(written(tmp_path, "/// What it is.", line))


@pytest.mark.parametrize(
    ("opening", "member"),
    [
        ("public enum A: Int {", "case b = 1, c"),
        ("public enum A {", "indirect case b(A)"),
        ("public protocol A {", "static var b: Int { get }"),
        ("public extension A {", "func b() {}"),
    ],
)
def test_what_is_public_by_what_is_around_it_needs_one(check, tmp_path, opening, member):
    found = check(written(tmp_path, "/// What it is.", opening, f"  {member}", "}"))
    assert len(found) == 1
    assert f"A.swift:3: public without a doc comment: {member}" in found[0]
    assert not check(written(tmp_path, "/// What it is.", opening, "  /// What it does.", f"  {member}", "}"))


def test_attributes_may_stand_between(check, tmp_path):
    assert not check(written(tmp_path, "/// What it is.", "@discardableResult", "@inlinable", "public func a() {}"))
    assert not check(written(tmp_path, "/// What it is.", "// swift-format-ignore: A", "public func B() {}"))


def test_a_doc_comment_must_be_directly_above(check, tmp_path):
    assert len(check(written(tmp_path, "/// What it is.", "", "public let a = 1"))) == 1
    assert len(check(written(tmp_path, "// No doc comment.", "public let a = 1"))) == 1


def test_what_is_internal_needs_none(check, tmp_path):
    with_case = ["enum A {", "  case b", "}"]
    with_switch = ["/// What it is.", "public enum C {", "  var d: Int {", "    switch self {", "    case .e: 1", "    }", "  }"]
    with_function = ["extension F {", "  func g() {}", "}"]
    assert not check(written(tmp_path, *with_case, *with_switch, "}", *with_function))


def test_the_tool_reports_and_fails(tmp_path):
    done = subprocess.run([sys.executable, TOOL, written(tmp_path, "public let a = 1")], capture_output=True, text=True)
    assert done.returncode == 1
    assert "A.swift:1: public without a doc comment: public let a = 1" in done.stdout


def test_the_engine_is_documented(check):
    assert check(ROOT / "Sources") == []
