"""What swiftcnn and Keras share, which is everything but the import: the network, the loop, and the calls."""

from benchmarks import networks
from benchmarks.clock import now, seconds, seconds_of_each


class KerasLikeModel:
    def __init__(self, library, network):
        self.library, self.model = library, same_model(library, network, networks.weights(network))

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


def same_model(library, network, weights=None):
    """Compiled, with these weights of each layer, or the library's own initial ones."""
    x = inputs = library.Input(network.input_shape)
    for i, (layer, shape, _) in enumerate(networks.shapes(network)):
        x = applied(library.layers, layer, shape, x, None if weights is None else list(weights[i]))
    model = library.Model(inputs, x)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def applied(layers, layer, shape, x, arrays):
    """The layer's output for `x`, whose samples have this shape; takes its weights from the front of `arrays`."""
    if isinstance(layer, networks.Residual):
        branches = []
        for branch in (layer.body, layer.shortcut(shape)):
            y = x
            for part, size, _ in networks.shapes_of(branch, shape):
                y = applied(layers, part, size, y, arrays)
            branches.append(y)
        return layers.Activation("relu")(layers.Add()(branches))
    made = same_layer(layers, layer)
    y = made(x)
    if arrays:
        count = len(networks.weight_shapes(layer, shape))
        made.set_weights(arrays[:count])
        del arrays[:count]
    return y


def same_layer(layers, layer):
    match layer:
        case networks.Conv(filters, kernel, stride, padding, activation):
            return layers.Conv2D(filters, kernel, strides=stride, padding=padding, activation=activation)
        case networks.MaxPool():
            return layers.MaxPooling2D()
        case networks.BatchNorm():
            return layers.BatchNormalization()
        case networks.Relu():
            return layers.Activation("relu")
        case networks.Dropout(rate):
            return layers.Dropout(rate)
        case networks.Flatten():
            return layers.Flatten()
        case networks.GlobalAveragePool():
            return layers.GlobalAveragePooling2D()
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
