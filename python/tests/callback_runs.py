"""Drives callbacks through epochs with given values, without a model: Keras's for the golden file, ours in the tests."""

import random
import types

EPOCHS = 30
STOPPING = [
    {"patience": 0},
    {"patience": 3},
    {"patience": 3, "min_delta": 0.1},
    {"patience": 2, "mode": "max", "monitor": "accuracy"},
    {"patience": 2, "baseline": 0.5},
    {"patience": 1, "restore_best_weights": True},
    {"patience": 4, "restore_best_weights": True, "start_from_epoch": 5, "min_delta": -0.02},
]
PLATEAUS = [
    {"patience": 1},
    {"patience": 2, "factor": 0.5, "cooldown": 3},
    {"patience": 1, "factor": 0.5, "min_lr": 0.003},
    {"patience": 3, "mode": "max", "monitor": "accuracy", "min_delta": 0.05},
    {"patience": 1, "factor": 0.0, "min_delta": 0},
]


def values(seed):
    """Losses that fall and wobble, and accuracies that rise and wobble."""
    noise = random.Random(seed)
    return [
        {"val_loss": 0.9**epoch + noise.uniform(-0.2, 0.2), "accuracy": 1 - 0.9**epoch + noise.uniform(-0.2, 0.2)}
        for epoch in range(EPOCHS)
    ]


class FakeModel:
    """What the callbacks touch of a model; its weights are the number of the epoch."""

    def __init__(self):
        self.stop_training = False
        self.weights = None
        self.optimizer = types.SimpleNamespace(learning_rate=0.01)

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def stopping(callbacks, options, seed):
    """[epoch after which it stopped or None, epoch of the weights at the end]."""
    mode = {} if "mode" in options else {"mode": "min"}
    model, callback = FakeModel(), callbacks.EarlyStopping(**mode, **options)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, logs in enumerate(values(seed)):
        model.weights = [epoch]
        callback.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callback.on_train_end()
    return [epoch if model.stop_training else None, model.weights[0]]


def rates(callbacks, options, seed):
    """The learning rate after every epoch."""
    mode = {} if "mode" in options else {"mode": "min"}
    model, callback = FakeModel(), callbacks.ReduceLROnPlateau(**mode, **options)
    callback.set_model(model)
    callback.on_train_begin()
    found = []
    for epoch, logs in enumerate(values(seed)):
        callback.on_epoch_end(epoch, logs)
        found.append(model.optimizer.learning_rate)
    return found


def all_runs(callbacks):
    return {
        "stopping": [[stopping(callbacks, options, seed) for seed in range(20)] for options in STOPPING],
        "rates": [[rates(callbacks, options, seed) for seed in range(5)] for options in PLATEAUS],
    }
