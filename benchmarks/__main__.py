"""One command for every figure that swiftcnn promises: `python -m benchmarks`, see README.md."""

import argparse
import json
import os
import pathlib
import sys

import swiftcnn

from benchmarks import accuracy, footprint, kernels, models, table
from benchmarks.conditions import conditions, refuse_debug_build
from benchmarks.libraries import MODULES

PARTS = {"kernels": kernels.measure, "models": models.measure, "footprint": footprint.measure, "accuracy": accuracy.measure}
QUICK_PARTS = ("kernels", "models", "footprint")


def main():
    options = parse(sys.argv[1:])
    refuse_debug_build(swiftcnn.build_info())
    report = {"conditions": conditions(options.threads)}
    print("\n".join(f"{name:16} {value}" for name, value in report["conditions"].items()), flush=True)
    for part in options.parts:
        report[part] = PARTS[part](options)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n")
    if options.markdown:
        pathlib.Path(options.markdown).write_text(markdown(report))


def markdown(report):
    """The tables, below the conditions that they hold for."""
    parts = ["".join(f"- {name}: {value}\n" for name, value in report["conditions"].items())]
    if "kernels" in report:
        parts.append(kernels.markdown(report["kernels"]))
    if "models" in report:
        parts.append(table.models_markdown(report["models"]))
    if "accuracy" in report:
        parts.append(accuracy.markdown(report["accuracy"]))
    return "\n".join(parts)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="swiftcnn's figures beside its rivals', in one run")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; without one, all but accuracy, which takes hours"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="ROW", help="models, kernels, accuracy: rows with one of these in their name"
    )
    parser.add_argument("--rivals", nargs="*", choices=[*MODULES, "none"], help="models: these only, or none")
    parser.add_argument("--rivals-python", default=sys.executable, metavar="PATH", help="the interpreter that has the rivals")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each library; the median counts")
    parser.add_argument("--kernel-seconds", type=float, default=1, help="kernels: for each layer; the best of its runs counts")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of every library")
    parser.add_argument("--data", default=default_data(), help="footprint: mnist.npz (default: $SWIFTCNN_DATA/mnist.npz)")
    parser.add_argument("--seeds", type=int, default=3, help="footprint: runs of the MNIST program; one seed tells little")
    parser.add_argument("--epochs", type=int, default=5, help="footprint: of the MNIST program")
    parser.add_argument("--wheel", help="footprint: a wheel built already; without it one is built")
    parser.add_argument("--json", metavar="FILE", help="write every figure here")
    parser.add_argument("--markdown", metavar="FILE", help="write the tables of kernels and models here")
    options = parser.parse_args(arguments)
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"unknown part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    options.parts = options.parts or list(QUICK_PARTS)
    if "footprint" in options.parts and not (options.data and pathlib.Path(options.data).is_file()):
        parser.error(f"no MNIST data at {options.data!r}; give --data mnist.npz, the file that Keras uses")
    return options


def default_data():
    folder = os.environ.get("SWIFTCNN_DATA")
    return str(pathlib.Path(folder) / "mnist.npz") if folder else None


if __name__ == "__main__":
    main()
