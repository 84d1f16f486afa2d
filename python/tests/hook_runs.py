"""Records the hooks that fit, evaluate and predict call: Keras's for the golden file, ours in the tests."""

import numpy as np

X, Y = np.ones((5, 4), np.float32), np.zeros((5, 2), np.float32)
SIZE = 3


def recorder(keras):
    """A callback that overrides everything, and its list of calls."""
    calls = []

    class Recorder(keras.callbacks.Callback):
        def __getattribute__(self, name):
            found = super().__getattribute__(name)
            if not name.startswith(("on_", "set_")):
                return found

            def heard(*arguments, **named):
                calls.append([name, [shown(value) for value in arguments], {key: shown(value) for key, value in named.items()}])
                return found(*arguments, **named)

            return heard

    return Recorder(), calls


def shown(value):
    """A whole number as it is, of an array its shape, of anything else its class."""
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return list(value.shape)
    return value if isinstance(value, int) else type(value).__name__


def all_runs(keras):
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            part = slice(index * SIZE, (index + 1) * SIZE)
            return X[part], Y[part]

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse", metrics=["mae"])
    runs = {
        "fit": lambda **options: model.fit(X, Y, batch_size=SIZE, epochs=2, validation_data=(X, Y), **options),
        "fit without validation": lambda **options: model.fit(X, Y, batch_size=SIZE, **options),
        "fit batches": lambda **options: model.fit(Batches(), epochs=2, validation_data=Batches(), **options),
        "evaluate": lambda **options: model.evaluate(X, Y, batch_size=SIZE, **options),
        "evaluate batches": lambda **options: model.evaluate(Batches(), **options),
        "predict": lambda **options: model.predict(X, batch_size=SIZE, **options),
        "predict steps": lambda **options: model.predict(X, batch_size=SIZE, steps=1, **options),
        "predict batches": lambda **options: model.predict(Batches(), **options),
    }
    return {name: _heard(keras, run) for name, run in runs.items()}


def _heard(keras, run):
    callback, calls = recorder(keras)
    run(callbacks=[callback], verbose=0)
    return calls
