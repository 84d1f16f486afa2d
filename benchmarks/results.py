"""From turns to figures: medians, ratios, the comparison of outputs, and whether a goal is reached."""

import statistics

import numpy as np

TOLERANCE, BFLOAT16_TOLERANCE = 1e-3, 0.05  # relative to the largest output; bfloat16 has 8 bits


class WrongAnswerError(Exception):
    """Speed is worth nothing if the libraries do not compute the same."""


def difference(ours, theirs):
    """The largest, relative to the largest output."""
    if len(ours) != len(theirs):
        return float("inf")
    return float(np.max(np.abs(np.subtract(ours, theirs))) / np.max(np.abs(ours)))


def differences(outputs):
    """{rival: its difference from swiftcnn}; raises if one is no rounding error."""
    found = {name: difference(outputs["swiftcnn"], theirs) for name, theirs in outputs.items()}
    for name, value in found.items():
        tolerance = BFLOAT16_TOLERANCE if "bfloat16" in name else TOLERANCE
        if not value <= tolerance:
            raise WrongAnswerError(f"{name}'s outputs differ from swiftcnn's by {value:.1e} of the largest; at most {tolerance}")
    return found


def row_result(row, outputs, turns):
    """Everything that is known of a row, for JSON and table."""
    calls = {name: sorted(seconds for turn in found for seconds in turn) for name, found in turns.items()}
    return {
        "row": row.name,
        "network": row.network,
        "work": row.work,
        "batch": row.batch,
        "median_seconds": {name: statistics.median(found) for name, found in calls.items()},
        "p99_seconds": {name: percentile(found, 0.99) for name, found in calls.items()} if row.work == "one" else None,
        "best_seconds": {name: found[0] for name, found in calls.items()},
        "round_seconds": {name: [statistics.median(turn) for turn in found] for name, found in turns.items()},
        "differences": differences(outputs),
        "goals": [goal_result(goal, calls) for goal in row.goals],
    }


def percentile(ordered, part):
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def goal_result(goal, calls):
    """The ratio to the best of the goal's rivals; None if none of them was measured."""
    medians = {name: statistics.median(calls[name]) for name in goal.rivals if name in calls}
    best = min(medians, key=medians.get, default=None)
    ratio = medians[best] / statistics.median(calls["swiftcnn"]) if best else None
    return {"at_least": goal.ratio, "of": list(goal.rivals), "best_rival": best, "ratio": ratio}
