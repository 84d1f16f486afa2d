"""Gives the tests the parity cases of Tests/Golden, and runs one of them in a process of its own."""

import json
import os
import pathlib
import subprocess
import sys

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Golden"
sys.path.insert(0, str(GOLDEN))

from parity import BITS, case_weights, noise, read_cases, read_values  # noqa: E402
from swiftcnn_run import digests, run, start  # noqa: E402

DOCUMENT = read_cases()
CASES = {case["name"]: case for case in DOCUMENT["cases"]}
TOLERANCES = DOCUMENT["tolerances"]
VALUES = read_values()
EXPECTED_BITS = json.loads(BITS.read_text())["cases"]

CHILD = f"""
import json, sys
sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})
from parity_cases import CASES, VALUES, digests, run
print(json.dumps({{name: digests(run(CASES[name], VALUES)) for name in sys.argv[1:]}}))
"""


def digests_with(names, **environment):
    """{case: digests} of the named cases from a fresh interpreter with these environment variables."""
    command = [sys.executable, "-c", CHILD, *names]
    child = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    return json.loads(child.stdout)


def prepared(case):
    """The case's model with the case's weights, and these weights."""
    model = start(case)
    weights = case_weights(case, [weight.shape for weight in model.get_weights()])
    model.set_weights(weights)
    return model, weights


def weight_sizes(case):
    return [weight.size for weight in start(case).get_weights()]


__all__ = [
    "CASES",
    "EXPECTED_BITS",
    "TOLERANCES",
    "VALUES",
    "digests",
    "digests_with",
    "noise",
    "prepared",
    "run",
    "weight_sizes",
]
