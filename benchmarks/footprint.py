"""The part `footprint`: swiftcnn's own figures, import time, wheel size, accuracy and peak memory of the MNIST program."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMPORTS = 11
IMPORT_SCRIPT = """
import time, numpy
start = time.perf_counter()
import swiftcnn
print((time.perf_counter() - start) * 1e3)
"""


def measure(options):
    """The figures, which are also printed, each beside its aim."""
    programs = [mnist_program(options.data, options.epochs, seed) for seed in range(options.seeds)]
    result = {
        "mnist_program": programs,
        "import_milliseconds": import_milliseconds(),
        "wheel_megabytes": wheel_megabytes(options.wheel),
    }
    print("\n".join(f"{name:42} {figure:>8}   aim {aim}" for name, figure, aim in rows(result, options.epochs)))
    return result


def rows(result, epochs):
    """(figure's name, figure, aim)"""
    accuracies = [program["test_accuracy"] for program in result["mnist_program"]]
    peak = max(program["peak_megabytes"] for program in result["mnist_program"])
    spread = f">= 0.989 (median of {len(accuracies)} seeds, {min(accuracies):.4f} to {max(accuracies):.4f})"
    return [
        (f"test accuracy after {epochs} epochs of MNIST", f"{statistics.median(accuracies):.4f}", spread),
        ("peak memory of the MNIST program, MB", f"{peak:.0f}", "<= 400"),
        ("import beyond NumPy's, ms", f"{result['import_milliseconds']:.1f}", "<= 30"),
        ("wheel, MB", f"{result['wheel_megabytes']:.2f}", "<= 5"),
    ]


def import_milliseconds():
    """What `import swiftcnn` takes in a fresh interpreter that has NumPy already; the median."""
    command = [sys.executable, "-c", IMPORT_SCRIPT]
    return statistics.median(float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(IMPORTS))


def wheel_megabytes(wheel=None):
    """The size of the given wheel, or of one built now."""
    if wheel:
        return pathlib.Path(wheel).stat().st_size / 1e6
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(ROOT)]
        subprocess.run(command, check=True)
        (built,) = pathlib.Path(folder).glob("*.whl")
        return built.stat().st_size / 1e6


def mnist_program(data, epochs, seed):
    """The report of `python -m swiftcnn.mnist`, with the peak memory of its process in MB."""
    print(f"  python -m swiftcnn.mnist --seed {seed} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        command = [sys.executable, "-m", "swiftcnn.mnist", "--epochs", str(epochs), "--batch-size", "128", "--data", str(data)]
        command += ["--seed", str(seed), "--json", str(report)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        return json.loads(report.read_text()) | {"peak_megabytes": usage.ru_maxrss * 1024 / 1e6}
