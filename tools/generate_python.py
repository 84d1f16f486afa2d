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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "python" / "swiftcnn" / "libswiftcnn.so"
WIDTH = 130

# Of each type of the engine's settings: Python's type, and the function of `_base.checks` that checks an argument.
TYPES = {
    "boolean": ("bool", "boolean"),
    "choice": ("str", "choice"),
    "integer": ("int", "integer"),
    "number": ("float", "real"),
    "numbers": ("Sequence[float]", "real_list"),
    "single_number": ("float | Sequence[float]", "single_real"),
}
# Arguments that the base class checks itself.
LEFT_TO_THE_BASE = {"learning_rate": "Chosen"}
# What else the schema says of a class, and Python's class attribute for it.
ATTRIBUTES = {
    "engine_class": "_engine_class",
    "default_name": "_default_name",
    "more_is_better": "_more_is_better",
    "of_rows": "_is_of_rows",
}


@dataclass
class Kind:
    """Where the classes of a kind go, and what is the same in all of them."""

    name: str  # in the schema
    title: str  # in docs/settings.md
    path: str
    base: str
    base_module: str
    to_base: str = "**unknown"  # what the base class's constructor is given
    last: str = "**unknown: Any"  # arguments behind the settings
    last_docs: str = ""
    middle: tuple[str, ...] = ()  # arguments behind the `leading` settings of a class
    middle_docs: tuple[str, ...] = ()
    always_fields: tuple[str, ...] = ()  # before the settings
    bases: dict[str, tuple[str, str]] = field(default_factory=dict)  # of classes with another base: it and its module


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
    Kind("losses", "Losses", "losses/_classes.py", "Loss", "._loss"),
    Kind(
        "metrics",
        "Metrics",
        "metrics/_classes.py",
        "Metric",
        "._metric",
        to_base="name, dtype, **unknown",
        middle=("name: str | None = None", "dtype: str | None = None"),
        middle_docs=("name: what the progress line and the history call it.", 'dtype: None or "float32".'),
        always_fields=("name",),
        bases={
            "AUC": ("CurveMetric", "._metric"),
            **dict.fromkeys(("Precision", "Recall"), ("ShareOfAnswers", "._confusion")),
            **dict.fromkeys(("F1Score", "FBetaScore"), ("Score", "._scores")),
        },
    ),
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


def argument(row: dict[str, Any]) -> str:
    if row["type"] == "fixed":
        return f"{row['name']}: Any = {literal(row['values'][0])}"
    annotation = LEFT_TO_THE_BASE.get(row["type"]) or TYPES[row["type"]][0]
    if row.get("optional"):
        annotation += " | None"
    return f"{row['name']}: {annotation}" + (f" = {literal(row['default'])}" if "default" in row else "")


def assignment(row: dict[str, Any]) -> str:
    name = row["name"]
    if row["type"] == "fixed":
        return f'fixed("{name}", {name}, {literal(row["values"])}, {literal(row["hint"])})'
    check = TYPES[row["type"]][1]
    if row["type"] == "choice" and all(map(str.isupper, row["choices"])):
        check = "choice_of_capitals"
    checked = f'optional({check}, "{name}", {name})' if row.get("optional") else f'{check}("{name}", {name})'
    return f"self.{name} = {checked}"


def filled(text: str, indent: str, hanging: str = "") -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH - 2, initial_indent=indent, subsequent_indent=indent + hanging, break_on_hyphens=False)
        for line in text.splitlines()
    )


def docstring(described: dict[str, Any], kind: Kind) -> str:
    text = filled(f'"""{described["summary"]}', "    ")
    settings = [f"{row['name']}: {row['doc']}" for row in described["settings"]]
    rows = placed(kind.middle_docs, settings, described) + ([kind.last_docs] if kind.last_docs else [])
    if not settings:
        return text + '"""'
    return "\n".join([text, "", "    Args:", *(filled(row, " " * 8, " " * 4) for row in rows), '    """'])


def placed(middle: tuple[str, ...], settings: list[str], described: dict[str, Any]) -> list[str]:
    """Texts of the settings, with `middle` behind the first `leading` ones."""
    leading = described.get("leading", 0)
    return [*settings[:leading], *middle, *settings[leading:]]


def arguments(described: dict[str, Any], kind: Kind) -> str:
    rows = described["settings"]
    texts = placed(kind.middle, list(map(argument, rows)), described)
    by_keyword = [] if kind.middle else [argument(row) for row in rows if row.get("keyword_only")]
    if by_keyword:
        texts.insert(texts.index(by_keyword[0]), "*")
    return ", ".join(["self", *texts, kind.last])


def class_text(described: dict[str, Any], kind: Kind) -> str:
    rows = described["settings"]
    own = [row for row in rows if row["type"] not in LEFT_TO_THE_BASE]
    fields = [*kind.always_fields, *(row["name"] for row in own if row["type"] != "fixed")]
    base = kind.bases.get(described["class"], (kind.base, ""))[0]
    lines = [
        f"class {described['class']}({base}):",
        docstring(described, kind),
        "",
        *([f"    _fields = {literal(fields)}"] if fields != list(kind.always_fields) else []),
        *(f"    {attribute} = {literal(described[key])}" for key, attribute in ATTRIBUTES.items() if key in described),
    ]
    if rows:
        lines += [
            "",
            f"    def __init__({arguments(described, kind)}) -> None:",
            f"        super().__init__({kind.to_base})",
            *(f"        {assignment(row)}" for row in own),
        ]
    return "\n".join(lines)


def module_text(kind: Kind, classes: list[dict[str, Any]]) -> str:
    body = "\n\n\n".join(class_text(each, kind) for each in classes)
    checks = {check for _, check in TYPES.values()} | {"choice_of_capitals", "fixed", "optional"}
    used = sorted(check for check in checks if re.search(rf"\b{check}[(,]", body))
    names = [kind.base, *(name for name in LEFT_TO_THE_BASE.values() if f": {name}" in body)]
    bases = sorted({base for name, base in kind.bases.items() if name in [each["class"] for each in classes]})
    lines = [
        '"""Generated by tools/generate_python.py from the settings that the engine declares; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        *(["from collections.abc import Sequence"] if "Sequence[" in body else []),
        "from typing import Any",
        "",
        f"from .._base.checks import {', '.join(used)}",
        f"from {kind.base_module} import {', '.join(sorted(names))}",
        *(f"from {module} import {base}" for base, module in bases),
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
        lines += [f"### `{described.get('engine_class', described['class'])}`", "", described["summary"], ""]
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
