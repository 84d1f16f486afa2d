"""Runs one parity case in swiftcnn, through the names that a user types."""

import numpy as np
import swiftcnn
from parity import case_weights, fnv1a, training_batches

SEED = 7


def start(case):
    """The case's model with the weights that its seed gives, compiled."""
    swiftcnn.utils.set_random_seed(SEED)
    architecture = case["architecture"]
    layers = [getattr(swiftcnn.layers, layer["class"])(**layer_config(layer)) for layer in architecture["layers"]]
    for layer, description in zip(layers, architecture["layers"], strict=True):
        layer.trainable = description.get("trainable", True)
    model = swiftcnn.Sequential([swiftcnn.Input(architecture["input"]["shape"]), *layers])
    configuration = case["compile"]
    model.compile(
        optimizer=make(swiftcnn.optimizers, configuration["optimizer"]),
        loss=make(swiftcnn.losses, configuration["loss"]),
        metrics=[make_metric(metric) for metric in configuration["metrics"]],
    )
    return model


def make(module, description):
    return getattr(module, description["class"])(**description["config"])


def make_metric(description):
    if description["class"] == "accuracy":
        return "accuracy"
    kind = {"LogCosh": "LogCoshError"}.get(description["class"], description["class"])
    return getattr(swiftcnn.metrics, kind)(name=description["name"], **description.get("config", {}))


def layer_config(layer):
    """An initializer with a seed of its own is an object in Python."""
    config = dict(layer["config"])
    initializer = config.get("kernel_initializer")
    if isinstance(initializer, dict):
        classes = {"he_normal": swiftcnn.initializers.HeNormal}
        config["kernel_initializer"] = classes[initializer["name"]](seed=initializer["seed"])
    return config


def run(case, values):
    """{kind: array} as Tests/Golden/README.md tells; counts and measures are float64, all else float32."""
    model, size = start(case), case["batch_size"]
    x, y, weight = (values.get(f"{case['name']}/{kind}") for kind in ("x", "y", "sample_weight"))
    results = {"initial": flat(model.get_weights())}
    model.set_weights(case_weights(case, [initial.shape for initial in model.get_weights()]))
    results["output"] = model.predict(x, batch_size=size, verbose=0)
    first = slice(0, size)
    loss, gradients = model.compute_gradients(x[first], y[first], sample_weight=part(weight, first))
    metrics = model.evaluate(x, y, batch_size=size, sample_weight=weight, verbose=0)
    results |= {"loss": doubles(loss), "gradients": flat(gradients), "metrics": doubles(metrics)}
    if case["steps"]:
        results |= train(model, case, x, y, weight)
    if case["fit_epochs"]:
        results |= fit(model, case, x, y, weight)
    return results


def train(model, case, x, y, weight):
    batches = training_batches(case, len(x))
    losses = [model.train_on_batch(x[rows], y[rows], sample_weight=part(weight, rows)) for rows in batches]
    return {"losses": doubles([np.reshape(loss, -1)[0] for loss in losses]), "final_weights": flat(model.get_weights())}


def fit(model, case, x, y, weight):
    options = {"batch_size": case["batch_size"], "epochs": case["fit_epochs"], "validation_split": 0.2, "verbose": 0}
    history = model.fit(x, y, sample_weight=weight, **options).history
    names = ("accuracy", "loss", "val_accuracy", "val_loss")
    return {"history": doubles([value for name in names for value in history[name]]), "fitted_weights": flat(model.get_weights())}


def part(array, rows):
    return None if array is None else array[rows]


def flat(arrays):
    return np.concatenate([array.reshape(-1) for array in arrays]) if arrays else np.zeros(0, np.float32)


def doubles(values):
    return np.reshape(np.asarray(values, np.float64), -1)


def digests(results):
    return {kind: fnv1a(value.tobytes()) for kind, value in sorted(results.items())}
