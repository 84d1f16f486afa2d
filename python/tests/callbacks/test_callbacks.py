"""Callbacks hear what Keras's hear, in the same order."""

import json
import pathlib
import warnings

import numpy as np
import pytest
import swiftcnn
from hook_runs import all_runs
from swiftcnn import callbacks, utils

GOLDEN = json.loads((pathlib.Path(__file__).parents[1] / "golden" / "hooks.json").read_text())


class Recorder(callbacks.Callback):
    """Keeps every call; does not call `super().__init__()`, as many users' callbacks do not."""

    def __init__(self):
        self.calls = []

    def __getattribute__(self, name):
        if name.startswith("on_") and name not in ("on_batch_begin", "on_batch_end"):
            return lambda *arguments, **named: self.calls.append((name[3:], *arguments, *named.values()))
        return super().__getattribute__(name)


def test_fit_calls_the_hooks_in_keras_s_order(model, data):
    recorder = Recorder()
    model.fit(*data, batch_size=20, validation_split=0.5, verbose=0, callbacks=[recorder])
    assert [call[:2] if isinstance(call[1], int) else call[:1] for call in recorder.calls] == [
        ("train_begin",),
        ("epoch_begin", 0),
        ("train_batch_begin", 0),
        ("train_batch_end", 0),
        ("test_begin",),
        ("test_batch_begin", 0),
        ("test_batch_end", 0),
        ("test_end",),
        ("epoch_end", 0),
        ("train_end",),
    ]
    logs = {call[0]: call[-1] for call in recorder.calls}
    assert set(logs["train_batch_end"]) == {"loss", "accuracy"}
    assert set(logs["epoch_end"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert logs["epoch_end"]["val_loss"] == logs["test_end"]["loss"]
    assert recorder.model is model
    assert recorder.params == {"verbose": 0, "epochs": 1, "steps": 1}


def test_evaluate_and_predict_call_their_hooks(model, data):
    recorder = Recorder()
    model.evaluate(*data, batch_size=20, verbose=0, callbacks=recorder)
    assert [call[0] for call in recorder.calls] == ["test_begin", *["test_batch_begin", "test_batch_end"] * 2, "test_end"]
    recorder.calls.clear()
    model.predict(data[0], batch_size=20, verbose=0, callbacks=[recorder])
    names = ["predict_begin", *["predict_batch_begin", "predict_batch_end"] * 2, "predict_end"]
    assert [call[0] for call in recorder.calls] == names


@pytest.fixture(scope="module")
def heard():
    return all_runs(swiftcnn)


@pytest.mark.parametrize("run", [name for name in GOLDEN if name != "keras"])
def test_hooks_and_their_arguments_are_keras_s(heard, run):
    """Every call, of `set_model` and `set_params` too: golden/make_hooks.py asked Keras."""
    assert heard[run] == GOLDEN[run]


@pytest.mark.parametrize("batches", [False, True])
def test_predict_shows_its_callbacks_the_outputs(model, data, batches):
    x, when, seen = data[0], [], []

    class Watch(callbacks.Callback):
        def on_predict_batch_begin(self, batch, logs=None):
            when.append(("begin", batch))

        def on_predict_batch_end(self, batch, logs=None):
            when.append(("end", batch))
            seen.append(logs["outputs"].copy())

    given = (part for part in (x[:16], x[16:32], x[32:])) if batches else x
    outputs = model.predict(given, batch_size=None if batches else 16, verbose=0, callbacks=[Watch()])
    assert when == [(hook, batch) for batch in range(3) for hook in ("begin", "end")]
    assert [len(part) for part in seen] == [16, 16, 8]
    np.testing.assert_array_equal(np.concatenate(seen), outputs)


def test_on_train_end_hears_the_last_epoch_s_values(model, data):
    ends = []

    class Watch(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["mine"] = 1.0

        def on_train_end(self, logs=None):
            ends.append(logs)

    history = model.fit(*data, epochs=3, validation_split=0.2, verbose=0, callbacks=[Watch()]).history
    assert ends == [{name: values[-1] for name, values in history.items() if name != "mine"}]
    model.fit(*data, epochs=0, verbose=0, callbacks=[Watch()])
    assert ends[1] == {}


def test_batch_hooks_of_any_signature_are_called(model, data):
    told = []
    by_name = callbacks.Callback()
    by_name.on_train_batch_end = lambda batch, *, logs: told.append(("name", set(logs)))
    options = callbacks.Callback()
    options.on_train_batch_end = lambda batch, **named: told.append(("options", set(named["logs"])))
    otherwise = callbacks.Callback()
    otherwise.on_train_batch_end = lambda number, values: told.append(("position", set(values)))
    model.fit(*data, batch_size=40, verbose=0, callbacks=[by_name, options, otherwise])
    assert told == [(kind, {"loss", "accuracy"}) for kind in ("name", "options", "position")]


def test_batch_hooks_of_the_old_names_are_called(model, data):
    heard = []

    class Old(callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            heard.append((batch, logs["loss"]))

    history = model.fit(*data, batch_size=16, verbose=0, callbacks=[Old()])
    assert [batch for batch, _ in heard] == [0, 1, 2]
    assert heard[-1][1] == history.history["loss"][0]  # running means end at the epoch's mean


def test_batches_that_nobody_hears_are_not_told(model, data, monkeypatch):
    told = []
    monkeypatch.setattr(callbacks.Callback, "on_train_batch_end", lambda *arguments, logs=None: told.append(arguments))
    model.fit(*data, batch_size=16, epochs=2, verbose=0, callbacks=[callbacks.Callback(), callbacks.EarlyStopping("loss")])
    assert told == []


def test_a_hook_that_is_added_at_an_epoch_s_begin_is_heard_in_that_epoch(model, data):
    heard = []

    class Late(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                self.on_train_batch_end = lambda batch, logs: heard.append((epoch, batch))

    model.fit(*data, batch_size=16, epochs=2, verbose=0, callbacks=[Late()])
    assert heard == [(1, 0), (1, 1), (1, 2)]


def test_stop_training_is_honoured(model, data):
    def stop(epoch, logs):
        if epoch == 1:
            model.stop_training = True

    history = model.fit(*data, epochs=9, verbose=0, callbacks=[callbacks.LambdaCallback(on_epoch_end=stop)])
    assert history.epoch == [0, 1]
    assert len(model.fit(*data, epochs=3, verbose=0).epoch) == 3  # the next fit starts afresh
    assert model.evaluate(*data, verbose=0)[0] > 0


def test_stop_training_within_an_epoch(model, data):
    seen = []

    class Stop(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)
            self.model.stop_training = True

    assert model.fit(*data, batch_size=4, epochs=9, verbose=0, callbacks=[Stop()]).epoch == [0]
    assert seen == [0]
    assert model.evaluate(*data, batch_size=4, verbose=0) == model.evaluate(*data, batch_size=4, verbose=0, callbacks=[Stop()])
    assert model.predict(data[0], batch_size=4, verbose=0, callbacks=[Stop()]).all()


def test_an_exception_in_a_callback_passes_through(model, data):  # bad input 68
    class MineError(Exception):
        pass

    def fail(epoch, logs):
        if epoch == 2:
            raise MineError("on purpose")

    with pytest.raises(MineError, match="on purpose"):
        model.fit(*data, epochs=9, verbose=0, callbacks=[callbacks.LambdaCallback(on_epoch_end=fail)])
    assert model.history.epoch == [0, 1]
    assert len(model.fit(*data, epochs=2, verbose=0).epoch) == 2


def test_ctrl_c_keeps_history_and_weights(model, data):  # bad input 62
    def interrupt(epoch, logs):
        if epoch == 2:
            raise KeyboardInterrupt

    before = model.get_weights()[0]
    with pytest.raises(KeyboardInterrupt):
        model.fit(*data, epochs=9, verbose=0, callbacks=[callbacks.LambdaCallback(on_epoch_begin=interrupt)])
    assert len(model.history.history["loss"]) == 2
    assert (model.get_weights()[0] != before).any()


def test_a_lambda_callback_knows_the_hooks():
    with pytest.raises(TypeError, match="LambdaCallback has no hook 'on_lunch'; the hooks are: on_batch_begin"):
        callbacks.LambdaCallback(on_lunch=print)
    assert callbacks.LambdaCallback(on_epoch_end=print, mine=3).mine == 3  # as in Keras


def test_callbacks_must_be_callbacks(model, data):
    with pytest.raises(TypeError, match=r"callbacks must be swiftcnn\.callbacks\.Callback objects, received <built-in"):
        model.fit(*data, callbacks=[print])


def test_a_nan_loss_is_warned_of_once(model, data):  # bad input 32
    model.set_weights([np.full_like(weight, 1e30) for weight in model.get_weights()])
    with pytest.warns(RuntimeWarning, match=r"the loss became NaN: .*Lower the learning rate") as caught:
        model.fit(*data, batch_size=8, epochs=3, verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_unscaled_pixels_are_warned_of_once(model, data):
    pixels = (data[0] * 127 + 128).astype(np.uint8)
    with pytest.warns(UserWarning, match=r"look like unscaled pixels.* x = x\.astype\('float32'\) / 255") as caught:
        model.fit(pixels, data[1], epochs=3, verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(*data, verbose=0)


# What Keras hands to each hook: a dict, empty if there is nothing to tell.


def events_of(act):
    """(hook, number, what the logs hold) of every event."""
    events = []
    hooks = [name for name in dir(callbacks.Callback) if name.startswith("on_")]

    def listen(name):
        def hear(*arguments):
            *number, logs = arguments
            assert type(logs) is dict
            shown = {key: value.shape if key == "outputs" else type(value) for key, value in logs.items()}
            events.append((name.removeprefix("on_"), *number, shown))

        return hear

    act(callbacks.LambdaCallback(**{name: listen(name) for name in hooks if name not in ("on_batch_begin", "on_batch_end")}))
    return events


def test_every_hook_gets_a_dict(model, data):
    x, y = data
    values = {"accuracy": float, "loss": float}
    both = {**values, "val_accuracy": float, "val_loss": float}
    tested = [("test_begin", {}), ("test_batch_begin", 0, {}), ("test_batch_end", 0, values), ("test_end", values)]
    expected = [
        ("train_begin", {}),
        ("epoch_begin", 0, {}),
        ("train_batch_begin", 0, {}),
        ("train_batch_end", 0, values),
        *tested,
        ("epoch_end", 0, both),
        ("train_end", both),
    ]
    assert events_of(lambda hear: model.fit(x, y, 40, verbose=0, validation_data=(x[:9], y[:9]), callbacks=[hear])) == expected
    assert (
        events_of(lambda hear: model.fit(iter([data]), verbose=0, validation_data=(x[:9], y[:9]), callbacks=[hear])) == expected
    )
    assert events_of(lambda hear: model.evaluate(x, y, 40, verbose=0, callbacks=[hear])) == tested
    assert events_of(lambda hear: model.evaluate(iter([data]), verbose=0, callbacks=[hear])) == tested
    predicted = [
        ("predict_begin", {}),
        ("predict_batch_begin", 0, {}),
        ("predict_batch_end", 0, {"outputs": (32, 4)}),
        ("predict_batch_begin", 1, {}),
        ("predict_batch_end", 1, {"outputs": (8, 4)}),
        ("predict_end", {}),
    ]
    assert events_of(lambda hear: model.predict(x, verbose=0, callbacks=[hear])) == predicted
    assert events_of(lambda hear: model.predict(iter([x[:32], x[32:]]), verbose=0, callbacks=[hear])) == predicted


def test_the_outputs_of_a_batch_are_those_that_predict_returns(model, data):
    seen = []
    keep = callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: seen.append(logs["outputs"]))
    for given in (data[0], iter([data[0][:32], data[0][32:]])):
        seen.clear()
        outputs = model.predict(given, verbose=0, callbacks=[keep])
        np.testing.assert_array_equal(np.concatenate(seen), outputs)
        with pytest.raises(ValueError, match="read-only"):
            seen[0][:] = 1


def test_what_one_callback_adds_to_the_logs_the_next_one_reads(model, data):
    seen = []
    add = callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: logs.update(mine=1.5))
    read = callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(dict(logs)))
    model.fit(*data, verbose=0, callbacks=[add, read])
    assert seen == [{"mine": 1.5}]


# `stop_training`, `stop_evaluating` and `stop_predicting` end what they are called after, as in Keras 3.15.1.


class Stopper(callbacks.Callback):
    """Sets `model.stop_...` after two batches, and counts them."""

    def __init__(self, what, hook):
        super().__init__()
        self.what, self.batches, self.ended = what, 0, 0
        setattr(self, f"on_{hook}_batch_end", self.count)
        setattr(self, f"on_{hook}_end", self.end)

    def count(self, batch, logs=None):
        self.batches += 1
        if self.batches == 2:
            setattr(self.model, f"stop_{self.what}", True)

    def end(self, logs=None):
        self.ended += 1


STOPS = [("fit", "training", "train"), ("evaluate", "evaluating", "test"), ("predict", "predicting", "predict")]


class Batches(utils.PyDataset):
    """Five batches."""

    def __init__(self, data):
        super().__init__()
        self.data = data

    def __len__(self):
        return 5

    def __getitem__(self, index):
        return tuple(part[8 * index : 8 * index + 8] for part in self.data)


@pytest.mark.parametrize(
    ("form", "method", "what", "hook"),
    [
        *(("batches", *stop) for stop in STOPS),
        *(("arrays", *stop) for stop in STOPS),
    ],
)
def test_a_callback_ends_what_goes_on(form, method, what, hook, model, data):
    arrays = data[:1] if method == "predict" else data
    given, options = ((Batches(data),), {}) if form == "batches" else (arrays, {"batch_size": 8})
    stopper = Stopper(what, hook)
    for _ in range(2):  # the second call begins anew
        stopper.batches = 0
        result = getattr(model, method)(*given, verbose=0, callbacks=[stopper], **options)
        assert stopper.batches == 2
    assert stopper.ended == 2
    if method == "predict":
        assert result.shape == (16, 4)


@pytest.mark.parametrize("form", ["arrays", "batches"])
def test_a_validation_that_ends_early_does_not_end_the_training(form, model, data):
    stopper = Stopper("evaluating", "test")
    given = {"validation_data": data if form == "arrays" else Batches(data), "validation_batch_size": 8}
    history = model.fit(*data, epochs=3, verbose=0, callbacks=[stopper], **given)
    assert history.epoch == [0, 1, 2]
    assert stopper.batches == 2 + 5 + 5
    assert len(history.history["val_loss"]) == 3
