"""Training that goes on in another thread."""

import threading
from typing import Any

from swiftcnn import Input, Sequential
from swiftcnn.callbacks import Callback
from swiftcnn.layers import Conv2D, Dense, Flatten

FOREVER = 10**9


def new_model() -> Sequential:
    model = Sequential([Input((8, 8, 1)), Conv2D(4, 3, activation="relu"), Flatten(), Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class StopWhenTold(Callback):
    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()
        self.begun = threading.Event()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.begun.set()
        self.model.stop_training = self.told.is_set()


class Fitting:
    """Trains a model in a thread for the length of a `with` block."""

    def __init__(self, model: Sequential, data: tuple[Any, Any]) -> None:
        self.stop = StopWhenTold()
        options = {"epochs": FOREVER, "batch_size": 16, "verbose": 0, "callbacks": [self.stop]}
        self.thread = threading.Thread(target=lambda: model.fit(*data, **options))

    def __enter__(self) -> None:
        self.thread.start()
        assert self.stop.begun.wait(60)

    def __exit__(self, *_: object) -> None:
        self.stop.told.set()
        self.thread.join()
