"""Makes graphs.json and graphs.safetensors: Keras's values of networks with branches and of the layers that join tensors.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 safetensors
    python Tests/Golden/make_graphs.py           # all: minutes
    python Tests/Golden/make_graphs.py u_net     # this one anew; the others as the files have them

The networks are in python/tests/graph_networks.py, the layers in python/tests/merge_cases.py; README.md tells what the files
hold. As in make_golden.py the values are those of float64, float32 agrees within half of the tolerances, and no value is close
to a kink.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import graph_kinks
import graph_reference
import keras
import kinks
import numpy as np
import tensorflow as tf
from case_list import weight_offset, weight_scale
from graph_values import GRAPH_VALUES, GRAPHS, error, read_graphs
from parity import noise, read_values
from safetensors.numpy import save_file

# isort: split
from graph_networks import NETWORKS
from merge_cases import MERGES

KINDS = ("output", "loss", "gradients", "input_gradients")
TOLERANCES = dict.fromkeys((*KINDS, *(f"training_{kind}" for kind in KINDS), "evaluate"), 1e-5)
TOLERANCES |= {"losses": 1e-4, "trained_output": 1e-4}
ROOM_FOR_FLOAT32 = 0.5
MARGIN = 1e-4
MERGE_MARGIN = 1e-3
MERGE_ROWS = 2
SALTS = 200  # of each network, tried one after the other


def main(names):
    keras.utils.set_random_seed(1)
    networks, values = kept(names) if names else ({}, {})
    for number, name in enumerate(NETWORKS):
        if not names or name in names:
            networks[name], tensors = golden(name, 1000 * number)
            values |= {f"{name}/{kind}": tensor for kind, tensor in flat(tensors).items()}
    for number, case in enumerate(() if names else MERGES.values()):
        values |= {f"merge/{case.name}/{kind}": tensor for kind, tensor in flat(merge_golden(case, 50_000 + 20 * number)).items()}
    write({name: networks[name] for name in NETWORKS}, values)


def kept(names):
    """What the files have of all but these networks."""
    values = {path: tensor for path, tensor in read_values(GRAPH_VALUES).items() if path.partition("/")[0] not in names}
    return read_graphs()["networks"], values


def write(networks, values):
    made_with = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(network)}" for name, network in networks.items())
    head = f'"made_with": {json.dumps(made_with)},\n "tolerances": {json.dumps(TOLERANCES)}'
    GRAPHS.write_text(f'{{\n {head},\n "networks": {{\n{lines}\n }}\n}}\n')
    save_file(values, GRAPH_VALUES, metadata={"made_with": json.dumps(made_with)})
    GRAPH_VALUES.chmod(0o644)
    print(f"{len(networks)} networks and {len(MERGES)} layers, {GRAPH_VALUES.stat().st_size:,} bytes")


def flat(results):
    """{kind, or kind/index of a list: float32}."""
    tensors = {}
    for kind, value in results.items():
        parts = {f"{kind}/{index}": part for index, part in enumerate(value)} if isinstance(value, list) else {kind: value}
        tensors |= {name: np.ascontiguousarray(part, np.float32) for name, part in parts.items()}
    return tensors


def golden(name, salt):
    """What graphs.json says of the network, and its tensors."""
    network = NETWORKS[name]
    salt, distance = away_from_kinks(name, salt)
    arrays = made(network, salt)
    exact = in_type("float64", graph_reference.run, network, *arrays)
    single = in_type("float32", graph_reference.run, network, *arrays)
    shares = {kind: error(kind, right, single[kind]) / TOLERANCES[kind] for kind, right in exact.items()}
    kind = max(shares, key=shares.get)
    print(
        f"{name:20} salt {salt}, kinks {distance:.0e} away, float32 takes {shares[kind]:.0%} of the tolerance of {kind}",
        flush=True,
    )
    if shares[kind] > ROOM_FOR_FLOAT32:
        raise SystemExit(f"{name}: Keras's own float32 takes too much of a tolerance; change the network or its weights")
    weights, inputs, targets = arrays
    return describe(network, *arrays), {"weights": weights, "x": inputs, "y": targets} | exact


def in_type(name, function, case, *lists):
    """The function's result on arrays of this type, Keras computing in it."""
    keras.config.set_dtype_policy(name)
    keras.config.set_floatx(name)
    return function(case, *[[array.astype(name) for array in arrays] for arrays in lists])


def away_from_kinks(name, first):
    """The first salt that keeps the margin, and the distance kept."""
    for salt in range(first, first + SALTS):
        network = NETWORKS[name]
        distance = in_type("float64", distance_from_kinks, network, *made(network, salt))
        if distance >= MARGIN:
            return salt, distance
    raise SystemExit(f"{name}: no salt from {first} keeps {MARGIN} away from the kinks; use fewer or smaller images")


def distance_from_kinks(network, weights, inputs, targets):
    model = graph_reference.start(network, weights)
    modes = (False, True) if graph_reference.normalizes(model) else (False,)
    distances = [graph_kinks.margin(model, graph_reference.unpacked(inputs), training) for training in modes]
    losses = network.loss if isinstance(network.loss, list) else [network.loss]
    if "mae" in losses:
        outputs = model.predict(graph_reference.unpacked(inputs), verbose=0)
        pairs = zip(losses, targets, outputs, strict=True)
        distances += [kinks.loss_margin("MeanAbsoluteError", y, p) for loss, y, p in pairs if loss == "mae"]
    return min(distances)


def made(network, salt):
    """Weights, inputs and targets of this salt."""
    keras.utils.clear_session()
    model = network.build(keras)
    weights = [
        noise(salt + i, weight.shape) * np.float32(weight_scale(weight.shape)) + np.float32(weight_offset(weight.name))
        for i, weight in enumerate(model.weights)
    ]
    inputs = [noise(salt + 400 + i, (network.rows, *x.shape[1:])) for i, x in enumerate(model.inputs)]
    pairs = enumerate(zip(network.targets, model.outputs, strict=True))
    return weights, inputs, [target(kind, (network.rows, *y.shape[1:]), salt + 500 + i) for i, (kind, y) in pairs]


def target(kind, shape, salt):
    """What an output of this shape learns: one label for its last axis, or a number for each of its own."""
    labels = np.floor((noise(salt, shape[:-1]) + 1) / 2 * shape[-1])
    return {
        "values": lambda: noise(salt, shape),
        "labels": lambda: labels,
        "one_hot": lambda: np.eye(shape[-1])[labels.astype(int)],
        "zero_one": lambda: np.where(noise(salt, shape) > 0, 1.0, 0.0),
    }[kind]().astype(np.float32)


def describe(network, *arrays):
    names = in_type("float32", graph_reference.names_of_logs, network, *arrays)
    keras.utils.clear_session()
    model = network.build(keras)
    return {
        "layers": [[layer.name, type(layer).__name__] for layer in model.layers],
        "weights": [[weight.path, list(weight.shape)] for weight in model.weights],
        "learning": [any(weight is variable for variable in model.trainable_weights) for weight in model.weights],
        "input_names": [x.name for x in model.inputs],
        "output_names": model.output_names,
        "output_shapes": [list(y.shape) for y in model.outputs],
        "logs": names,
    }


def merge_golden(case, salt):
    """Inputs, an output's gradient, and what comes of them."""
    for attempt in range(salt, salt + 10):
        inputs = [noise(attempt + 100_000 * i, (MERGE_ROWS, *shape)) for i, shape in enumerate(case.shapes)]
        layer = case.layer(keras)
        if not isinstance(layer, (keras.layers.Maximum, keras.layers.Minimum)) or graph_kinks.gap(layer, inputs) >= MERGE_MARGIN:
            break
    else:
        raise SystemExit(f"{case.name}: no salt from {salt} keeps {MERGE_MARGIN} between the inputs")
    output_gradient = noise(salt + 900_000, case.layer(keras)(inputs).shape)
    exact, single = (in_type(name, graph_reference.merge, case, inputs, [output_gradient]) for name in ("float64", "float32"))
    for kind, right in exact.items():
        if error(kind, right, single[kind]) > ROOM_FOR_FLOAT32 * TOLERANCES[kind]:
            raise SystemExit(f"{case.name}: Keras's float32 {kind} is too far off its own float64")
    return {"x": inputs, "output_gradient": output_gradient} | exact


if __name__ == "__main__":
    main(sys.argv[1:])
