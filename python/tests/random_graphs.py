"""Small graphs drawn at random, built by the same code in Keras and in swiftcnn. Prints a digest of what each one learns.

Several inputs and outputs, layers and models called several times, merges, operators, frozen layers, outputs without a loss.
"""

import json
import random
import sys
import zlib

import numpy as np
import swiftcnn

SMOOTH = ("tanh", "softplus", "sigmoid", "gelu")
KINKED = ("relu", "relu", "leaky_relu", "tanh", None)
MOST_PIXELS, MOST_ELEMENTS, MOST_CALLS = 150, 3000, 3
LOSSES = {  # by the activation before: what the loss is and which targets it takes
    "softmax": (("categorical_crossentropy", "one_hot"), ("sparse_categorical_crossentropy", "labels")),
    "sigmoid": (("binary_crossentropy", "zero_one"), ("mse", "values")),
    "tanh": (("mse", "values"), ("huber", "values")),
    None: (("mse", "values"), ("huber", "values")),
}


class Graph:
    """A model that grows by random steps, each of which depends on shapes alone.

    Args:
        module: `swiftcnn` or `keras`.
        seed: of what is drawn.
        smooth: without kinks and random numbers, so that two programs agree; and small.
        penalized: with what adds to the loss.
    """

    def __init__(self, module, seed, *, smooth=False, penalized=True):
        self.module, self.layers, self.rng = module, module.layers, random.Random(seed)
        self.smooth, self.penalized = smooth, penalized
        self.filters = (2, 4, 5, 16, 33) if smooth else (5, 16, 33, 70)  # enough work for several threads
        self.reusable, self.calls, self.frozen = {}, {}, []
        self.values, self.unread = [], []
        for index in range(self.rng.choice([1, 1, 2, 3])):
            self.add(module.Input(self.input_shape(), name=f"input_{index}"))
        self.inputs = list(self.values)
        for _ in range(self.rng.randint(3, 10)):
            self.add(self.rng.choice(STEPS)(self, self.read()))

    def input_shape(self):
        if self.values and self.rng.random() < 0.4:
            return shape_of(self.values[0])
        if self.rng.random() < 0.2:
            return (self.rng.randint(3, 7),)
        most = 10 if self.smooth else 16
        return (self.rng.randint(4, most), self.rng.randint(4, most), self.rng.choice([1, 3, 4, 17]))

    def add(self, value):
        self.values.append(value)
        self.unread.append(value)

    def read(self, shape=None):
        """One of the values, rather a late one; of a shape if one is wanted, or None."""
        found = [place for place, each in enumerate(self.values) if shape is None or shape_of(each) == shape]
        if not found:
            return None
        value = self.values[max(self.rng.choice(found), self.rng.choice(found))]
        self.unread = [each for each in self.unread if each is not value]
        return value

    def activation(self):
        return self.rng.choice(SMOOTH if self.smooth else KINKED)

    def shared(self, kind, of, make):
        """A layer for inputs like `of`: one that was called before, or a new one, which may be called again."""
        before = [each for each in self.reusable.get((kind, of), []) if self.calls[id(each)] < MOST_CALLS]
        layer = self.rng.choice(before) if before and self.rng.random() < 0.6 else make()
        if layer not in before:
            self.reusable.setdefault((kind, of), []).append(layer)
            if self.rng.random() < 0.15:
                layer.trainable = False
        self.calls[id(layer)] = self.calls.get(id(layer), 0) + 1
        return layer

    def model(self):
        """The model and, for each output, its loss, the loss's weight and the kind of its targets."""
        outputs = [self.pixels()] if self.rng.random() < 0.3 else []
        vectors = [self.vector(each) for each in self.unread or self.values[-1:]]
        joined = vectors[0] if len(vectors) == 1 else self.layers.Concatenate()(vectors)
        outputs += [self.head(joined, index) for index in range(self.rng.choice([1, 1, 2, 3]))]
        if len(outputs) > 1 and self.rng.random() < 0.3:
            outputs[0] = (*outputs[0][:1], None, 1.0, "values")
        symbols = [each[0] for each in outputs]
        return self.module.Model(alone(self.inputs), alone(symbols)), [each[1:] for each in outputs]

    def pixels(self):
        """An output of the shape of one of the values."""
        symbol = self.layers.Activation("tanh", name="inside")(self.read())
        return symbol, "mse", 0.5, "values"

    def vector(self, value):
        if len(shape_of(value)) == 1:
            return value
        flattens = len(shape_of(value)) < 3 or self.rng.random() < 0.4
        return (self.layers.Flatten() if flattens else self.layers.GlobalAveragePooling2D())(value)

    def head(self, joined, index):
        activation = self.rng.choice([*LOSSES])
        symbol = self.layers.Dense(self.rng.choice([2, 3, 10]), activation=activation, name=f"head_{index}")(joined)
        loss, kind = self.rng.choice(LOSSES[activation])
        return symbol, loss, self.rng.choice([1.0, 0.5, 2.0]), kind


def shape_of(value):
    return tuple(value.shape[1:])


def alone(values):
    return values[0] if len(values) == 1 else list(values)


# Steps: each takes a graph and one of its values, and returns another.


def convolution(graph, x):
    shape, rng, layers = shape_of(x), graph.rng, graph.layers
    if len(shape) != 3:
        return dense(graph, x)
    kind = rng.choice(["Conv2D", "Conv2D", "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose"])
    window, filters, activation = rng.choice([1, 3, 3, 5]), rng.choice(graph.filters), graph.activation()
    strides = 1 if kind == "Conv2DTranspose" and np.prod(shape[:2]) > MOST_PIXELS / 4 else rng.choice([1, 1, 2])
    options = {"strides": strides, "padding": "same", "activation": activation, "use_bias": rng.random() < 0.8}
    if graph.penalized and rng.random() < 0.2:
        options["bias_regularizer"] = "l2"
    leading = () if kind == "DepthwiseConv2D" else (filters,)
    return graph.shared("convolution", shape[-1], lambda: getattr(layers, kind)(*leading, window, **options))(x)


def dense(graph, x):
    units, activation = graph.rng.choice([2, 5, 16, 33]), graph.activation()
    return graph.shared("dense", shape_of(x)[-1], lambda: graph.layers.Dense(units, activation=activation))(x)


def normalization(graph, x):
    share = graph.rng.choice([0.5, 0.9])
    of = (len(shape_of(x)), shape_of(x)[-1])
    return graph.shared("normal", of, lambda: graph.layers.BatchNormalization(momentum=share))(x)


def pooling(graph, x):
    if len(shape_of(x)) != 3 or min(shape_of(x)[:2]) < 3:
        return activation(graph, x)
    kind = "AveragePooling2D" if graph.smooth else graph.rng.choice(["AveragePooling2D", "MaxPooling2D", "MaxPooling2D"])
    window, strides, padding = graph.rng.choice([2, 3]), graph.rng.choice([1, 2]), graph.rng.choice(["same", "valid"])
    return getattr(graph.layers, kind)(window, strides, padding)(x)


def activation(graph, x):
    return graph.layers.Activation(graph.activation() or "tanh")(x)


def dropout(graph, x):
    rate = 0 if graph.smooth else 0.3
    kinds = ["Dropout", "SpatialDropout2D"] if len(shape_of(x)) == 3 else ["Dropout"]
    kind = graph.rng.choice(kinds)
    return graph.shared(kind, len(shape_of(x)), lambda: getattr(graph.layers, kind)(rate))(x)


def penalty(graph, x):
    if not graph.penalized:
        return dropout(graph, x)
    return graph.layers.ActivityRegularization(l2=0.01)(x)


def shaped(graph, x):
    """The same values in another shape."""
    shape = shape_of(x)
    if len(shape) == 3:
        kinds = [(shape[0] * shape[1], shape[2]), (shape[1], shape[0], shape[2]), (-1,)]
        return graph.layers.Reshape(graph.rng.choice(kinds))(x)
    return graph.layers.Flatten()(x)


def merged(graph, x):
    """With a value of the same shape, or with what a layer makes of x itself."""
    other = graph.read(shape_of(x)) if graph.rng.random() < 0.7 else activation(graph, x)
    kinds = ["Add", "Subtract", "Multiply", "Average"] + ([] if graph.smooth else ["Maximum", "Minimum"])
    kind = graph.rng.choice(kinds)
    values = [x, other] if kind == "Subtract" or graph.rng.random() < 0.7 else [x, other, x]
    return getattr(graph.layers, kind)()(values)


def gated(graph, x):
    """Times what is broadcast: of each channel, of each pixel, or a vector."""
    shape, layers = shape_of(x), graph.layers
    if len(shape) != 3:
        return merged(graph, x)
    kind = graph.rng.randrange(3)
    if kind == 0:
        gate = layers.Conv2D(shape[-1], 1, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    elif kind == 1:
        gate = layers.Conv2D(1, 1, activation="sigmoid")(x)
    else:
        gate = layers.Dense(shape[-1], activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    return layers.Multiply()([gate, x] if graph.rng.random() < 0.3 and kind < 2 else [x, gate])


def joined(graph, x):
    """Side by side with values that fit, along any axis."""
    shape, axis = shape_of(x), graph.rng.randint(1, len(shape_of(x)))
    fit = [each for each in graph.values if len(shape_of(each)) == len(shape) and without(each, axis) == without(x, axis)]
    others = [graph.rng.choice(fit) for _ in range(graph.rng.choice([1, 1, 2]))]
    if sum(np.prod(shape_of(each)) for each in others) > MOST_ELEMENTS:
        return activation(graph, x)
    graph.unread = [each for each in graph.unread if not any(each is other for other in others)]
    return graph.layers.Concatenate(axis=graph.rng.choice([axis, axis - len(shape) - 1]))([x, *others])


def without(value, axis):
    return (*shape_of(value)[: axis - 1], *shape_of(value)[axis:])


def products(graph, x):
    if len(shape_of(x)) == 1:
        other = graph.read(shape_of(x))
        return graph.layers.Dot(axes=1, normalize=graph.rng.random() < 0.5 and not graph.smooth)([x, other])
    if len(shape_of(x)) == 2 and shape_of(x)[0] < 40:
        return graph.layers.Dot(axes=graph.rng.choice([(2, 2), (1, 1), 2]))([x, x])
    return operator(graph, x)


def operator(graph, x):
    factors = np.linspace(-1, 1, shape_of(x)[-1]).astype(np.float32)

    def other():
        return graph.read(shape_of(x))

    def divided():
        y = other()
        return x / (y * y + 2)

    return graph.rng.choice(
        [
            lambda: x + other(),
            lambda: x - other(),
            lambda: x * other(),
            divided,
            lambda: 2 * x - 1,
            lambda: 1 - x / 3.0,
            lambda: -x,
            lambda: x * factors,
        ]
    )()


def cut(graph, x):
    size = shape_of(x)[0]
    choices = [lambda: x[:, :: graph.rng.choice([1, -1])], lambda: x[..., :1], lambda: x[:, -1:], lambda: x[..., ::2]]
    if len(shape_of(x)) > 1:
        choices += [lambda: x[:, size // 2], lambda: x[:, :, 1:] if shape_of(x)[1] > 1 else x[:, :, 0]]
    return graph.rng.choice(choices)()


def nested(graph, x):
    """A model within the model, with batch normalization, on x and on its own output."""
    shape = shape_of(x)
    if len(shape) == 2:
        return shaped(graph, x)
    block = graph.shared("model", shape, lambda: inner(graph, shape))
    once = block(x)
    graph.calls[id(block)] += 1
    return graph.layers.Average()([once, block(once)]) if graph.rng.random() < 0.5 else block(once)


def inner(graph, shape):
    """Its layers have names of their own: where Keras counts all layers of a program, swiftcnn counts those of each model."""
    layers, begin, name = graph.layers, graph.module.Input(shape, name="begin"), f"block_{len(graph.reusable)}"
    wide = layers.Conv2D(6, 3, padding="same", name="wide") if len(shape) == 3 else layers.Dense(6, name="wide")
    narrow = layers.Conv2D(shape[-1], 1, name="narrow") if len(shape) == 3 else layers.Dense(shape[-1], name="narrow")
    x = layers.BatchNormalization(momentum=0.8, name="normal")(wide(begin))
    x = narrow(layers.Activation(graph.activation() or "tanh", name="bend")(x))
    end = layers.Multiply(name="product")([begin, x]) if graph.rng.random() < 0.5 else layers.Add(name="sum")([begin, x])
    return graph.module.Model(begin, end, name=name)


STEPS = (
    *(convolution,) * 5,
    *(normalization, pooling, merged, joined, operator) * 2,
    *(activation, dense, dropout, penalty, shaped, gated, products, cut, nested),
)


# Data and training.


def data(model, heads, seed, samples):
    """Inputs, and targets that the losses take; in the form that the model takes them."""
    random = np.random.default_rng(seed)
    x = [random.normal(size=(samples, *each.shape[1:])).astype(np.float32) for each in model.inputs]
    y = [target(random, kind, samples, shape_of(each)) for (*_, kind), each in zip(heads, model.outputs, strict=True)]
    return alone(x), alone(y)


def target(random, kind, samples, shape):
    if kind == "values":
        return random.uniform(-1, 1, (samples, *shape)).astype(np.float32)
    if kind == "zero_one":
        return random.integers(0, 2, (samples, *shape)).astype(np.float32)
    labels = random.integers(0, shape[-1], samples)
    return labels if kind == "labels" else np.eye(shape[-1], dtype=np.float32)[labels]


def compile_it(module, model, heads, optimizer, **options):
    losses, weights = [each[0] for each in heads], [each[1] for each in heads]
    model.compile(optimizer, loss=alone(losses), loss_weights=weights if len(heads) > 1 else None, **options)


def started(seed, **options):
    """A model of swiftcnn that is compiled, and data for it."""
    swiftcnn.utils.set_random_seed(seed)
    swiftcnn.utils.clear_session()
    graph = Graph(swiftcnn, seed, **options)
    model, heads = graph.model()
    compile_it(swiftcnn, model, heads, swiftcnn.optimizers.Adam(0.01))
    return model, *data(model, heads, seed, graph.rng.choice([1, 2, 3, 5, 17, 33]))


def as_list(values):
    return list(values) if isinstance(values, (list, tuple)) else [values]


def digest(seed):
    """Of the predictions, the gradients, and the weights after two steps."""
    model, x, y = started(seed)
    arrays = as_list(model.predict(x, verbose=0)) + model.compute_gradients(x, y, training=True)[1]
    for _ in range(2):
        model.train_on_batch(x, y)
    return zlib.crc32(b"".join(array.tobytes() for array in arrays + model.get_weights()))


if __name__ == "__main__":
    print(json.dumps({seed: digest(int(seed)) for seed in sys.argv[1:]}))
