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
from pathlib import Path
from typing import Any

from python_kinds import ATTRIBUTES, KERAS_DEFAULTS, KINDS, LEFT_TO_THE_BASE, NAMES, TYPES, WITHOUT_CLASSES, Kind

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "python" / "swiftcnn" / "libswiftcnn.so"
WIDTH = 130


def schema() -> dict[str, Any]:
    """All classes with their settings, from the engine's schema."""
    library = ctypes.CDLL(str(LIBRARY))
    text = ctypes.c_void_p()
    if library.scnn_settings_schema(ctypes.byref(text)) != 0:
        raise SystemExit("generate_python: the engine has no schema of its settings")
    found: dict[str, Any] = json.loads(ctypes.string_at(text.value or 0))
    return found


# Python's classes.


def literal(value: Any) -> str:
    """The Python literal of a JSON value; lists become tuples, which are immutable."""
    if isinstance(value, list):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def argument(row: dict[str, Any]) -> str:
    if row["type"] == "fixed":
        return f"{row['name']}: Any = {literal(row['values'][0])}"
    annotation = LEFT_TO_THE_BASE.get(row["type"]) or TYPES[row["type"]][0]
    if (row.get("optional") or row.get("none_is_default")) and not annotation.endswith(("Any", "None")):
        annotation += " | None"
    return f"{row['name']}: {annotation}" + (f" = {default(row)}" if "default" in row else "")


def default(row: dict[str, Any]) -> str:
    return literal(KERAS_DEFAULTS.get((row["type"], json.dumps(row["default"])), row["default"]))


def assignment(row: dict[str, Any]) -> str:
    """The line of the constructor that checks an argument, and stores it if it is a setting."""
    name = row["name"]
    if row["type"] == "fixed":
        return f'fixed("{name}", {name}, {literal(row["values"])}, {literal(row["hint"])})'
    annotation, check = TYPES[row["type"]]
    if row.get("none_is_default"):
        return f'self.{name} = {check}("{name}", {default(row)} if {name} is None else {name})'
    if aliases := row.get("aliases"):
        return f'self.{name} = {check}("{name}", {name}, {aliases})'
    if row["type"] == "choice" and all(map(str.isupper, row["choices"])):
        check = "choice_of_capitals"
    if row.get("optional") and not annotation.endswith("None"):  # else the check knows what None means
        return f'self.{name} = optional({check}, "{name}", {name})'
    return f'self.{name} = {check}("{name}", {name})'


def filled(text: str, indent: str, hanging: str = "") -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH - 2, initial_indent=indent, subsequent_indent=indent + hanging, break_on_hyphens=False)
        for line in text.splitlines()
    )


def placed(middle: tuple[str, ...], settings: list[str], described: dict[str, Any]) -> list[str]:
    """The texts of the settings, with `middle` after the first `leading` ones."""
    leading = described.get("leading", 0)
    return [*settings[:leading], *middle, *settings[leading:]]


def docstring(described: dict[str, Any], kind: Kind) -> str:
    text = filled(f'"""{described["summary"]}', "    ")
    settings = [f"{row['name']}: {row['doc']}{spelled(row)}" for row in described["settings"]]
    rows = placed(kind.middle_docs if settings else (), settings, described) + ([kind.last_docs] if kind.last_docs else [])
    if not rows:
        return text + ('\n    """' if "\n" in text else '"""')
    return "\n".join([text, "", "    Args:", *(filled(row, " " * 8, " " * 4) for row in rows), '    """'])


def spelled(row: dict[str, Any]) -> str:
    """The choices of a setting, unless its meaning lists them, and its name in older scripts."""
    choices = [f'"{each}"' for each in row.get("choices", [])]
    text = "" if all(each in row["doc"] for each in choices) else f" One of {', '.join(choices)}."
    return text + (f" `{row['old_name']}=`, its name in older scripts, means the same." if "old_name" in row else "")


def arguments(described: dict[str, Any], kind: Kind) -> str:
    """The arguments of the constructor; keyword-only arguments come last."""
    rows = described["settings"]
    by_keyword = [] if kind.middle else [argument(row) for row in rows if row.get("keyword_only")]
    by_place = [each for each in map(argument, rows) if each not in by_keyword]
    texts = placed(kind.middle, by_place, described) + (["*", *by_keyword] if by_keyword else [])
    return ", ".join(each for each in ["self", *texts, kind.last] if each)


def attributes(described: dict[str, Any], kind: Kind) -> list[str]:
    """The class's attributes: weights, unless a setting has the same name (the base class distinguishes them); fields; others."""
    rows = described["settings"]
    names = [row["name"] for row in rows]
    own = [row["name"] for row in rows if row["type"] != "fixed" and row["type"] not in LEFT_TO_THE_BASE]
    return [
        *(f"    {name} = Weight()" for name in described.get("weights", []) if name not in names),
        *(f"    {name} = {literal(described[key])}" for key, name in ATTRIBUTES.items() if described.get(key, []) != []),
        *([f"    _fields = {literal([*kind.always_fields, *own])}"] if own else []),
    ]


def constructor(described: dict[str, Any], kind: Kind) -> list[str]:
    """The constructor; empty if the base class's is sufficient."""
    rows = [row for row in described["settings"] if row["type"] not in LEFT_TO_THE_BASE]
    if not described["settings"] and not described.get("random") and kind.to_base:
        return []
    old_names = [row for row in rows if "old_name" in row]
    lines = [
        *(f'{row["name"]} = renamed(self, options, "{row["old_name"]}", "{row["name"]}", {row["name"]})' for row in old_names),
        *([f"super().__init__({kind.to_base})"] if kind.to_base else []),
        *map(assignment, rows),
    ]
    return ["", f"    def __init__({arguments(described, kind)}) -> None:", *(f"        {line}" for line in lines or ["..."])]


def class_text(described: dict[str, Any], kinds: Kind) -> str:
    kind = kinds.of(described)
    head = [f"class {described['class']}({kind.base}):", docstring(described, kind)]
    below = attributes(described, kind)
    return "\n".join([*head, *(["", *below] if below else []), *constructor(described, kind)])


def function_name(class_name: str) -> str:
    """Keras's function name: "KLDivergence" becomes "kl_divergence"."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()


def module_text(kind: Kind, classes: list[dict[str, Any]]) -> str:
    names = [each["class"] for each in classes]
    body = "\n\n\n".join(class_text(each, kind) for each in classes)
    if kind.has_functions:
        functions = {function_name(name): name for name in names}
        lines = [f'{function} = function("{function}", {name})' for function, name in functions.items()]
        body += "\n\n\n# Of arrays, with one value a sample; `compile` takes them too.\n" + "\n".join(lines)
        names += functions
    code = re.sub(r'""".*?"""', "", body, flags=re.DOTALL)
    imports = [(module, sorted(name for name in names if is_used(name, code))) for module, names in NAMES.items()]
    lines = [
        '"""Generated by tools/generate_python.py from the settings that the engine declares; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        *(f"from {module} import {', '.join(of)}" for module, of in imports if of),
        "",
        f"__all__ = {names}",
        "",
        "",
        body,
        "",
    ]
    return formatted("\n".join(lines))


def is_used(name: str, code: str) -> bool:
    """Whether the code contains this class or calls this check."""
    pattern = rf"\b{name}\b" if name[0].isupper() else rf"(= |\boptional\(|^ +|, ){name}[(,)]"
    return re.search(pattern, code, re.MULTILINE) is not None


def formatted(code: str) -> str:
    """The code as `ruff` formats it, with sorted imports."""
    for command in (["check", "--select", "F401,I,RUF022", "--fix-only", "--quiet"], ["format", "--quiet"]):
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


def index(found: dict[str, Any]) -> list[str]:
    """A line for each kind, with its classes."""
    lines = ["| kind | classes |", "|---|---|"]
    for kind in KINDS:
        anchor = kind.title.lower().replace(":", "").replace(" ", "-")
        classes = ", ".join(f"`{described['class']}`" for described in found[kind.name])
        lines.append(f"| [{kind.title}](#{anchor}) | {classes} |")
    return [*lines, ""]


def document(found: dict[str, Any]) -> str:
    head = [
        "# Settings",
        "",
        "Every class that a description may name, with the settings of its `config`. [model-format.md](model-format.md) says",
        "where descriptions stand. Generated by `tools/generate_python.py` from what the engine declares.",
        "",
    ]
    return "\n".join([*head, *index(found), *(table(kind, found[kind.name]) for kind in [*KINDS, *WITHOUT_CLASSES])])


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
