"""Runs one parity case in Keras."""

import keras
import numpy as np
import tensorflow as tf
from parity import case_weights, training_batches


def rotate_in_float32():
    """Keras 3.15.1 mixes float types where it turns images in float64; the map of pixels is float32 anyway."""
    base = keras.layers.RandomRotation
    compute = base._compute_affine_matrix

    def compute_in_float32(self, **values):
        return compute(self, **{name: tf.cast(value, "float32") for name, value in values.items()})

    base._compute_affine_matrix = compute_in_float32


rotate_in_float32()


def build(architecture):
    layers = [getattr(keras.layers, layer["class"])(**keras_config(layer)) for layer in architecture["layers"]]
    for layer, description in zip(layers, architecture["layers"], strict=True):
        layer.trainable = description.get("trainable", True)
    return keras.Sequential([keras.Input(architecture["input"]["shape"]), *layers])


def keras_config(layer):
    """An initializer with a seed of its own is an object in Keras; so are regularizers and constraints."""
    config = dict(layer["config"])
    for key, value in config.items():
        if key.endswith(("_regularizer", "_constraint")):
            config[key] = make(getattr(keras, key.rpartition("_")[2] + "s"), value)
    initializer = config.get("kernel_initializer")
    if isinstance(initializer, dict):
        classes = {"he_normal": keras.initializers.HeNormal}
        config["kernel_initializer"] = classes[initializer["name"]](seed=initializer["seed"])
    return config


def start(case):
    """The case's model with the case's weights, compiled."""
    model = build(case["architecture"])
    set_weights(model, case_weights(case, [weight.shape for weight in model.weights]))
    configuration = case["compile"]
    model.compile(
        optimizer=make(keras.optimizers, configuration["optimizer"]),
        loss=make(keras.losses, configuration["loss"]),
        metrics=[make_metric(metric) for metric in configuration["metrics"]],
    )
    return model


def set_weights(model, weights):
    """Also of Normalization, which computes by a copy of its weights."""
    model.set_weights(weights)
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def make(module, description):
    config = dict(description["config"])
    if isinstance(config.get("learning_rate"), dict):
        config["learning_rate"] = make(keras.optimizers.schedules, config["learning_rate"])
    return getattr(module, description["class"])(**config)


def make_metric(description):
    if description["class"] == "accuracy":
        return "accuracy"
    kind = {"LogCosh": "LogCoshError"}.get(description["class"], description["class"])
    return getattr(keras.metrics, kind)(name=description["name"], **description.get("config", {}))


def run(case, x, y, weight):
    """{kind of value: array} for images x, targets y and sample weights (or None), in Keras's current float type."""
    model, size = start(case), case["batch_size"]
    first = [None if array is None else array[:size] for array in (x, y, weight)]
    loss, gradients = loss_and_gradients(model, *first)
    results = {
        "output": model.predict(x, batch_size=size, verbose=0),
        "loss": np.array([loss]),
        "gradients": flat(gradients),
        "metrics": np.reshape(model.evaluate(x, y, batch_size=size, sample_weight=weight, verbose=0), -1),
    }
    if case["steps"]:
        results["losses"] = train(model, case, x, y, weight)
        results["final_weights"] = flat(model.get_weights())
    return results


def flat(arrays):
    return np.concatenate([np.asarray(array).reshape(-1) for array in arrays])


def loss_and_gradients(model, x, y, weight):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=False), sample_weight=weight, training=False)
    found = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
    by_path = {variable.path: gradient for variable, gradient in zip(model.trainable_variables, found, strict=True)}
    return float(loss), [by_path.get(weight.path, np.zeros(weight.shape)) for weight in model.weights]


def train(model, case, x, y, weight):
    losses = []
    for rows in training_batches(case, len(x)):
        model.reset_metrics()
        values = model.train_on_batch(x[rows], y[rows], sample_weight=None if weight is None else weight[rows])
        losses.append(np.reshape(values, -1)[0])
    return np.array(losses)
