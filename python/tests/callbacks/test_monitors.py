"""Callbacks that stop training or change the learning rate: Keras's decisions, and errors that help."""

import json
import pathlib

import callback_runs
import numpy as np
import pytest
from swiftcnn import callbacks

GOLDEN = json.loads((pathlib.Path(__file__).parents[1] / "golden" / "callbacks.json").read_text())


def test_early_stopping_decides_as_keras_s():
    assert callback_runs.all_runs(callbacks)["stopping"] == GOLDEN["stopping"]


def test_reduce_lr_on_plateau_decides_as_keras_s():
    found = callback_runs.all_runs(callbacks)["rates"]
    np.testing.assert_allclose(found, GOLDEN["rates"], rtol=1e-12)


def test_early_stopping_restores_the_best_weights(model, data):
    seen = []
    keep = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append((logs["loss"], model.get_weights()[0])))
    stop = callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True, verbose=1)
    climb = callbacks.LearningRateScheduler(lambda epoch: 0.001 if epoch < 3 else 10.0)
    history = model.fit(*data, epochs=20, verbose=0, callbacks=[climb, keep, stop])
    losses = [loss for loss, _ in seen]
    assert history.epoch == list(range(int(np.argmin(losses)) + 3))
    np.testing.assert_array_equal(model.get_weights()[0], seen[int(np.argmin(losses))][1])
    assert stop.best == min(losses)


def test_auto_mode_follows_the_metric(model, data):
    stop = callbacks.EarlyStopping("accuracy", patience=1)
    model.fit(*data, epochs=2, verbose=0, callbacks=[stop])
    assert stop._more_is_better()
    stop.monitor = "val_loss"
    assert not stop._more_is_better()


def test_a_name_that_says_nothing_needs_a_mode(model, data):
    with pytest.raises(ValueError, match=r"EarlyStopping cannot tell whether more or less of 'mine' is better: pass mode="):
        model.fit(
            *data,
            epochs=3,
            verbose=0,
            callbacks=[
                callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(mine=1.0)),
                callbacks.EarlyStopping("mine"),
            ],
        )


@pytest.mark.parametrize("kind", [callbacks.EarlyStopping, callbacks.ReduceLROnPlateau])
def test_a_value_that_is_not_there_is_warned_of(kind, model, data):
    with pytest.warns(UserWarning, match=rf"{kind.__name__} monitors 'val_loss', .*\(fit needs validation_data.*accuracy, loss"):
        history = model.fit(*data, epochs=3, verbose=0, callbacks=[kind()])
    assert history.epoch == [0, 1, 2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: callbacks.EarlyStopping(mode="most"), "mode must be 'auto', 'min' or 'max', received 'most'"),
        (lambda: callbacks.EarlyStopping(min_delta=float("nan")), "min_delta must be a finite number, received nan"),
        (lambda: callbacks.ReduceLROnPlateau(factor=1), "factor must be at least 0 and below 1, received 1"),
        (lambda: callbacks.ModelCheckpoint("a", save_freq=0), "save_freq must be 'epoch' or a number of batches.*received 0"),
        (lambda: callbacks.BackupAndRestore(""), "backup_dir must name a folder"),
        (lambda: callbacks.CSVLogger("a", ";;"), "separator must be one character.*received ';;'"),
    ],
)
def test_options_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_options_of_a_wrong_type():
    for make in (
        lambda: callbacks.EarlyStopping(patience=1.5),
        lambda: callbacks.EarlyStopping(restore_best_weights=1),
        lambda: callbacks.ModelCheckpoint("a", save_freq=2.5),
        lambda: callbacks.LearningRateScheduler(0.1),
    ):
        with pytest.raises(TypeError):
            make()


def test_the_scheduler_sets_the_rate_and_the_history_tells_it(model, data, capsys):
    rates = [0.1, 0.2, 0.3]
    one = callbacks.LearningRateScheduler(lambda epoch: rates[epoch], verbose=1)
    history = model.fit(*data, epochs=3, verbose=0, callbacks=[one])
    assert history.history["learning_rate"] == rates
    assert "Epoch 2: LearningRateScheduler setting learning rate to 0.2." in capsys.readouterr().out
    half = callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    assert model.fit(*data, epochs=2, verbose=0, callbacks=[half]).history["learning_rate"] == [0.15, 0.075]


def test_a_schedule_that_returns_no_number(model, data):
    with pytest.raises(TypeError, match="the learning rate that the schedule returned must be a number, received None"):
        model.fit(*data, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch: None)])
    with pytest.raises(TypeError, match="unsupported"):  # an error of the schedule's own is not mistaken for another signature
        model.fit(*data, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: rate + None)])


def lose_all(model):
    model.set_weights([np.full_like(weight, 1e30) for weight in model.get_weights()])


@pytest.mark.filterwarnings("ignore:the loss became NaN")
def test_terminate_on_nan(model, data, capsys):  # bad input 32
    lose_all(model)
    assert model.fit(*data, batch_size=8, epochs=3, verbose=0, callbacks=[callbacks.TerminateOnNaN()]).epoch == [0]
    assert "Batch 0: Invalid loss, terminating training" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="the loss is nan at batch 0"):
        model.fit(*data, verbose=0, callbacks=[callbacks.TerminateOnNaN(raise_error=True)])
