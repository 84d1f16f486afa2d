"""What `compile`, `add`, `pop`, weights, files and a second fit mean while a model is being fitted, and in a forked process."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from background import Fitting, new_model
from swiftcnn import Input, Sequential, callbacks, models
from swiftcnn.layers import Dense, Flatten

BEING_FITTED = r"is being fitted: stop it first \(model\.stop_training = True\)"


def batches(data: Any) -> Any:
    return ((data[0][start : start + 8], data[1][start : start + 8]) for start in range(0, 40, 8))


FORMS: dict[str, Callable[[Any], tuple[Any, ...]]] = {"arrays": lambda data: data, "batches": lambda data: (batches(data),)}
CHANGES: dict[str, Callable[[Any], Any]] = {
    "compile": lambda model: model.compile("sgd", "sparse_categorical_crossentropy"),
    "add": lambda model: model.add(Dense(4)),
    "pop": lambda model: model.pop(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_callback_cannot_change_what_is_being_fitted(change: str, form: str, data: Any) -> None:
    model = new_model()
    act = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: CHANGES[change](model))
    with pytest.raises(RuntimeError, match=f"{change}: model 'sequential' {BEING_FITTED}"):
        model.fit(*FORMS[form](data), verbose=0, callbacks=[act])
    assert (len(model.layers), model.optimizer.name) == (3, "adam")
    CHANGES[change](model)  # which it may do now
    if change == "compile":
        assert len(model.fit(*data, verbose=0).epoch) == 1


@pytest.mark.parametrize("change", CHANGES)
def test_another_thread_cannot_change_what_is_being_fitted(change: str, data: Any) -> None:
    model = new_model()
    with Fitting(model, data), pytest.raises(RuntimeError, match=BEING_FITTED):
        CHANGES[change](model)
    CHANGES[change](model)


def test_the_layers_of_a_model_inside_stay_as_they_are_too(data: Any) -> None:
    inner = Sequential([Flatten(), Dense(4)], name="inner")
    model = Sequential([Input((8, 8, 1)), inner], name="outer")
    model.compile("sgd", "mse")
    other = Sequential([Input((8, 8, 1)), *inner.layers])
    with Fitting(model, (data[0], np.eye(4)[data[1]])):
        with pytest.raises(RuntimeError, match=f"pop: model 'outer' {BEING_FITTED}"):
            inner.pop()
        other.pop()  # has the layers in common, not the list of them
        assert len(Sequential([Input((8, 8, 1)), *inner.layers]).layers) == 2
    inner.pop()
    assert model.output_shape == (None, 64)


class Waiting:
    """A fit in another thread that stands still after its first batch, for the length of a `with` block."""

    def __init__(self, model: Sequential, data: Any) -> None:
        self.stands, self.goes_on = threading.Event(), threading.Event()
        stay = callbacks.LambdaCallback(on_train_batch_end=self._wait)
        self.thread = threading.Thread(target=lambda: model.fit(*data, epochs=10**9, verbose=0, callbacks=[stay]))

    def _wait(self, batch: int, logs: Any) -> None:
        self.stands.set()
        self.goes_on.wait(60)

    def __enter__(self) -> None:
        self.thread.start()
        assert self.stands.wait(60)

    def __exit__(self, *_: object) -> None:
        self.goes_on.set()
        self.thread.join(60)
        assert not self.thread.is_alive()


@pytest.mark.parametrize("form", FORMS)
def test_a_second_fit_is_refused_and_leaves_the_first_alone(form: str, data: Any) -> None:
    model = new_model()
    with Waiting(model, data):
        history = model.history
        model.stop_training = True
        with pytest.raises(RuntimeError, match="already being fitted by another call"):
            model.fit(*FORMS[form](data), verbose=0)
        assert model.history is history
        assert model.stop_training


# What takes effect with the next batch.


class Recorded(callbacks.Callback):
    """Acts after the first batch, and records the weights after each."""

    def __init__(self, act: Callable[[Any], Any]) -> None:
        super().__init__()
        self.act, self.weights = act, list[Any]()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 0:
            self.act(self.model)
        self.weights.append(self.model.get_weights())


def line() -> Sequential:
    """One weight, which training with a rate of 0.25 halves the distance of to 8."""
    model = Sequential([Input((1,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    model.optimizer.learning_rate = 0.25
    return model


LINE = np.ones((4, 1), np.float32), np.full((4, 1), 8, np.float32)


def values(recorded: Recorded) -> list[float]:
    return [float(weights[0][0, 0]) for weights in recorded.weights]


@pytest.mark.parametrize("form", FORMS)
def test_weights_rates_and_freezing_count_from_the_next_batch(form: str, tmp_path: Any) -> None:
    saved = line()
    saved.set_weights([np.full((1, 1), 16)])
    saved.save_weights(tmp_path / "w.safetensors")
    changes: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
        "nothing": (lambda model: None, [4, 6, 7, 7.5]),
        "set_weights": (lambda model: model.set_weights([np.full((1, 1), 16)]), [16, 12, 10, 9]),
        "layer.set_weights": (lambda model: model.layers[0].set_weights([np.full((1, 1), 16)]), [16, 12, 10, 9]),
        "load_weights": (lambda model: model.load_weights(tmp_path / "w.safetensors"), [16, 12, 10, 9]),
        "learning_rate": (lambda model: setattr(model.optimizer, "learning_rate", 0.5), [4, 8, 8, 8]),
        "trainable": (lambda model: setattr(model, "trainable", False), [4, 4, 4, 4]),
    }
    for name, (act, expected) in changes.items():
        recorded = Recorded(act)
        x, y = LINE
        given = (x, y, 1) if form == "arrays" else (((x[:1], y[:1]) for _ in range(4)),)
        line().fit(*given, verbose=0, callbacks=[recorded])
        assert values(recorded) == expected, name


def test_predictions_and_evaluations_go_between_batches() -> None:
    seen = []
    look = Recorded(lambda model: seen.append((model.predict(LINE[0], verbose=0)[0, 0], model.evaluate(*LINE, verbose=0))))
    line().fit(*LINE, 1, verbose=0, callbacks=[look])
    assert seen == [(4.0, 16.0)]
    assert values(look) == [4, 6, 7, 7.5]


# Files hold what lies between two batches.


@pytest.mark.parametrize("name", ["model.safetensors", "model.keras", "model.h5"])
def test_a_callback_saves_the_state_after_its_batch(name: str, tmp_path: Any) -> None:
    if not name.endswith("safetensors"):
        pytest.importorskip("h5py")
    recorded = Recorded(lambda model: model.save(tmp_path / name))
    line().fit(*LINE, 1, verbose=0, callbacks=[recorded])
    assert models.load_model(tmp_path / name).get_weights()[0] == [[4.0]]
    assert values(recorded) == [4, 6, 7, 7.5]


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m.weights.h5", "m.safetensors"])
def test_another_thread_saves_weights_of_one_moment(name: str, tmp_path: Any) -> None:
    """Kernel and bias of this model are equal after every step, so a file in which they differ is of two moments."""
    if not name.endswith("safetensors"):
        pytest.importorskip("h5py")

    def made() -> Sequential:
        model = Sequential([Input((1,)), Dense(1, kernel_initializer="zeros")])
        model.compile("sgd", "mse")
        model.optimizer.learning_rate = 1e-3
        return model

    model, other = made(), made()
    with Fitting(model, (np.ones((16, 1), np.float32), np.full((16, 1), 1e6, np.float32))):
        for _ in range(20):
            (model.save_weights if "weights" in name else model.save)(tmp_path / name)
            other.load_weights(tmp_path / name)
            kernel, bias = other.get_weights()
            assert float(kernel[0, 0]) == float(bias[0])


# A forked process has the model, but not the thread that fits it.


def in_child(work: Callable[[], Any]) -> str:
    """What `work` said in a forked process."""
    receiving, sending = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            sending.send(str(work()))
        except BaseException as error:
            sending.send(f"{type(error).__name__}: {error}")
        finally:
            os._exit(0)
    said = receiving.recv() if receiving.poll(60) else "nothing"
    os.kill(child, signal.SIGKILL)  # it may hang
    os.waitpid(child, 0)
    return str(said)


def test_a_forked_process_changes_what_its_parent_fits() -> None:
    model = Sequential([Input((1,)), Dense(1)])
    model.compile("sgd", "mse")
    recorded = Recorded(lambda model: said.append(in_child(lambda: (model.add(Dense(2)), model.output_shape)[1])))
    said: list[str] = []
    model.fit(*LINE, 1, verbose=0, callbacks=[recorded])
    assert said == ["(None, 2)"]
    assert model.output_shape == (None, 1)


def test_a_forked_process_fits_what_a_thread_of_its_parent_fits(data: Any) -> None:
    model = new_model()
    with Fitting(model, data):
        said = in_child(lambda: len(model.fit(*data, verbose=0).epoch))
    assert said == "1"


def test_a_forked_process_fits_batches_while_its_parent_fits_arrays(data: Any) -> None:
    model = new_model()
    with Waiting(model, data):
        said = in_child(lambda: len(model.fit(batches(data), verbose=0).epoch))
        model.stop_training = True
    assert said == "1"
