"""Runs one network with branches, or one layer that joins tensors, in Keras's current float type."""

import keras
import numpy as np
import tensorflow as tf

STEPS = 10


def start(network, weights):
    """The network's model with these weights, compiled, with the names that its layers get first."""
    keras.utils.clear_session()
    model = network.build(keras)
    model.set_weights(weights)
    network.compile(keras, model)
    return model


def run(network, weights, inputs, targets):
    """{kind: array, or list of arrays}. `training_` says that batches are normalized by their own statistics."""
    model = start(network, weights)
    x, y = unpacked(inputs), unpacked(targets)
    results = {"output": as_list(model.predict(x, verbose=0))}
    results |= derivatives(model, inputs, targets, training=False)
    results["evaluate"] = np.reshape(model.evaluate(x, y, verbose=0), -1)
    if normalizes(model):
        results |= {f"training_{kind}": value for kind, value in derivatives(model, inputs, targets, training=True).items()}
        model.set_weights(weights)
    results["losses"] = np.array([step(model, x, y) for _ in range(STEPS)])
    results["trained_output"] = as_list(model.predict(x, verbose=0))
    return results


def derivatives(model, inputs, targets, training):
    """The loss of all as one batch, and its gradients for all weights (zero where they do not learn) and all inputs."""
    tensors = [tf.convert_to_tensor(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        outputs = model(unpacked(tensors), training=training)
        loss = model.compute_loss(x=tensors, y=unpacked(targets), y_pred=outputs, training=training)
    variables = [variable.value for variable in model.trainable_variables]
    by_weight, by_input = tape.gradient(loss, [variables, tensors])
    found = {variable.path: gradient for variable, gradient in zip(model.trainable_variables, by_weight, strict=True)}
    gradients = [np.asarray(found.get(weight.path, np.zeros(weight.shape))) for weight in model.weights]
    results = {"loss": np.array([loss]), "gradients": gradients, "input_gradients": [np.asarray(g) for g in by_input]}
    return results | ({"output": as_list(outputs)} if training else {})


def step(model, x, y):
    model.reset_metrics()
    return np.reshape(model.train_on_batch(x, y), -1)


def names_of_logs(network, weights, inputs, targets):
    """What the numbers of `train_on_batch` and of `evaluate` are called, in their order."""
    model = start(network, weights)
    x, y = unpacked(inputs), unpacked(targets)
    names = list(model.evaluate(x, y, return_dict=True, verbose=0))
    in_order = model._flatten_metrics_in_order({name: name for name in names})
    return in_order if isinstance(in_order, list) else names


def merge(case, inputs, output_gradients):
    tensors = [tf.convert_to_tensor(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        output = case.layer(keras)(tensors)
    gradients = tape.gradient(output, tensors, output_gradients=tf.convert_to_tensor(output_gradients[0]))
    return {"output": np.asarray(output), "gradients": [np.asarray(gradient) for gradient in gradients]}


def normalizes(model):
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in model._flatten_layers())


def unpacked(values):
    """What users pass: a list, or without one what would be alone in it."""
    return values[0] if len(values) == 1 else values


def as_list(values):
    return [np.asarray(value) for value in (values if isinstance(values, (list, tuple)) else [values])]
