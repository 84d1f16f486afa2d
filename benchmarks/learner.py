"""One run of learning in a process of its own: `python -m benchmarks.learner KIND LIBRARY TASK SEED DATA RESULT [WEIGHTS]`.

`epochs` learns as its user would, from the library's own initial weights. `steps` takes the first steps from given weights,
with batches in order and without dropout, so that two libraries compute the same.
"""

import dataclasses
import json
import sys
from importlib import import_module

import numpy as np

from benchmarks import networks
from benchmarks.learning import TASKS
from benchmarks.libraries.keras_like import epoch_clock, same_model

FIRST_STEPS = 20


def main():
    kind, name, network, seed, data, result = sys.argv[1:7]
    (task,) = [task for task in TASKS if task.network == network]
    library = import_module(name)
    seed_weights(library, int(seed))
    arrays = np.load(data)
    if kind == "steps":
        first_steps(library, task, arrays, *sys.argv[6:])
    else:
        with open(result, "w") as file:
            json.dump(learn(library, task, arrays), file)


def seed_weights(library, seed):
    """Seeds initial weights and dropout. Of Keras it leaves TensorFlow's seed out, as scripts without a seed do.

    With that seed, Keras takes the same batches in the same order in every epoch, which cost its CIFAR-10 CNN half a point.
    """
    library.utils.set_random_seed(seed)
    if library.__name__ == "keras":
        import tensorflow

        tensorflow.random.set_seed(None)


def learn(library, task, arrays):
    model, clock = same_model(library, networks.NETWORKS[task.network]), epoch_clock(library)
    train = scaled(arrays["x_train"]), arrays["y_train"]
    test = scaled(arrays["x_test"]), arrays["y_test"]
    options = {"batch_size": task.batch, "epochs": task.epochs, "verbose": 0}
    history = model.fit(*train, **options, validation_data=test, callbacks=[clock]).history
    return {"test_accuracy": history["val_accuracy"], "loss": history["loss"], "epoch_seconds": clock.seconds}


def first_steps(library, task, arrays, result, weights=None):
    """Keeps the weights before the first step, each step's loss, and what batch normalization counted by the first and the last.

    The other weights are not compared: Adam's first steps follow the signs of gradients, also of those that are but rounding.
    """
    model = same_model(library, without_dropout(networks.NETWORKS[task.network]))
    if weights:
        initial = np.load(weights)
        model.set_weights([initial[f"initial_{index}"] for index in range(len(model.get_weights()))])
    kept, losses = numbered("initial", model.get_weights()), []
    for step, (x, y) in enumerate(batches(task, arrays)):
        if hasattr(model, "reset_metrics"):  # Keras tells the mean since the last reset
            model.reset_metrics()
        losses.append(float(model.train_on_batch(x, y)[0]))
        if step in (0, FIRST_STEPS - 1):
            kept |= numbered(f"after_{step + 1}", moving_statistics(model))
    np.savez(result, losses=losses, **kept)


def numbered(prefix, arrays):
    return {f"{prefix}_{index}": array for index, array in enumerate(arrays)}


def moving_statistics(model):
    return [array for layer in model.layers if "batch_normalization" in layer.name for array in layer.get_weights()[2:]]


def without_dropout(network):
    """Two libraries never drop the same elements."""
    kept = tuple(layer for layer in network.layers if not isinstance(layer, networks.Dropout))
    return dataclasses.replace(network, layers=kept)


def batches(task, arrays):
    """The same shuffled batches for every library."""
    order = np.random.default_rng(4).permutation(len(arrays["y_train"]))[: FIRST_STEPS * task.batch]
    x_train, y_train = arrays["x_train"], arrays["y_train"]
    for chosen in order.reshape(FIRST_STEPS, task.batch):
        yield scaled(x_train[chosen]), y_train[chosen]


def scaled(x):
    return np.divide(x, 255, dtype=np.float32)


if __name__ == "__main__":
    main()
