"""Writes Python's classes and docs/settings.md from the settings that the engine declares (`Described.settings` in Swift).

Each setting is declared once, in Swift, as a row: name, default, requirement, meaning. This tool turns the rows into text:
classes with signatures, checks and docstrings, and tables. The text is committed; `make lint` refuses text that is stale.

Usage: python tools/generate_python.py [--check]
"""

import ctypes
import difflib
import json
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "python" / "swiftcnn" / "libswiftcnn.so"
WIDTH = 130

# Of each type of the engine's settings: Python's type, and the function of `_base.checks` that checks an argument.
TYPES = {
    "axes": ("int | Sequence[int]", "axes"),
    "boolean": ("bool", "boolean"),
    "choice": ("str", "choice"),
    "integer": ("int", "integer"),
    "number": ("float", "real"),
    "numbers": ("Sequence[float]", "real_list"),
}
# Arguments that the base class checks itself.
LEFT_TO_THE_BASE = {"learning_rate": "Chosen"}


@dataclass
class Kind:
    """Where the classes of a kind go, and what is the same in all of them."""

    name: str  # in the schema
    title: str  # in docs/settings.md
    path: str
    base: str
    base_module: str
    to_base: str = "**unknown"  # what the base class's constructor is given; nothing: it has none
    last: str = "**unknown: Any"  # arguments behind the settings
    last_docs: str = ""
    attributes: dict[str, str] = field(default_factory=dict)  # of the class: name, and where the schema has it
    random_base: str = ""  # of classes that draw random numbers and have a seed

    def of(self, described: dict[str, Any]) -> "Kind":
        """What is the same in all classes like this one."""
        if not described.get("random"):
            return self
        seed = {"to_base": "seed, **unknown", "last": "seed: int | None = None, **unknown: Any", "last_docs": SEED}
        return replace(self, base=self.random_base, **seed)


SEED = "seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed."
KINDS = [
    Kind(
        "optimizers",
        "Optimizers",
        "optimizers/_classes.py",
        "Optimizer",
        "._optimizer",
        to_base="learning_rate, name, **unknown",
        last="name: str | None = None, **unknown: Any",
        last_docs="name: for a reader; nothing depends on it.",
    ),
    Kind(
        "schedules",
        "Learning rate schedules",
        "optimizers/_schedule_classes.py",
        "LearningRateSchedule",
        "._schedule",
        to_base="name, **unknown",
        last="name: str | None = None, **unknown: Any",
        last_docs="name: of no effect; accepted because Keras has it.",
    ),
    Kind(
        "initializers",
        "Initializers",
        "initializers/_classes.py",
        "Initializer",
        "._initializer",
        attributes={"_name": "name"},
        random_base="RandomInitializer",
    ),
    Kind("regularizers", "Regularizers", "regularizers/_classes.py", "Regularizer", "._regularizer", to_base="", last=""),
    Kind("constraints", "Constraints", "constraints/_classes.py", "Constraint", "._constraint", to_base="", last=""),
]


def schema() -> dict[str, Any]:
    """All classes with their settings, as the engine tells them."""
    library = ctypes.CDLL(str(LIBRARY))
    text = ctypes.c_void_p()
    if library.scnn_settings_schema(ctypes.byref(text)) != 0:
        raise SystemExit("generate_python: the engine has no schema of its settings")
    found: dict[str, Any] = json.loads(ctypes.string_at(text.value or 0))
    return found


# Python's classes.


def literal(value: Any) -> str:
    """A value of JSON in Python; lists are tuples, which nobody can change."""
    if isinstance(value, list):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def default(row: dict[str, Any]) -> str:
    value = row["default"]
    is_one_axis = row["type"] == "axes" and isinstance(value, list) and len(value) == 1
    return literal(value[0] if is_one_axis else value)


def argument(row: dict[str, Any]) -> str:
    if row["type"] == "fixed":
        return f"{row['name']}: Any = {literal(row['values'][0])}"
    annotation = LEFT_TO_THE_BASE.get(row["type"]) or TYPES[row["type"]][0]
    if row.get("optional") or row.get("none_is_default"):
        annotation += " | None"
    return f"{row['name']}: {annotation}" + (f" = {default(row)}" if "default" in row else "")


def assignment(row: dict[str, Any]) -> str:
    name = row["name"]
    if row["type"] == "fixed":
        return f'fixed("{name}", {name}, {literal(row["values"])}, {literal(row["hint"])})'
    check = TYPES[row["type"]][1]
    if row.get("none_is_default"):
        return f'self.{name} = {check}("{name}", {default(row)} if {name} is None else {name})'
    if aliases := row.get("aliases"):
        return f'self.{name} = {check}("{name}", {name}, {aliases})'
    checked = f'optional({check}, "{name}", {name})' if row.get("optional") else f'{check}("{name}", {name})'
    return f"self.{name} = {checked}"


def filled(text: str, indent: str, hanging: str = "") -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH - 2, initial_indent=indent, subsequent_indent=indent + hanging, break_on_hyphens=False)
        for line in text.splitlines()
    )


def docstring(described: dict[str, Any], kind: Kind) -> str:
    text = filled(f'"""{described["summary"]}', "    ")
    rows = [f"{row['name']}: {row['doc']}" for row in described["settings"]] + ([kind.last_docs] if kind.last_docs else [])
    if not rows:
        return text + '"""'
    return "\n".join([text, "", "    Args:", *(filled(row, " " * 8, " " * 4) for row in rows), '    """'])


def class_text(described: dict[str, Any], kinds: Kind) -> str:
    kind, rows = kinds.of(described), described["settings"]
    own = [row for row in rows if row["type"] not in LEFT_TO_THE_BASE]
    fields = [row["name"] for row in own if row["type"] != "fixed"]
    attributes = {name: literal(described[key]) for name, key in kind.attributes.items()}
    if fields:
        attributes["_fields"] = literal(fields)
    arguments = ", ".join(each for each in ["self", *map(argument, rows), kind.last] if each)
    body = ([f"super().__init__({kind.to_base})"] if kind.to_base else []) + [assignment(row) for row in own]
    lines = [f"class {described['class']}({kind.base}):", docstring(described, kind), ""]
    lines += [f"    {name} = {value}" for name, value in attributes.items()]
    if body != ["super().__init__(**unknown)"] or attributes:
        lines += ["", f"    def __init__({arguments}) -> None:", *(f"        {line}" for line in body or ["..."])]
    return "\n".join(lines)


def module_text(kind: Kind, classes: list[dict[str, Any]]) -> str:
    body = "\n\n\n".join(class_text(each, kind) for each in classes)
    checks = {check for _, check in TYPES.values()} | {"fixed", "optional"}
    used = sorted(check for check in checks if re.search(rf"\b{check}[(,]", body))
    bases = [kind.base, kind.random_base, *LEFT_TO_THE_BASE.values()]
    names = sorted(name for name in bases if name and re.search(rf"[:(] ?{name}\b", body))
    lines = [
        '"""Generated by tools/generate_python.py from the settings that the engine declares; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        *(["from collections.abc import Sequence"] if "Sequence[" in body else []),
        *(["from typing import Any"] if "Any" in body else []),
        "",
        *([f"from .._base.checks import {', '.join(used)}"] if used else []),
        f"from {kind.base_module} import {', '.join(names)}",
        "",
        f"__all__ = {[each['class'] for each in classes]}",
        "",
        "",
        body,
        "",
    ]
    return formatted("\n".join(lines))


def formatted(code: str) -> str:
    """As `ruff` has it, with the imports in order."""
    for command in (["check", "--select", "I,RUF022", "--fix-only", "--quiet"], ["format", "--quiet"]):
        run = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(ROOT / "python" / "swiftcnn" / "x.py"), "-"]
        code = subprocess.run(run, input=code, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return code


# Tables.


def table(kind: Kind, classes: list[dict[str, Any]]) -> str:
    lines = [f"## {kind.title}", ""]
    for described in classes:
        lines += [f"### `{described['class']}`", "", described["summary"], ""]
        rows = [row for row in described["settings"] if row["type"] != "fixed"]
        if rows:
            lines += ["| setting | default | meaning |", "|---|---|---|"]
        for row in rows:
            default = f"`{json.dumps(row['default'])}`" if "default" in row else "must be given"
            choices = " One of " + ", ".join(f"`{each}`" for each in row["choices"]) + "." if "choices" in row else ""
            lines.append(f"| `{row['name']}` | {default} | {(row['doc'] + choices).replace('|', chr(92) + '|')} |")
        lines += [""] if rows else []
    return "\n".join(lines)


def document(found: dict[str, Any]) -> str:
    head = [
        "# Settings",
        "",
        "Every class that a description may name, with the settings of its `config`. [model-format.md](model-format.md) says",
        "where descriptions stand. Generated by `tools/generate_python.py` from what the engine declares.",
        "",
    ]
    return "\n".join([*head, *(table(kind, found[kind.name]) for kind in KINDS)])


def main() -> int:
    found = schema()
    texts = {ROOT / "python" / "swiftcnn" / kind.path: module_text(kind, found[kind.name]) for kind in KINDS}
    texts[ROOT / "docs" / "settings.md"] = document(found)
    stale = {path: text for path, text in texts.items() if not path.exists() or path.read_text() != text}
    if "--check" not in sys.argv:
        for path, text in stale.items():
            path.write_text(text)
        return 0
    for path, text in stale.items():
        old = path.read_text() if path.exists() else ""
        name = str(path.relative_to(ROOT))
        print("".join(difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, "as the engine declares it", n=1)))
        print(f"{name} is stale: run python tools/generate_python.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
