"""Models that are dropped give their memory back at once: neither they nor what they were used for hold them."""

import copy
import gc
import itertools
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, backend, callbacks, models, optimizers, utils, visualization
from swiftcnn.layers import Conv2D, Dense, Flatten

X, Y = np.ones((16, 8, 8, 1), np.float32), np.arange(16) % 3
BATCH = X, Y


def made() -> Sequential:
    model = Sequential([Input((8, 8, 1)), Conv2D(2, 3, activation="relu"), Flatten(), Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Dataset(utils.PyDataset):
    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        return BATCH


class FailingDataset(Dataset):
    def __getitem__(self, index: int) -> Any:
        raise RuntimeError("on purpose")


class Failing(callbacks.Callback):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        raise RuntimeError("on purpose")


class Interrupting(callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        raise KeyboardInterrupt


def interrupted() -> Iterator[Any]:
    yield BATCH
    raise KeyboardInterrupt


def backups(model: Any, folder: Path, content: bytes) -> Any:
    (folder / "b").mkdir()
    (folder / "b" / "epoch-000001-batch-000000000.safetensors").write_bytes(content)
    model.fit(*BATCH, verbose=0, callbacks=[callbacks.BackupAndRestore(folder / "b")])


def keras_files(model: Any, folder: Path) -> None:
    pytest.importorskip("h5py")
    for name in ("m.keras", "m.h5"):
        model.save(folder / name)
        models.load_model(folder / name)
    model.save_weights(folder / "m.weights.h5")
    model.load_weights(folder / "m.weights.h5")


def own_files(model: Any, folder: Path) -> None:
    model.save(folder / "m.safetensors")
    model.load_weights(folder / "m.safetensors")
    models.load_model(folder / "m.safetensors")


USES: dict[str, Callable[[Any, Path], Any]] = {
    "nothing": lambda model, folder: None,
    "fit": lambda model, folder: model.fit(*BATCH, verbose=0),
    "a progress line": lambda model, folder: model.fit(*BATCH, verbose=2, validation_data=BATCH),
    "a generator": lambda model, folder: model.fit(itertools.repeat(BATCH), steps_per_epoch=2, verbose=0),
    "threads": lambda model, folder: model.fit(Dataset(workers=2), validation_data=Dataset(), verbose=0),
    "callbacks": lambda model, folder: model.fit(
        *BATCH,
        epochs=3,
        validation_split=0.5,
        verbose=0,
        callbacks=[
            callbacks.EarlyStopping(restore_best_weights=True),
            callbacks.ModelCheckpoint(folder / "m.safetensors"),
            callbacks.ReduceLROnPlateau(),
            callbacks.LearningRateScheduler(lambda epoch, rate: rate),
            callbacks.BackupAndRestore(folder / "backup"),
            callbacks.CSVLogger(folder / "log.csv"),
        ],
    ),
    "evaluate": lambda model, folder: (model.evaluate(*BATCH, verbose=2), model.evaluate(Dataset(), verbose=0)),
    "predict": lambda model, folder: (model.predict(X, verbose=2), model.predict(Dataset(), verbose=0)),
    "calls": lambda model, folder: (model(X), model(X, training=True), model.layers[0](X)),
    "batches": lambda model, folder: (model.train_on_batch(*BATCH), model.test_on_batch(*BATCH), model.compute_gradients(*BATCH)),
    "its own files": own_files,
    "files of Keras": keras_files,
    "a clone": lambda model, folder: models.clone_model(model).predict(X, verbose=0),
    "copies": lambda model, folder: (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)),
    "JSON": lambda model, folder: models.model_from_json(model.to_json()),
    "a summary": lambda model, folder: (model.summary(), repr(model), model._repr_html_()),
    "a part of it": lambda model, folder: Model(model.input, model.layers[0].output).predict(X, verbose=0),
    "a larger model": lambda model, folder: Sequential([model, Dense(2)]).predict(X, verbose=0),
    "weights": lambda model, folder: (model.weights, model.layers[0].kernel, model.set_weights(model.get_weights())),
    "a rate": lambda model, folder: model.optimizer.learning_rate.assign(0.5),
    "other layers": lambda model, folder: (model.pop(), model.add(Dense(3)), model.fit(*BATCH, verbose=0)),
    "feature maps": lambda model, folder: visualization.feature_maps(model, X[:1], model.layers[0]),
    "a shared optimizer": lambda model, folder: model.compile(SHARED, "sparse_categorical_crossentropy"),
}
FAILURES: dict[str, Callable[[Any, Path], Any]] = {
    "a callback": lambda model, folder: model.fit(*BATCH, verbose=0, callbacks=[Failing()]),
    "a callback of batches": lambda model, folder: model.fit(Dataset(), verbose=0, callbacks=[Failing()]),
    "Ctrl-C": lambda model, folder: model.fit(*BATCH, verbose=2, callbacks=[Interrupting()]),
    "Ctrl-C in a generator": lambda model, folder: model.fit(interrupted(), verbose=0),
    "a generator": lambda model, folder: model.fit(iter([(X[:, :4], Y)]), verbose=0),
    "a thread": lambda model, folder: model.fit(FailingDataset(workers=2), verbose=0),
    "a shape": lambda model, folder: model.fit(X[:, :4], Y, verbose=0),
    "predict": lambda model, folder: model.predict(X[:, :4], verbose=0),
    "compile": lambda model, folder: model.compile("adam", "no loss"),
    "weights": lambda model, folder: model.set_weights([]),
    "backups": lambda model, folder: backups(model, folder, b"no backup"),
    "a file": lambda model, folder: model.load_weights(folder / "none.safetensors"),
    "a layer": lambda model, folder: model.add(Input((3,))),
}
SHARED = optimizers.Adam()


@pytest.fixture
def _no_garbage_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_garbage_collector")
@pytest.mark.parametrize("use", USES)
def test_a_model_goes_when_it_is_dropped(use: str, tmp_path: Path) -> None:
    model = made()
    USES[use](model, tmp_path)
    engine, itself = weakref.ref(model._binding.store), weakref.ref(model)
    del model
    assert itself() is None
    assert engine() is None


@pytest.mark.usefixtures("_no_garbage_collector")
@pytest.mark.parametrize("failure", FAILURES)
def test_a_model_goes_after_a_failure(failure: str, tmp_path: Path) -> None:
    model = made()
    try:
        FAILURES[failure](model, tmp_path)
    except (Exception, KeyboardInterrupt) as error:
        failed = type(error)
    else:
        failed = None
    assert failed is not None
    engine, itself = weakref.ref(model._binding.store), weakref.ref(model)
    del model
    assert itself() is None
    assert engine() is None


@pytest.mark.usefixtures("_no_garbage_collector")
def test_a_history_keeps_its_model_as_in_keras() -> None:
    model = made()
    history = model.fit(*BATCH, epochs=2, verbose=0)
    itself = weakref.ref(model)
    assert model.history is history
    del model
    assert history.model is itself()
    del history
    assert itself() is None


def test_a_model_remembers_a_history_that_nobody_else_has() -> None:
    model = made()
    assert model.history is None
    losses = list(model.fit(*BATCH, epochs=2, verbose=0).history["loss"])
    again = model.history
    assert again is model.history is not None
    assert (again.history["loss"], again.epoch, again.model) == (losses, [0, 1], model)
    assert again.params == {"verbose": 0, "epochs": 2, "steps": 1}


USED_MEMORY = """
import gc
import numpy as np
from swiftcnn import Input, Sequential, backend
from swiftcnn.layers import Dense

def mib():
    return int(open("/proc/self/statm").read().split()[1]) * 4 // 1024

gc.disable()
before = mib()
for _ in range(6):
    model = Sequential([Input((2048,)), Dense(2048), Dense(2)])  # 16 MiB of weights, with gradients and moments 64
    model.compile("adam", "mse")
    model.fit(np.zeros((4, 2048)), np.zeros((4, 2)), verbose=0)
del model
print(mib() - before)
"""


def test_six_models_take_the_memory_of_one() -> None:
    command = [sys.executable, "-c", USED_MEMORY]
    assert int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout) < 150


@pytest.mark.usefixtures("_no_garbage_collector")
def test_clear_session_frees_what_a_user_tied_in_a_knot() -> None:
    model: Any = made()
    model.itself = model
    itself = weakref.ref(model)
    del model
    backend.clear_session(free_memory=False)
    assert itself() is not None
    backend.clear_session()
    assert itself() is None


def test_clear_session_leaves_the_seed() -> None:
    """As in Keras, where what follows depends on Python's own random numbers, which `set_random_seed` sets."""

    def two() -> list[Any]:
        utils.set_random_seed(4)
        backend.clear_session()
        first = made()
        utils.clear_session()
        return [first.get_weights()[0], made().get_weights()[0]]

    (one, two_), (other, second) = two(), two()
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(two_, second)
    assert not np.array_equal(one, two_)
