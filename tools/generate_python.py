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
    # Of layers; these checks are in `layers/_arguments.py` and `_standardization.py`.
    "activation": ("Any", "activation_setting"),
    "axes_of_statistics": ("Axes | None", "axes_of_statistics"),
    "axis_pair": ("Axes", "axis_pair"),
    "factor": ("Factor", "bounds"),
    "initializer": ("Any", "initializer"),
    "integers": ("Sequence[int]", "integers"),
    "margins": ("Edges", "margins"),
    "number_array": ("Any", "number_array"),
    "one_or_more_integers": ("int | Sequence[int]", "axes"),
    "one_or_more_numbers": ("Factor", "reals"),
    "pair": ("Size", "pair"),
    "range": ("Sequence[float]", "number_pair"),
    "seed": ("int", "random_seed"),
}
# Defaults that Keras writes otherwise in Python.
KERAS_DEFAULTS: dict[tuple[str, str], Any] = {
    ("activation", '"linear"'): None,
    ("margins", "[[1, 1], [1, 1]]"): (1, 1),
    ("range", "[0.0, 255.0]"): (0, 255),
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
    family: str = ""  # whose base, if there is one in `more`, is the base of a class without one of its own
    more: dict[str, tuple[str, ...]] = field(default_factory=dict)  # names of other modules, which are imported where used
    attributes: dict[str, str] = field(default_factory=dict)  # of the class: name, and where the schema has it
    random_base: str = ""  # of classes that draw random numbers and have a seed

    def of(self, described: dict[str, Any]) -> "Kind":
        """What is the same in all classes like this one."""
        if not described.get("random"):
            return self
        seed = {"to_base": "seed, **unknown", "last": "seed: int | None = None, **unknown: Any", "last_docs": SEED}
        return replace(self, base=self.random_base, **seed)


LAYER_MODULES = {
    ".._graph.layer": ("Weight",),
    "._arguments": (
        *("Axes", "Edges", "Factor", "Size", "activation_setting", "axis_pair", "bounds", "initializer", "margins"),
        *("number_pair", "random_seed", "renamed"),
    ),
    "._bases": ("AugmentationLayer", "ConvolutionLayer", "DenseBase", "ImageLayer", "MergingLayer"),
    "._standardization": ("NormalizationBase", "axes_of_statistics", "number_array"),
}


def layers(family: str, title: str) -> Kind:
    return Kind(
        f"{family}_layers",
        f"Layers: {title}",
        f"layers/_{family}_classes.py",
        "Layer",
        ".._graph.layer",
        to_base="**options",
        last="**options: Any",
        family=family,
        attributes={"_ruled_weights": "ruled_weights"},
        more=LAYER_MODULES,
    )


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
    layers("core", "core"),
    layers("convolution", "convolutions"),
    layers("pooling", "pooling"),
    layers("normalization", "normalization"),
    layers("activation", "activations with settings"),
    layers("regularization", "regularization"),
    layers("reshaping", "reshaping"),
    layers("merging", "several inputs"),
    layers("image", "preparation of images"),
    layers("augmentation", "random changes of images"),
]
# Described in docs/settings.md only: classes that Python's operators make.
WITHOUT_CLASSES = [Kind("operator_layers", "Layers: made by operators on symbolic tensors", "", "", "")]


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
    value = KERAS_DEFAULTS.get((row["type"], json.dumps(row["default"])), row["default"])
    is_one_axis = row["type"] == "axes" and isinstance(value, list) and len(value) == 1
    return literal(value[0] if is_one_axis else value)


def argument(row: dict[str, Any]) -> str:
    if row["type"] == "fixed":
        return f"{row['name']}: Any = {literal(row['values'][0])}"
    annotation = LEFT_TO_THE_BASE.get(row["type"]) or TYPES[row["type"]][0]
    if (row.get("optional") or row.get("none_is_default")) and not annotation.endswith(("Any", "None")):
        annotation += " | None"
    return f"{row['name']}: {annotation}" + (f" = {default(row)}" if "default" in row else "")


def assignment(row: dict[str, Any]) -> str:
    name = row["name"]
    if row["type"] == "fixed":
        return f'fixed("{name}", {name}, {literal(row["values"])}, {literal(row["hint"])})'
    check = TYPES[row["type"]][1]
    if TYPES[row["type"]][0].endswith("None"):  # the check knows what None means
        return f'self.{name} = {check}("{name}", {name})'
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
    rows = [f"{row['name']}: {row['doc']}{spelled(row)}" for row in described["settings"]]
    rows += [kind.last_docs] if kind.last_docs else []
    if not rows:
        return text + ('\n    """' if "\n" in text else '"""')
    return "\n".join([text, "", "    Args:", *(filled(row, " " * 8, " " * 4) for row in rows), '    """'])


def spelled(row: dict[str, Any]) -> str:
    """The choices of a setting, if its meaning does not tell them, and its name in older scripts."""
    choices = [f'"{each}"' for each in row.get("choices", [])]
    text = "" if all(each in row["doc"] for each in choices) else f" One of {', '.join(choices)}."
    return text + (f" `{row['old_name']}=`, its name in older scripts, means the same." if "old_name" in row else "")


def base_of(described: dict[str, Any], kind: Kind) -> str:
    """Of the class, of its family, or of its kind: `DenseBase`, `ConvolutionLayer`, `Layer`."""
    names = [name for module in kind.more.values() for name in module]
    wanted = (f"{described['class']}Base", f"{kind.family.title()}Layer")
    return next((name for name in wanted if name in names), kind.base)


def weights(described: dict[str, Any]) -> list[str]:
    """The weights of a layer as attributes, unless a setting has the name, which the base then tells apart."""
    settings = [row["name"] for row in described["settings"]]
    return [f"    {name} = Weight()" for name in described.get("weights", []) if name not in settings]


def class_text(described: dict[str, Any], kinds: Kind) -> str:
    kind, rows = kinds.of(described), described["settings"]
    own = [row for row in rows if row["type"] not in LEFT_TO_THE_BASE]
    fields = [row["name"] for row in own if row["type"] != "fixed"]
    attributes = {name: literal(described[key]) for name, key in kind.attributes.items() if described[key]}
    if fields:
        attributes["_fields"] = literal(fields)
    by_name = [argument(row) for row in rows if "keyword_only" in row]
    by_place = [argument(row) for row in rows if "keyword_only" not in row]
    arguments = ", ".join(each for each in ["self", *by_place, *(["*", *by_name] if by_name else []), kind.last] if each)
    body = [
        f'{row["name"]} = renamed(self, options, "{row["old_name"]}", {row["name"]!r}, {row["name"]})'
        for row in own
        if "old_name" in row
    ]
    body += ([f"super().__init__({kind.to_base})"] if kind.to_base else []) + [assignment(row) for row in own]
    lines = [f"class {described['class']}({base_of(described, kind)}):", docstring(described, kind), ""]
    lines += weights(described) + [f"    {name} = {value}" for name, value in attributes.items()]
    if body not in (["super().__init__(**unknown)"], ["super().__init__(**options)"]) or attributes:
        lines += ["", f"    def __init__({arguments}) -> None:", *(f"        {line}" for line in body or ["..."])]
    return "\n".join(lines)


def module_text(kind: Kind, classes: list[dict[str, Any]]) -> str:
    body = "\n\n\n".join(class_text(each, kind) for each in classes)
    others = {name for module in kind.more.values() for name in module}
    checks = ({check for _, check in TYPES.values()} | {"fixed", "optional"}) - others
    sources = {".._base.checks": checks, kind.base_module: (kind.base, kind.random_base, *LEFT_TO_THE_BASE.values()), **kind.more}
    code = re.sub(r'""".*?"""', "", body, flags=re.DOTALL)
    if kind.base_module in kind.more:
        sources[kind.base_module] = (kind.base, *kind.more[kind.base_module])
    imports = [(module, sorted(name for name in names if name and is_used(name, code))) for module, names in sources.items()]
    lines = [
        '"""Generated by tools/generate_python.py from the settings that the engine declares; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        *(["from collections.abc import Sequence"] if "Sequence[" in body else []),
        *(["from typing import Any"] if "Any" in body else []),
        "",
        *(f"from {module} import {', '.join(of)}" for module, of in imports if of),
        "",
        f"__all__ = {[each['class'] for each in classes]}",
        "",
        "",
        body,
        "",
    ]
    return formatted("\n".join(lines))


def is_used(name: str, code: str) -> bool:
    """Whether code has this class, or calls this check."""
    pattern = rf"\b{name}\b" if name[0].isupper() else rf"(= |\boptional\(|^ +){name}[(,]"
    return re.search(pattern, code, re.MULTILINE) is not None


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
    return "\n".join([*head, *(table(kind, found[kind.name]) for kind in [*KINDS, *WITHOUT_CLASSES])])


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
