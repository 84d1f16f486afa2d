"""What swiftcnn and Keras share, which is everything but the import: the network, the loop, and the calls."""

from benchmarks import networks
from benchmarks.clock import now, seconds, seconds_of_each


class KerasLikeModel:
    def __init__(self, library, network):
        self.library, self.model = library, same_model(library, network)
        self.model.set_weights([array for arrays in networks.weights(network) for array in arrays])

    def outputs(self, x):
        return self.model.predict(x, verbose=0)

    def train(self, x, y, batch):
        clock = epoch_clock(self.library)
        self.model.fit(x, y, batch_size=batch, epochs=2, verbose=0, callbacks=[clock])
        return clock.seconds[-1]

    def predict(self, x, batch):
        return seconds(lambda: self.model.predict(x, batch_size=batch, verbose=0))

    def one(self, image, calls):
        return seconds_of_each(lambda: self.model.predict(image, verbose=0), calls)


def same_model(library, network):
    """Compiled, with the library's own initial weights."""
    model = library.Sequential([library.Input(network.input_shape)])
    for layer in network.layers:
        model.add(same_layer(library.layers, layer))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def same_layer(layers, layer):
    match layer:
        case networks.Conv(filters, kernel, stride, padding):
            return layers.Conv2D(filters, kernel, strides=stride, padding=padding, activation="relu")
        case networks.MaxPool():
            return layers.MaxPooling2D()
        case networks.BatchNorm():
            return layers.BatchNormalization()
        case networks.Dropout(rate):
            return layers.Dropout(rate)
        case networks.Flatten():
            return layers.Flatten()
        case networks.Dense(units, activation):
            return layers.Dense(units, activation=activation)


def epoch_clock(library):
    """A callback that keeps the seconds of every epoch: what `fit` prepares once is not part of a step."""

    class EpochClock(library.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.start = now()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(now() - self.start)

    return EpochClock()
