"""Networks with branches, built by the same code in Keras and in swiftcnn.

Each builder takes the module, `keras` or `swiftcnn`, and returns a functional model. Layers have names of their own only where
models stand in models; everywhere else the names are the ones that Keras gives.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

SPARSE = "sparse_categorical_crossentropy"


@dataclasses.dataclass(frozen=True)
class Network:
    """A builder and how its model is trained. `targets` has one kind for each output, see `target` in make_graphs.py."""

    build: Callable[[Any], Any]
    targets: tuple[str, ...]
    loss: Any
    optimizer: tuple[str, dict[str, float]] = ("SGD", {"learning_rate": 0.05, "momentum": 0.9})
    loss_weights: Any = None
    metrics: Any = None
    rows: int = 5

    def compile(self, module: Any, model: Any) -> None:
        kind, settings = self.optimizer
        optimizer = getattr(module.optimizers, kind)(**settings)
        model.compile(optimizer=optimizer, loss=self.loss, loss_weights=self.loss_weights, metrics=self.metrics)


def residual(module: Any) -> Any:
    """Two blocks, the second with strides and a projection on its shortcut."""
    layers = module.layers
    inputs = module.Input((9, 7, 3))
    x = layers.Conv2D(6, 3, padding="same", use_bias=False)(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = _residual_block(layers, x, 6, 1)
    x = _residual_block(layers, x, 8, 2)
    x = layers.GlobalAveragePooling2D()(x)
    return module.Model(inputs, layers.Dense(4, activation="softmax")(x))


def _residual_block(layers: Any, x: Any, filters: int, strides: int) -> Any:
    shortcut = x
    if strides > 1:
        shortcut = layers.Conv2D(filters, 1, strides=strides, use_bias=False)(x)
        shortcut = layers.BatchNormalization()(shortcut)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(layers.Add()([shortcut, x]))


def inception(module: Any) -> Any:
    """Windows of 1, 3 and 5 and a pooling side by side."""
    layers = module.layers
    inputs = module.Input((9, 7, 3))
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    ones = layers.Conv2D(4, 1, activation="relu")(x)
    threes = layers.Conv2D(3, 1, activation="relu")(x)
    threes = layers.Conv2D(6, 3, padding="same", activation="relu")(threes)
    fives = layers.Conv2D(2, 1, activation="relu")(x)
    fives = layers.Conv2D(4, 5, padding="same", activation="relu")(fives)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = layers.Conv2D(4, 1, activation="relu")(pooled)
    x = layers.Concatenate()([ones, threes, fives, pooled])
    x = layers.AveragePooling2D(2, padding="same")(x)
    x = layers.Flatten()(x)
    return module.Model(inputs, layers.Dense(5, activation="softmax")(x))


def dense_block(module: Any) -> Any:
    """Each convolution reads the outputs of all before it."""
    layers = module.layers
    inputs = module.Input((8, 8, 3))
    x = layers.Conv2D(6, 3, padding="same")(inputs)
    for _ in range(3):
        new = layers.BatchNormalization()(x)
        new = layers.ReLU()(new)
        new = layers.Conv2D(4, 3, padding="same", use_bias=False)(new)
        x = layers.Concatenate(axis=3)([x, new])
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(5, 1)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return module.Model(inputs, layers.Dense(3)(x))


def inverted_residual(module: Any) -> Any:
    """Wide inside, narrow outside, the channels weighted by what squeeze-and-excite makes of their means."""
    layers = module.layers
    inputs = module.Input((9, 7, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(inputs)
    block = layers.Conv2D(12, 1, use_bias=False)(x)
    block = layers.BatchNormalization(momentum=0.9)(block)
    block = layers.ReLU(max_value=6)(block)
    block = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(block)
    block = layers.BatchNormalization(momentum=0.9)(block)
    block = layers.Activation("hard_silu")(block)
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(block)
    squeezed = layers.Conv2D(3, 1, activation="relu")(squeezed)
    squeezed = layers.Conv2D(12, 1, activation="hard_sigmoid")(squeezed)
    block = layers.Multiply()([block, squeezed])
    block = layers.Conv2D(4, 1, use_bias=False)(block)
    block = layers.BatchNormalization(momentum=0.9)(block)
    x = layers.Add()([x, block])
    x = layers.GlobalAveragePooling2D()(x)
    return module.Model(inputs, layers.Dense(3, activation="softmax")(x))


def u_net(module: Any) -> Any:
    """Down twice and up twice, with what was before each pooling concatenated again; classes of pixels."""
    layers = module.layers
    inputs = module.Input((9, 12, 2))
    first = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D(padding="same")(first)
    second = layers.Conv2D(6, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(padding="same")(second)
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D()(x)
    x = layers.Cropping2D(((0, 1), (0, 0)))(x)
    x = layers.Concatenate()([second, x])
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Cropping2D(((1, 0), (0, 0)))(x)
    x = layers.Concatenate()([first, x])
    return module.Model(inputs, layers.Conv2D(3, 1, activation="softmax")(x))


def two_in_two_out(module: Any) -> Any:
    """An image and some numbers in, a class and a number out."""
    layers = module.layers
    image = module.Input((8, 6, 3), name="image")
    numbers = module.Input((5,), name="numbers")
    x = layers.Conv2D(6, 3, activation="relu")(image)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    joined = layers.Concatenate()([x, layers.Dense(6, activation="tanh")(numbers)])
    joined = layers.Dense(8, activation="relu")(joined)
    kind = layers.Dense(4, activation="softmax", name="kind")(joined)
    size = layers.Dense(1, name="size")(layers.Concatenate()([joined, numbers]))
    return module.Model(inputs=[image, numbers], outputs=[kind, size])


def siamese(module: Any) -> Any:
    """One encoder for two images, compared in four ways."""
    layers = module.layers
    encoder = module.Sequential(
        [
            module.Input((8, 7, 2)),
            layers.Conv2D(4, 3, activation="relu", name="patterns"),
            layers.MaxPooling2D(name="smaller"),
            layers.Flatten(name="flat"),
            layers.Dense(6, activation="tanh", name="code"),
        ],
        name="encoder",
    )
    left, right = module.Input((8, 7, 2), name="left"), module.Input((8, 7, 2), name="right")
    one, other = encoder(left), encoder(right)
    ways = [
        layers.Subtract(name="difference")([one, other]),
        layers.Multiply(name="product")([one, other]),
        layers.Dot(axes=1, normalize=True, name="cosine")([one, other]),
        layers.Maximum(name="greater")([one, other]),
    ]
    x = layers.Concatenate(name="ways")(ways)
    return module.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(x))


def shared_convolution(module: Any) -> Any:
    """One convolution three times: on its own output, and on images of another size."""
    layers = module.layers
    inputs = module.Input((9, 7, 3))
    shared = layers.Conv2D(5, 3, padding="same", activation="relu")
    start = layers.Conv2D(5, 1)(inputs)
    once = shared(start)
    twice = shared(once)
    small = shared(layers.AveragePooling2D(2)(start))
    means = [layers.GlobalAveragePooling2D()(x) for x in (once, twice)]
    x = layers.Concatenate()([layers.Average()(means), layers.GlobalMaxPooling2D()(small)])
    return module.Model(inputs, layers.Dense(3)(x))


def feature_pyramid(module: Any) -> Any:
    """Three outputs of three sizes; what is coarse is added, enlarged, to what is fine."""
    layers = module.layers
    inputs = module.Input((12, 8, 2))
    fine = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    middle = layers.Conv2D(5, 3, strides=2, padding="same", activation="relu")(fine)
    coarse = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(middle)
    top = layers.Conv2D(4, 1)(coarse)
    between = layers.Add()([layers.UpSampling2D()(top), layers.Conv2D(4, 1)(middle)])
    bottom = layers.Add()([layers.UpSampling2D(interpolation="bilinear")(between), layers.Conv2D(4, 1)(fine)])
    head = layers.Conv2D(2, 3, padding="same", name="head")
    scales = [layers.Rescaling(0.5, name=name)(head(x)) for name, x in (("p1", bottom), ("p2", between), ("p3", top))]
    return module.Model(inputs, scales)


def nested(module: Any) -> Any:
    """A model with batch normalization, and another model in it, used twice."""
    layers = module.layers
    inner_inputs = module.Input((7, 5, 4), name="inner_input")
    x = layers.Conv2D(6, 3, padding="same", use_bias=False, name="wide")(inner_inputs)
    x = layers.BatchNormalization(momentum=0.8, name="normal")(x)
    gate = module.Sequential([module.Input((7, 5, 6)), layers.Conv2D(4, 1, activation="sigmoid", name="valve")], name="gate")
    narrow = layers.Conv2D(4, 1, name="narrow")(x)
    x = layers.Multiply(name="gated")([narrow, gate(x)])
    block = module.Model(inner_inputs, layers.Add(name="inner_sum")([inner_inputs, x]), name="block")

    inputs = module.Input((9, 7, 3), name="outer_input")
    x = layers.Conv2D(4, 3, activation="tanh", name="before")(inputs)
    x = block(x)
    x = layers.AveragePooling2D(3, strides=1, padding="same", name="smooth")(x)
    x = block(x)
    x = layers.GlobalAveragePooling2D(name="means")(x)
    return module.Model(inputs, layers.Dense(3, activation="softmax", name="after")(x), name="nested")


def activity(module: Any) -> Any:
    """Penalties on values: by one layer four times, on the images too, and within a model that is used twice."""
    layers = module.layers
    penalty = layers.ActivityRegularization(l1=0.002, l2=0.01, name="penalty")
    inner = module.Sequential(
        [
            module.Input((6, 4, 4)),
            layers.Conv2D(4, 3, padding="same", activation="relu", name="wide"),
            layers.ActivityRegularization(l2=0.03, name="squares"),
            layers.Conv2D(4, 1, name="narrow"),
        ],
        name="inner",
    )
    images = module.Input((8, 6, 2), name="images")
    x = layers.Conv2D(4, 3, activation="tanh", name="patterns")(penalty(images))
    x = inner(inner(penalty(x)))
    x = layers.GlobalAveragePooling2D(name="means")(x)
    kind = layers.Dense(3, activation="softmax", name="kind")(x)
    size = layers.Dense(2, name="size")(penalty(layers.Concatenate(name="joined")([x, penalty(kind)])))
    return module.Model(images, [kind, size], name="activity")


ADAM = ("Adam", {"learning_rate": 0.01})
NETWORKS = {
    "residual": Network(residual, ("labels",), SPARSE, metrics=["accuracy"], rows=6),
    "inception": Network(inception, ("one_hot",), "categorical_crossentropy", ADAM, metrics=["accuracy"]),
    "dense_block": Network(dense_block, ("values",), "mean_squared_error", ADAM, metrics=["mae"], rows=6),
    "inverted_residual": Network(inverted_residual, ("labels",), SPARSE, rows=6),
    "u_net": Network(u_net, ("labels",), SPARSE, metrics=["accuracy"], rows=3),
    "two_in_two_out": Network(
        two_in_two_out,
        ("labels", "values"),
        loss={"kind": SPARSE, "size": "mse"},
        loss_weights={"kind": 1.0, "size": 0.5},
        metrics={"kind": ["accuracy"], "size": ["mae"]},
    ),
    "siamese": Network(siamese, ("zero_one",), "binary_crossentropy", ADAM, metrics=["accuracy"]),
    "shared_convolution": Network(shared_convolution, ("values",), "mse"),
    "feature_pyramid": Network(feature_pyramid, ("values",) * 3, ["mse", "mse", "mae"], ADAM, [1.0, 0.5, 0.25], rows=3),
    "nested": Network(nested, ("labels",), SPARSE, metrics=["accuracy"], rows=6),
    "activity": Network(
        activity,
        ("labels", "values"),
        loss=[SPARSE, "mse"],
        loss_weights=[1.0, 0.5],
        metrics=[["accuracy"], ["mae"]],
    ),
}
