"""Callbacks that do what nobody should do within `fit`."""

import os

import numpy as np
from swiftcnn import Sequential, callbacks, layers, models

from fuzz.choices import compile_settings
from fuzz.values import bad, count, flag, of, settings, share
from fuzz.verdict import DeliberateError

HOOKS = (
    "on_train_begin",
    "on_train_end",
    "on_epoch_begin",
    "on_epoch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_batch_end",
    "on_predict_begin",
    "on_predict_batch_end",
)


def _raises(draw, model):
    raise DeliberateError


def _interrupts(draw, model):
    raise KeyboardInterrupt


def _stops(draw, model):
    model.stop_training = draw.choice((True, True, False, None, "yes", 3))


def _compiles(draw, model):
    model.compile(draw.choice(("sgd", "adam")), "mse") if draw.chance(0.5) else model.compile(**compile_settings(draw))


def _freezes(draw, model):
    model.layers[draw.randrange(len(model.layers))].trainable = draw.choice((True, False, None, "no"))


def _saves(draw, model):
    model.save(draw.choice(("a.safetensors", "a.keras", "a.h5")))


def _loads(draw, model):
    model.save_weights("a.weights.h5")
    model.load_weights("a.weights.h5")


def _sets_weights(draw, model):
    model.set_weights([array * 0.5 for array in model.get_weights()])


def _sets_rate(draw, model):
    model.optimizer.learning_rate = draw.choice((0.1, 0, -1, np.nan, np.inf, "a", None, [1]))


def _fits(draw, model):
    shape = (2, *(size or 1 for size in model.input_shape[1:]))
    model.fit(np.zeros(shape), np.zeros(2), verbose=0)


def _predicts(draw, model):
    model.predict(np.zeros((2, *(size or 1 for size in model.input_shape[1:]))), verbose=0)


def _adds(draw, model):
    isinstance(model, Sequential) and model.add(layers.Dense(2))


def _pops(draw, model):
    isinstance(model, Sequential) and model.pop()


def _clones(draw, model):
    models.clone_model(model).summary(print_fn=lambda _: None)


def _shares(draw, model):
    Sequential(model.layers[:-1]).predict(np.zeros((1, *(size or 1 for size in model.input_shape[1:]))), verbose=0)


def _resets(draw, model):
    model.reset_metrics()


def _removes_folder(draw, model):
    for file in os.listdir():
        os.path.isfile(file) and os.remove(file)


ACTIONS = (
    _raises,
    _interrupts,
    _stops,
    _compiles,
    _freezes,
    _saves,
    _loads,
    _sets_weights,
    _sets_rate,
    _fits,
    _predicts,
    _adds,
    _pops,
    _clones,
    _shares,
    _resets,
    _removes_folder,
)


class Odd(callbacks.Callback):
    """Does one of the actions at one of the hooks."""

    def __init__(self, draw):
        super().__init__()
        self._draw, self.action, self.hook = draw, draw.choice(ACTIONS), draw.choice(HOOKS)
        setattr(self, self.hook, self._act)

    def _act(self, *_, **__):
        if self._draw.chance(0.7):
            self.action(self._draw, self.model)

    def __repr__(self):
        return f"Odd({self.hook}, {self.action.__name__})"


MONITOR = {
    "monitor": of("loss", "val_loss", "accuracy", "nope", ""),
    "mode": of("auto", "min", "max", "nope"),
    "patience": of(0, 1, 2),
}
KNOWN = {
    "BackupAndRestore": {
        "!backup_dir": of("backup", "a.safetensors", ""),
        "save_freq": of("epoch", 1, 2),
        "delete_checkpoint": flag,
    },
    "CSVLogger": {"!filename": of("log.csv", "nowhere/log.csv", "."), "separator": of(",", ";;", "\0", ""), "append": flag},
    "EarlyStopping": MONITOR
    | {"min_delta": share, "baseline": of(None, 0.5), "restore_best_weights": flag, "start_from_epoch": count},
    "LearningRateScheduler": {
        "!schedule": of(lambda epoch: 0.1, lambda epoch, rate: rate / 2, lambda epoch: "a", lambda epoch: np.nan)
    },
    "ModelCheckpoint": {
        "!filepath": of(
            "c.keras", "c.safetensors", "c-{epoch}.h5", "{nope}.keras", "w.weights.h5", "d/{epoch:02d}.weights.h5", "{loss:x}"
        ),
        "monitor": of("loss", "val_loss", "nope"),
        "save_best_only": flag,
        "save_weights_only": flag,
        "save_freq": of("epoch", 1, "nope"),
        "mode": of("auto", "min", "nope"),
    },
    "ReduceLROnPlateau": MONITOR | {"factor": share, "cooldown": of(0, 1), "min_lr": share, "min_delta": share},
    "TensorBoard": {
        "log_dir": of("logs", "a.csv/b"),
        "histogram_freq": of(0, 1),
        "update_freq": of("epoch", "batch", 1),
        "write_graph": flag,
    },
    "TerminateOnNaN": {},
    "History": {},
    "ProgbarLogger": {},
    "LambdaCallback": {"on_epoch_end": of(lambda epoch, logs: None, lambda: None, None, 3), "on_nope": of(None)},
}


def callback(draw):
    """One callback; raises what its constructor raises."""
    if draw.chance(0.5):
        return Odd(draw)
    if draw.spoils():
        return bad(draw)
    kind = draw.choice(sorted(KNOWN))
    table = KNOWN[kind] if kind != "LambdaCallback" or draw.spoils() else {"on_epoch_end": KNOWN[kind]["on_epoch_end"]}
    return getattr(callbacks, kind)(**settings(draw, table))


def some(draw, session):
    """A list for `callbacks=`, or what stands for one."""
    made = [session.attempt("a callback", lambda: callback(draw)) for _ in range(draw.choice((1, 1, 2)))]
    made = [each for each in made if each is not None]
    return (
        made
        if draw.chance(0.9)
        else draw.choice((None, *made, callbacks.CallbackList(made) if hasattr(callbacks, "CallbackList") else None))
    )
