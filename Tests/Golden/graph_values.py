"""The golden values of networks with branches, for who makes them and who compares with them."""

import json
import pathlib
import sys

import numpy as np
from parity import read_values

FOLDER = pathlib.Path(__file__).resolve().parent
GRAPHS = FOLDER / "graphs.json"
GRAPH_VALUES = FOLDER / "graphs.safetensors"
OF_THEIR_OWN = ("losses", "evaluate")  # each number is a tensor of its own
sys.path.append(str(FOLDER.parents[1] / "python" / "tests"))  # the builders of the networks lie there


def read_graphs():
    return json.loads(GRAPHS.read_text())


def read_graph_values():
    """{"network/kind" or "merge/case/kind": array, or list of arrays}."""
    values = {}
    for path, tensor in read_values(GRAPH_VALUES).items():
        kind, _, index = path.rpartition("/")
        if index.isdigit():
            values.setdefault(kind, {})[int(index)] = tensor
        else:
            values[path] = tensor
    return {path: [value[i] for i in range(len(value))] if isinstance(value, dict) else value for path, value in values.items()}


def error(kind, right, found):
    """What the tolerances bound: the largest difference, relative to the largest value of its tensor; of losses, to itself."""
    if isinstance(right, list):
        return max(error(kind, *pair) for pair in zip(right, found, strict=True))
    sizes = np.abs(right) if kind in OF_THEIR_OWN else np.abs(right).max()
    return (np.abs(found - right) / np.maximum(sizes, 1e-30)).max()
