"""Makes cases.json and values.safetensors, the parity cases that the Swift and the Python suite read.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 safetensors
    python Tests/Golden/make_golden.py           # all cases: minutes
    python Tests/Golden/make_golden.py scores_   # those whose names begin so; the others stay as they are in the files

The golden values come from Keras computing in float64, rounded to float32, so that their own error is nil beside the
tolerances. Keras's float32 run of each case must agree with them within half of those tolerances, or this script fails.
Inputs and weights are chosen (by their salt) so that no value is close to a kink: there float32 and float64 would
rightly disagree.
"""

import json
import math
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_reference
import kinks
import numpy as np
import tensorflow as tf
from case_list import all_cases, weight_offset, weight_scale
from parity import BITS, CASES, VALUES, noise, read_cases, read_values
from safetensors.numpy import save_file

# The largest difference allowed, relative to the largest absolute golden value of the same tensor.
TOLERANCES = {"output": 1e-5, "loss": 1e-5, "gradients": 1e-5, "metrics": 1e-5, "losses": 1e-4, "final_weights": 1e-4}
ROOM_FOR_FLOAT32 = 0.5


def main(beginnings):
    keras.utils.set_random_seed(1)
    kept = kept_cases(beginnings) if beginnings else {}
    cases, values = [], {}
    for number, case in enumerate(all_cases()):
        description, tensors = kept.get(case.name) or golden(case, 100 * number)
        cases.append(description)
        values |= {f"{case.name}/{kind}": tensor for kind, tensor in tensors.items()}
        print(f"{case.name:32} {', '.join(tensors)}")
    CASES.write_text(json_text({"made_with": versions(), "tolerances": TOLERANCES, "cases": cases}))
    save_file(values, VALUES, metadata={"made_with": json.dumps(versions())})
    VALUES.chmod(0o644)
    print(f"{len(cases)} cases, {VALUES.stat().st_size:,} bytes. Now remake {BITS.name}.")


def kept_cases(beginnings):
    """What the files have of the cases whose names do not begin so."""
    tensors = {}
    for path, tensor in read_values().items():
        name, kind = path.split("/")
        tensors.setdefault(name, {})[kind] = tensor
    cases = {case["name"]: case for case in read_cases()["cases"]}
    return {name: (case, tensors[name]) for name, case in cases.items() if not name.startswith(beginnings)}


def versions():
    return {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}


def json_text(document):
    """One case a line, so that a diff shows which case changed."""
    cases = ",\n".join("  " + json.dumps(case) for case in document["cases"])
    head = ",\n".join(f" {json.dumps(key)}: {json.dumps(document[key])}" for key in ("made_with", "tolerances"))
    return f'{{\n{head},\n "cases": [\n{cases}\n]}}\n'


def golden(case, salt):
    """The case as the suites read it, and its tensors."""
    description, x = away_from_kinks(case, salt)
    keras.config.set_dtype_policy("float64")
    model = keras_reference.build(description["architecture"])
    y = target(case, model.output_shape[1:], salt + 60)
    weight = np.abs(noise(salt + 70, (case.rows,))) * np.float32(2) if case.sample_weight else None
    exact = run(description, "float64", x, y, weight)
    single = run(description, "float32", x, y, weight)
    kept = {kind: value for kind, value in exact.items() if kind in (case.only or exact)}
    check_float32(case, model, kept, single)
    inputs = {"x": x, "y": y} | ({} if weight is None else {"sample_weight": weight})
    return description, inputs | {kind: value.astype(np.float32) for kind, value in kept.items()}


def away_from_kinks(case, salt):
    """The case's description and images, with the first salt that keeps the margin."""
    keras.config.set_dtype_policy("float64")
    model = keras_reference.build(case.architecture())
    shapes = [weight.shape for weight in model.weights]
    weights = {"scales": [weight_scale(weight.shape, weight.name) for weight in model.weights]}
    offsets = [weight_offset(weight.name) for weight in model.weights]
    if any(offsets):
        weights["offsets"] = offsets
    y = target(case, model.output_shape[1:], salt + 60)
    for attempt in range(salt, salt + 50):
        description = describe(case, {"salt": attempt, **weights})
        x = noise(attempt + 50, (case.rows, *case.input_shape))
        keras_reference.set_weights(model, keras_reference.case_weights(description, shapes))
        first = x[: case.batch_size].astype(np.float64)
        losses = kinks.loss_margin(case.loss[0], y[: case.batch_size], model.predict(first, verbose=0))
        if min(kinks.margin(model, first), losses) >= case.margin:
            return description, x
    raise SystemExit(f"{case.name}: no salt from {salt} keeps {case.margin} away from the kinks; use fewer or smaller images")


def describe(case, weights):
    return {
        "name": case.name,
        "architecture": case.architecture(),
        "compile": case.configuration(),
        "weights": weights,
        "batch_size": case.batch_size,
        "steps": case.steps,
        "fit_epochs": case.fit_epochs,
    }


def target(case, shape, salt):
    """Targets as float32; labels are whole numbers."""
    draw = noise(salt, (case.rows,))
    labels = np.floor((draw + 1) / 2 * shape[-1])
    return {
        "values": lambda: noise(salt, (case.rows, *shape)),
        "labels": lambda: labels,
        "label_column": lambda: labels[:, None],
        "one_hot": lambda: np.eye(shape[-1])[labels.astype(int)],
        "zero_one": lambda: np.where(noise(salt, (case.rows, *shape)) > 0, 1.0, 0.0),
    }[case.target]().astype(np.float32)


def run(description, dtype, x, y, weight):
    keras.config.set_dtype_policy(dtype)
    keras.config.set_floatx(dtype)
    arrays = [None if array is None else array.astype(dtype) for array in (x, y, weight)]
    return keras_reference.run(description, *arrays)


def check_float32(case, model, exact, single):
    for kind, value in exact.items():
        tensors = [value], [single[kind]]
        if kind in ("gradients", "final_weights"):
            ends = np.cumsum([math.prod(weight.shape) for weight in model.weights])[:-1]
            tensors = np.split(value, ends), np.split(single[kind], ends)
        for index, (right, found) in enumerate(zip(*tensors, strict=True)):
            error = np.abs(found - right).max() / max(np.abs(right).max(), 1e-30)
            if error > ROOM_FOR_FLOAT32 * TOLERANCES[kind]:
                raise SystemExit(f"{case.name}: Keras's float32 {kind}[{index}] is {error:.1e} off its own float64")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
