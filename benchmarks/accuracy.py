"""The part `accuracy`: the tutorials' networks learn real data beside Keras; both libraries take turns, seed by seed."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

from benchmarks import table
from benchmarks.learning import TASKS, load
from benchmarks.turns import ROOT, importable

LIBRARIES = ("keras", "swiftcnn")
HEADINGS = ("network", "epochs", "test accuracy, swiftcnn", "Keras", "seconds an epoch, swiftcnn", "Keras", "ratio")


def measure(options):
    """The runs of each chosen task; which libraries are there decides what is compared."""
    chosen = [task for task in TASKS if not options.only or any(pattern in task.network for pattern in options.only)]
    libraries = [name for name in LIBRARIES if name in importable(options.rivals_python, ["keras"]) | {"swiftcnn"}]
    return [measure_task(task, libraries, options) for task in chosen]


def measure_task(task, libraries, options):
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "data.npz"
        np.savez(data, **dict(zip(("x_train", "y_train", "x_test", "y_test"), load(task), strict=True)))
        runs = {library: [] for library in libraries}
        for seed in range(1, task.seeds + 1):
            for library in libraries:
                result = run_learner("epochs", library, task, seed, data, options, f"{folder}/result.json")
                runs[library].append(json.loads(result.read_text()))
                print(f"{task.network}, seed {seed}, {library}: {progress(runs[library][-1])}", flush=True)
        steps = compare_steps(task, data, options, folder) if "keras" in libraries else None
    report = {"network": task.network, "epochs": task.epochs, "tolerance": task.tolerance, "runs": runs, "first_steps": steps}
    print(verdict(report), flush=True)
    return report


def compare_steps(task, data, options, folder):
    """How far the first steps are from Keras's; and, as a yardstick, how far Keras's are with sums in another order.

    Rounding grows from step to step where relus and pooling windows change sides, whoever computes.
    """
    start = f"{folder}/keras.npz"
    theirs = np.load(run_learner("steps", "keras", task, 1, data, options, start))
    others = {
        "swiftcnn": run_learner("steps", "swiftcnn", task, 1, data, options, f"{folder}/ours.npz", start),
        "keras": run_learner("steps", "keras", task, 1, data, options, f"{folder}/again.npz", start, TF_ENABLE_ONEDNN_OPTS="0"),
    }
    return {name: differences(np.load(result), theirs) for name, result in others.items()}


def differences(ours, theirs):
    """Relative: of each step's loss, and of the moving statistics after the first and after the last step."""
    losses = np.abs(ours["losses"] - theirs["losses"]) / np.abs(theirs["losses"])
    return {"losses": losses.tolist(), "statistics": [worst(ours, theirs, f"after_{step}_") for step in (1, len(losses))]}


def worst(ours, theirs, prefix):
    """The largest relative distance, |a - b| / |b|, of these arrays; 0 if there are none."""
    names = [name for name in theirs.files if name.startswith(prefix)]
    return max((float(np.linalg.norm(ours[name] - theirs[name]) / np.linalg.norm(theirs[name])) for name in names), default=0.0)


def run_learner(kind, library, task, seed, data, options, result, *weights, **variables):
    python = sys.executable if library == "swiftcnn" else options.rivals_python
    environment = os.environ | {"OMP_NUM_THREADS": str(options.threads), "SWIFTCNN_NUM_THREADS": str(options.threads)}
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "2"} | variables
    command = [python, "-m", "benchmarks.learner", kind, library, task.network, str(seed), data, result, *weights]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)
    return pathlib.Path(result)


def progress(run):
    return f"test accuracy {run['test_accuracy'][-1]:.4f}, {epoch_seconds([run]):.1f} s an epoch"


def final(runs):
    return [run["test_accuracy"][-1] for run in runs]


def epoch_seconds(runs):
    """The first epoch warms up."""
    return statistics.median(seconds for run in runs for seconds in run["epoch_seconds"][1:])


def verdict(report):
    runs = report["runs"]
    if "keras" not in runs:
        return f"{report['network']}: Keras is not measured"
    ours, theirs = final(runs["swiftcnn"]), final(runs["keras"])
    if report["tolerance"] is None:
        overlap = max(min(ours), min(theirs)) <= min(max(ours), max(theirs))
        found = f"the libraries' accuracies {'overlap' if overlap else 'DO NOT OVERLAP'}"
    else:
        points = 100 * (statistics.mean(ours) - statistics.mean(theirs))
        reached = points >= -report["tolerance"]
        found = f"{points:+.2f} points from Keras, {'within' if reached else 'MORE THAN'} {report['tolerance']}"
    steps = report["first_steps"]
    lines = [f"{report['network']}: {found}", f"from Keras's weights: {apart(steps['swiftcnn'])}"]
    return "\n  ".join([*lines, f"Keras without oneDNN: {apart(steps['keras'])}"])


def apart(steps):
    """How far the first and the last step are from Keras's, relative to it."""
    losses, counted = steps["losses"], steps["statistics"]
    words = f"the first and the {len(losses)}th loss are {losses[0]:.1e} and {losses[-1]:.1e} from Keras's"
    return words + (f", moving statistics {counted[0]:.1e} and {counted[1]:.1e}" if any(counted) else "")


def markdown(results):
    return table.markdown(HEADINGS, [cells(result) for result in results if "keras" in result["runs"]])


def cells(report):
    ours, theirs = report["runs"]["swiftcnn"], report["runs"]["keras"]
    seconds = epoch_seconds(ours), epoch_seconds(theirs)
    times = *(f"{each:.1f}" for each in seconds), f"{seconds[1] / seconds[0]:.1f}"
    return report["network"], str(report["epochs"]), accuracies(ours), accuracies(theirs), *times


def accuracies(runs):
    return " ".join(f"{accuracy:.4f}" for accuracy in final(runs))
