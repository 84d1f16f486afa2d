"""One command, one run: every figure that swiftcnn promises, beside Keras/TensorFlow on the same cores.

    python -m benchmarks --data mnist.npz [--keras-python OTHER/bin/python] [--json FILE]

Both libraries must be installed (Keras may live in another environment: --keras-python). See README.md.
"""

import argparse
import json
import operator
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import swiftcnn

from benchmarks import footprint
from benchmarks.rivals import take_turns

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    options = parse(sys.argv[1:])
    report = {"conditions": conditions()}
    print("\n".join(f"{name:16} {value}" for name, value in report["conditions"].items()))
    pythons = {"swiftcnn": sys.executable} | ({} if options.no_keras else {"keras": options.keras_python})
    report["epoch_seconds"] = take_turns("train", pythons, options.data, options.repeats)
    report["predict_one_microseconds"] = take_turns("latency", pythons, options.data, options.repeats)
    report["mnist_program"] = [footprint.mnist_program(options.data, options.epochs, seed) for seed in range(options.seeds)]
    report["import_milliseconds"] = footprint.import_milliseconds()
    report["wheel_megabytes"] = footprint.wheel_megabytes(options.wheel)
    print(table(report, options.epochs))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="swiftcnn's figures beside Keras's, in one run")
    parser.add_argument("--data", default=default_data(), help="mnist.npz (default: $SWIFTCNN_DATA/mnist.npz)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of each task; the median counts")
    parser.add_argument("--epochs", type=int, default=5, help="of the accuracy and memory run")
    parser.add_argument("--seeds", type=int, default=3, help="accuracy and memory runs; one seed tells little")
    parser.add_argument("--keras-python", default=sys.executable, help="the interpreter that has keras and tensorflow")
    parser.add_argument("--no-keras", action="store_true", help="measure swiftcnn alone")
    parser.add_argument("--wheel", help="a wheel built already; without it one is built")
    parser.add_argument("--json", help="write every single measurement here")
    options = parser.parse_args(arguments)
    if not options.data or not pathlib.Path(options.data).is_file():
        parser.error(f"no MNIST data at {options.data!r}; give --data mnist.npz, the file that Keras uses")
    if not options.no_keras and not has_keras(options.keras_python):
        parser.error(f"{options.keras_python} cannot import keras and tensorflow; give --keras-python PATH, or --no-keras")
    return options


def has_keras(python):
    return subprocess.run([python, "-c", "import keras, tensorflow"], capture_output=True, check=False).returncode == 0


def default_data():
    folder = os.environ.get("SWIFTCNN_DATA")
    return pathlib.Path(folder) / "mnist.npz" if folder else None


def conditions():
    """What the figures depend on."""
    build = swiftcnn.build_info()
    return {
        "swiftcnn": build["version"],
        "instruction set": build["isa"],
        "threads": build["threads"],
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "commit": git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain") else ""),
    }


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def table(report, epochs):
    """A row for each figure: swiftcnn, Keras, their ratio, and the aim."""
    accuracies = [program["test_accuracy"] for program in report["mnist_program"]]
    peak = max(program["peak_megabytes"] for program in report["mnist_program"])
    rows = [("figure", "swiftcnn", "keras", "ratio", "aim")]
    rows.append(compared("training epoch, s", report["epoch_seconds"], lambda result: result, "{:.2f}", "3x faster"))
    for level, aim in (("p50", "<= 100"), ("p99", "")):
        name, latencies = f"predict of one image, {level}, us", report["predict_one_microseconds"]
        rows.append(compared(name, latencies, operator.itemgetter(level), "{:.0f}", aim))
    name = f"test accuracy after {epochs} epochs"
    spread = f">= 0.989  (median of {len(accuracies)} seeds: {min(accuracies):.4f} to {max(accuracies):.4f})"
    rows.append((name, f"{statistics.median(accuracies):.4f}", "", "", spread))
    rows.append(("peak memory of the MNIST program, MB", f"{peak:.0f}", "", "", "<= 400"))
    rows.append(("import beyond NumPy's, ms", f"{report['import_milliseconds']:.1f}", "", "", "<= 30"))
    rows.append(("wheel, MB", f"{report['wheel_megabytes']:.2f}", "", "", "<= 5"))
    return "\n".join(f"{name:38} {ours:>10} {theirs:>10} {ratio:>8}  {aim}" for name, ours, theirs, ratio, aim in rows)


def compared(name, results, pick, form, aim):
    median = {library: statistics.median(pick(result) for result in found) for library, found in results.items()}
    if "keras" not in median:
        return name, form.format(median["swiftcnn"]), "", "", aim
    ratio = f"{median['keras'] / median['swiftcnn']:.1f}x"
    return name, form.format(median["swiftcnn"]), form.format(median["keras"]), ratio, aim


if __name__ == "__main__":
    main()
