"""The parity cases: models, compile configurations and the kind of data that each is run on.

Over 400 lines: a list that grows with the classes, and is read by name.
"""

import dataclasses
import math


@dataclasses.dataclass
class Case:
    name: str
    input_shape: list
    layers: list
    loss: tuple = ("MeanSquaredError", {})
    target: str = "values"  # values, labels, label_column, one_hot or zero_one
    metrics: tuple = ()
    optimizer: tuple = ("SGD", {"learning_rate": 0.05})
    sample_weight: bool = False
    rows: int = 5
    batch_size: int = 3
    steps: int = 0
    margin: float = 1e-4  # least distance of every value from a kink of the model, see kinks.py
    only: tuple = ()  # the golden values to keep; all of them if empty
    fit_epochs: int = 0  # epochs of an additional fit, shuffled and with a validation split

    def architecture(self):
        layers = [layer_description(*layer) for layer in self.layers]
        return {"format": 1, "class": "Sequential", "seed": 7, "input": {"shape": self.input_shape}, "layers": layers}

    def configuration(self):
        optimizer = {"class": self.optimizer[0], "config": self.optimizer[1]}
        loss = {"class": self.loss[0], "config": self.loss[1]}
        return {"optimizer": optimizer, "loss": loss, "metrics": list(self.metrics)}


def layer_description(name, config, trainable=True):
    return {"class": name, "config": config, **({} if trainable else {"trainable": False})}


def conv(filters, kernel, **config):
    return ("Conv2D", {"filters": filters, "kernel_size": kernel, **config})


def depthwise(kernel, **config):
    return ("DepthwiseConv2D", {"kernel_size": kernel, **config})


def separable(filters, kernel, **config):
    return ("SeparableConv2D", {"filters": filters, "kernel_size": kernel, **config})


def dense(units, activation="linear", **config):
    return ("Dense", {"units": units, "activation": activation, **config})


def activation(name):
    return ("Activation", {"activation": name})


FLATTEN = ("Flatten", {})
MAX_POOL = ("MaxPooling2D", {"pool_size": [2, 2]})
AVERAGE = ("GlobalAveragePooling2D", {})
ACTIVATIONS = ["linear", "relu", "softmax", "sigmoid", "tanh", "leaky_relu", "elu", "gelu"]


def behind_conv(name, channels, layer, shape=(7, 9), **options):
    """`layer` behind a 1x1 convolution, so that its input gradient shows in that convolution's weights."""
    return Case(name, [*shape, 2], [conv(channels, [1, 1]), layer, FLATTEN], **options)


def convolutions():
    yield behind_conv("conv_1x1", 3, conv(7, [1, 1]))
    yield behind_conv("conv_3x3", 3, conv(7, [3, 3]))
    yield behind_conv("conv_3x3_one_channel", 1, conv(17, [3, 3]))
    yield behind_conv("conv_5x5_one_filter", 5, conv(1, [5, 5]))
    yield behind_conv("conv_2x3_50_filters", 3, conv(50, [2, 3]), shape=(5, 6))
    yield behind_conv("conv_3x3_17_to_17", 17, conv(17, [3, 3], padding="same"), shape=(5, 5))
    yield behind_conv("conv_3x3_same", 3, conv(7, [3, 3], padding="same"))
    yield behind_conv("conv_2x3_same", 5, conv(7, [2, 3], padding="same"))
    yield behind_conv("conv_5x5_same", 3, conv(1, [5, 5], padding="same"))
    yield behind_conv("conv_3x3_stride_2", 3, conv(7, [3, 3], strides=[2, 2]))
    yield behind_conv("conv_3x3_stride_2_same", 3, conv(7, [3, 3], strides=[2, 2], padding="same"), shape=(8, 9))
    yield behind_conv("conv_1x1_stride_2", 5, conv(7, [1, 1], strides=[2, 2]))
    yield behind_conv("conv_2x3_stride_3_same", 5, conv(17, [2, 3], strides=[3, 3], padding="same"))
    yield behind_conv("conv_3x3_stride_2_1", 3, conv(7, [3, 3], strides=[2, 1]))
    yield behind_conv("conv_5x5_stride_2_1_same", 3, conv(7, [5, 5], strides=[2, 1], padding="same"))
    yield behind_conv("conv_3x3_dilation_2", 3, conv(7, [3, 3], dilation_rate=[2, 2]))
    yield behind_conv("conv_2x3_dilation_2_same", 3, conv(7, [2, 3], dilation_rate=[2, 2], padding="same"))
    yield behind_conv("conv_3x3_no_bias", 3, conv(7, [3, 3], use_bias=False))
    yield behind_conv("conv_kernel_of_the_whole_image", 3, conv(7, [7, 9]))
    yield Case("conv_first_one_channel", [9, 8, 1], [conv(7, [3, 3], activation="relu"), conv(5, [3, 3]), FLATTEN])
    first = conv(17, [3, 3], padding="same", activation="tanh")
    yield Case("conv_first_same", [8, 8, 3], [first, conv(3, [3, 3], strides=[2, 2])])
    for name in ACTIVATIONS:
        yield behind_conv(f"conv_fused_{name}", 3, conv(7, [3, 3], activation=name), shape=(5, 6))


def phased_convolutions():
    """Large windows and strides, with channels enough for Winograd's form."""
    yield behind_conv("conv_5x5_phases", 17, conv(18, [5, 5], activation="relu"), shape=(12, 13))
    yield behind_conv("conv_5x5_same_phases", 16, conv(19, [5, 5], padding="same"), shape=(9, 8))
    yield behind_conv("conv_5x5_stride_2_phases", 18, conv(20, [5, 5], strides=[2, 2], padding="same"), shape=(15, 17))
    large = conv(32, [11, 11], strides=[4, 4], activation="relu")
    yield Case("pooled_phases", [51, 55, 3], [large, MAX_POOL, ("GlobalAveragePooling2D", {})])


def separable_convolutions():
    yield behind_conv("depthwise_3x3", 5, depthwise([3, 3]))
    yield behind_conv("depthwise_3x3_same_17_channels", 17, depthwise([3, 3], padding="same", activation="relu"))
    yield behind_conv("depthwise_2x5_multiplier_3", 3, depthwise([2, 5], depth_multiplier=3, use_bias=False))
    yield behind_conv("depthwise_3x3_stride_2_same", 5, depthwise([3, 3], strides=[2, 2], padding="same"), shape=(8, 9))
    yield behind_conv("depthwise_3x3_dilation_2", 3, depthwise([3, 3], dilation_rate=[2, 2], depth_multiplier=2))
    yield behind_conv("separable_3x3", 3, separable(7, [3, 3]))
    yield behind_conv("separable_3x3_same_relu", 5, separable(17, [3, 3], padding="same", activation="relu"))
    yield behind_conv("separable_3x3_stride_2_multiplier_2", 3, separable(4, [3, 3], strides=[2, 2], depth_multiplier=2))
    yield behind_conv("separable_no_bias_tanh", 3, separable(4, [2, 3], use_bias=False, activation="tanh"))
    yield Case("separable_first_layer", [9, 8, 3], [separable(5, [3, 3]), depthwise([3, 3]), FLATTEN])


def pools():
    for cls, short in (("MaxPooling2D", "max"), ("AveragePooling2D", "average")):
        for label, config in (
            ("2", {"pool_size": [2, 2]}),
            ("2_same", {"pool_size": [2, 2], "padding": "same"}),
            ("3", {"pool_size": [3, 3]}),
            ("2x3", {"pool_size": [2, 3]}),
            ("2x3_same", {"pool_size": [2, 3], "padding": "same"}),
            ("3_stride_2", {"pool_size": [3, 3], "strides": [2, 2]}),
            ("3_stride_2_same", {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}),
            ("3_stride_1_same", {"pool_size": [3, 3], "strides": [1, 1], "padding": "same"}),
            ("2_stride_3", {"pool_size": [2, 2], "strides": [3, 3]}),
            ("2x3_stride_1_2", {"pool_size": [2, 3], "strides": [1, 2]}),
        ):
            yield behind_conv(f"{short}_pool_{label}", 5, (cls, config))
    yield behind_conv("max_pool_17_channels", 17, MAX_POOL)
    layers = [conv(7, [3, 3], activation="relu"), MAX_POOL, FLATTEN]
    yield Case("conv_relu_max_pool", [9, 9, 3], layers)
    layers = [conv(16, [3, 3], activation="relu", padding="same"), MAX_POOL, conv(5, [3, 3]), FLATTEN]
    yield Case("conv_relu_max_pool_conv", [8, 8, 3], layers)
    yield behind_conv("global_average_pool", 5, AVERAGE)


def dense_layers():
    yield Case("dense", [11], [dense(7), dense(5)])
    yield Case("dense_no_bias", [11], [dense(7, use_bias=False), dense(1, use_bias=False)])
    yield Case("dense_wide", [67], [dense(50), dense(33)], rows=7, batch_size=5)
    yield Case("dense_on_images", [3, 4, 5], [dense(7), dense(3)])
    yield Case("dense_behind_flatten", [3, 4, 5], [conv(3, [2, 2]), FLATTEN, dense(7)])
    for name in ACTIVATIONS:
        yield Case(f"dense_fused_{name}", [6], [dense(5), dense(7, name), dense(3)])
        yield Case(f"activation_{name}", [6], [dense(7), activation(name), dense(3)])
        yield Case(f"activation_on_images_{name}", [3, 4, 2], [conv(5, [1, 1]), activation(name), FLATTEN])


ACCURACY = {"class": "accuracy", "name": "accuracy"}


def classifier(name, output, loss, target, metrics=(ACCURACY,), units=5, **options):
    """Two dense layers; weighted: the same again with sample weights."""
    layers = [dense(7, "tanh"), dense(units, output)]
    for weighted in (False, True):
        suffix = "_weighted" if weighted else ""
        yield Case(name + suffix, [6], layers, loss, target, metrics, sample_weight=weighted, rows=8, batch_size=5, **options)


def averaged(name, output, loss, target):
    """Probabilities that are no longer the output of a softmax or sigmoid, so the loss must be taken from them."""
    layers = [dense(7, "tanh"), dense(5, output), AVERAGE]
    for weighted in (False, True):
        suffix = "_weighted" if weighted else ""
        yield Case(name + suffix, [2, 3, 4], layers, loss, target, (ACCURACY,), sample_weight=weighted, rows=8, batch_size=5)


def losses():
    sparse, categorical = "SparseCategoricalCrossentropy", "CategoricalCrossentropy"
    binary, logits, smooth = "BinaryCrossentropy", {"from_logits": True}, {"label_smoothing": 0.1}
    yield from classifier("sparse_softmax", "softmax", (sparse, {}), "labels")
    yield from classifier("sparse_logits", "linear", (sparse, logits), "label_column")
    yield from averaged("sparse_probabilities", "softmax", (sparse, {}), "labels")
    yield from classifier("categorical_softmax", "softmax", (categorical, {}), "one_hot")
    yield from classifier("categorical_softmax_smooth", "softmax", (categorical, smooth), "one_hot")
    yield from classifier("categorical_logits", "linear", (categorical, logits), "one_hot")
    yield from classifier("categorical_logits_smooth", "linear", (categorical, {**logits, **smooth}), "one_hot")
    # Averaged, as behind a sigmoid of the model the loss would be taken from what that receives.
    yield from averaged("categorical_sums_not_one", "sigmoid", (categorical, {}), "one_hot")
    yield from averaged("categorical_probabilities", "softmax", (categorical, smooth), "one_hot")
    yield from classifier("binary_sigmoid", "sigmoid", (binary, {}), "zero_one", units=1)
    yield from classifier("binary_three", "sigmoid", (binary, smooth), "zero_one", units=3)
    yield from classifier("binary_logits", "linear", (binary, logits), "zero_one", units=3)
    yield from classifier("binary_logits_smooth", "linear", (binary, {**logits, **smooth}), "zero_one", units=1)
    yield from averaged("binary_probabilities", "sigmoid", (binary, {}), "zero_one")
    yield from classifier("squared_error", "linear", ("MeanSquaredError", {}), "values", ())


def named_metric(name, config=None):
    return {"class": name, "name": "m", **({"config": config} if config else {})}


def accuracies():
    sparse = ("SparseCategoricalCrossentropy", {})
    categorical = ("CategoricalCrossentropy", {})
    binary = ("BinaryCrossentropy", {})
    for label, metric, output, loss, target in (
        ("sparse", named_metric("SparseCategoricalAccuracy"), "softmax", sparse, "labels"),
        ("categorical", named_metric("CategoricalAccuracy"), "softmax", categorical, "one_hot"),
        ("binary", named_metric("BinaryAccuracy"), "sigmoid", binary, "zero_one"),
        ("binary_threshold", named_metric("BinaryAccuracy", {"threshold": 0.3}), "sigmoid", binary, "zero_one"),
    ):
        layers = [dense(7, "tanh"), dense(4, output)]
        yield Case(f"accuracy_{label}", [6], layers, loss, target, (metric,), rows=40, batch_size=16)


def optimizers():
    layers = [conv(5, [3, 3], activation="tanh"), FLATTEN, dense(7, "tanh"), dense(4, "softmax")]
    loss = ("SparseCategoricalCrossentropy", {})
    options = {"rows": 20, "batch_size": 5, "steps": 10}
    for label, cls, config in (
        ("sgd", "SGD", {"learning_rate": 0.1}),
        ("sgd_decay", "SGD", {"learning_rate": 0.1, "weight_decay": 0.01}),
        ("momentum", "SGD", {"learning_rate": 0.1, "momentum": 0.9}),
        ("nesterov", "SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
        ("adam", "Adam", {"learning_rate": 0.01}),
        ("adam_other_betas", "Adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
        ("adamw", "AdamW", {"learning_rate": 0.01, "weight_decay": 0.05}),
        ("rmsprop", "RMSprop", {"learning_rate": 0.01}),
        ("rmsprop_momentum", "RMSprop", {"learning_rate": 0.01, "momentum": 0.5}),
        ("rmsprop_centered", "RMSprop", {"learning_rate": 0.01, "centered": True}),
        ("rmsprop_centered_momentum", "RMSprop", {"learning_rate": 0.01, "momentum": 0.5, "centered": True, "rho": 0.8}),
    ):
        yield Case(f"optimizer_{label}", [5, 5, 2], layers, loss, "labels", (ACCURACY,), (cls, config), **options)


def batch_norm(**config):
    return ("BatchNormalization", config)


def frozen(layer):
    return (*layer, False)


def batch_norms():
    """In the steps the statistics are the batch's; everywhere else the moving ones."""
    loss, relu = ("SparseCategoricalCrossentropy", {}), activation("relu")
    steps = {"loss": loss, "target": "labels", "rows": 20, "batch_size": 5, "steps": 10}
    # Trained without relu: ten steps change the weights so that no margin could keep all of them from its kink.
    layers = [conv(5, [3, 3]), batch_norm(), activation("tanh"), conv(7, [2, 2], use_bias=False), batch_norm(momentum=0.8),
              MAX_POOL, FLATTEN, dense(6), batch_norm(epsilon=0.01), activation("tanh"), dense(4, "softmax")]  # fmt: skip
    yield Case("batch_norm_training", [7, 8, 2], layers, **steps)
    weighted = [conv(3, [1, 1]), batch_norm(), FLATTEN, dense(4, "softmax")]
    yield Case("batch_norm_weighted", [4, 5, 2], weighted, sample_weight=True, **steps)
    layers = [conv(5, [3, 3], activation="tanh"), frozen(batch_norm()), frozen(conv(4, [2, 2])), batch_norm(), FLATTEN,
              dense(4, "softmax")]  # fmt: skip
    yield Case("batch_norm_frozen", [6, 6, 2], layers, optimizer=("Adam", {"learning_rate": 0.01}), **steps)
    layers = [frozen(conv(5, [3, 3])), batch_norm(), FLATTEN, frozen(dense(7, "tanh")), dense(4, "softmax")]
    yield Case("batch_norm_behind_frozen", [6, 6, 2], layers, **steps)
    layers = [batch_norm(), conv(5, [3, 3], activation="relu"), batch_norm(), FLATTEN, dense(4, "softmax")]
    yield Case("batch_norm_first", [6, 6, 2], layers, **steps | {"steps": 2})
    layers = [conv(20, [3, 3]), batch_norm(), relu, MAX_POOL, conv(17, [3, 3], padding="same"), batch_norm(), relu,
              conv(3, [1, 1]), FLATTEN, dense(4, "softmax")]  # fmt: skip
    yield Case("batch_norm_relu", [10, 10, 2], layers, **steps | {"steps": 1})
    for label, center, scale in (("center", True, False), ("scale", False, True), ("bare", False, False)):
        layers = [conv(3, [2, 2], use_bias=False), batch_norm(center=center, scale=scale), FLATTEN, dense(4, "softmax")]
        yield Case(f"batch_norm_only_{label}", [5, 5, 2], layers, **steps | {"steps": 4})
    yield Case("batch_norm_dense", [6], [dense(67), batch_norm(), relu, dense(4, "softmax")], **steps | {"steps": 1})
    grouped = conv(6, [3, 3], groups=2, activation="relu")
    yield Case("batch_norm_of_groups", [6, 7, 4], [conv(4, [1, 1], groups=2), batch_norm(), grouped, batch_norm(), FLATTEN])


def two_conv(last):
    return [
        conv(32, [3, 3], activation="relu"),
        MAX_POOL,
        conv(64, [3, 3], activation="relu"),
        FLATTEN,
        dense(64, "relu"),
        dense(10, last),
    ]


def whole_models():
    """The tutorials' two-conv MNIST CNN (515,146 parameters), from logits and through softmax."""
    options = {"target": "labels", "metrics": (ACCURACY,), "optimizer": ("Adam", {"learning_rate": 0.001})}
    options |= {"rows": 12, "batch_size": 4, "steps": 10, "margin": 3e-6}
    loss = "SparseCategoricalCrossentropy"
    yield Case("two_conv_logits", [28, 28, 1], two_conv("linear"), (loss, {"from_logits": True}), **options,
               only=("output", "loss", "gradients", "metrics", "losses"))  # fmt: skip
    yield Case("two_conv_softmax", [28, 28, 1], two_conv("softmax"), (loss, {}), **options,
               only=("output", "loss", "metrics", "losses"))  # fmt: skip


def bits_only():
    """Random streams, which Keras has otherwise: only the two languages are compared."""
    names = ["zeros", "ones", *(f"{family}_{kind}" for family in ("glorot", "he", "lecun") for kind in ("uniform", "normal"))]
    kernels = [dense(9, kernel_initializer=name) for name in names]
    yield Case("initializers", [13], [*kernels, dense(3, kernel_initializer={"name": "he_normal", "seed": 3})], only=("nothing",))
    layers = [conv(7, [3, 3], activation="relu"), MAX_POOL, ("Dropout", {"rate": 0.25}),
              FLATTEN, dense(9, "relu"), ("Dropout", {"rate": 0.5}), dense(4, "softmax")]  # fmt: skip
    yield Case("dropout", [8, 9, 1], layers, ("SparseCategoricalCrossentropy", {}), "labels", (ACCURACY,), ("Adam", {}),
               rows=40, batch_size=8, steps=10, only=("output", "metrics"), fit_epochs=2)  # fmt: skip


def steered():
    """Learning rates that follow schedules, gradients that are cut, weights that are averaged."""
    layers, loss = [dense(7, "tanh"), dense(5, "softmax")], ("SparseCategoricalCrossentropy", {})
    decay = {"initial_learning_rate": 0.05, "decay_steps": 4}
    for label, cls, config in (
        ("exponential", "SGD", {"learning_rate": {"class": "ExponentialDecay", "config": {**decay, "decay_rate": 0.5}}}),
        ("cosine", "Adam", {"learning_rate": {"class": "CosineDecay", "config": decay}, "weight_decay": 0.01}),
        ("clipnorm", "SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipnorm": 0.1}),
        ("global_clipnorm", "Adam", {"learning_rate": 0.01, "global_clipnorm": 0.1}),
        ("clipvalue", "RMSprop", {"learning_rate": 0.01, "clipvalue": 0.01}),
        ("average", "SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3}),
    ):
        yield Case(f"steered_{label}", [6], layers, loss, "labels", (ACCURACY,), (cls, config), rows=20, batch_size=5, steps=10)


def metric(cls, **config):
    return {"class": cls, "name": f"{cls}_{'_'.join(map(str, config.values()))}", "config": config}


def more_metrics():
    """Metrics that need more than a count of right answers; from the logits of softmax and sigmoid, and beside smoothing."""
    yes_no = [metric("Precision", thresholds=0.3), metric("Recall"), metric("AUC"), metric("AUC", curve="PR"),
              metric("TruePositives"), metric("FalseNegatives"), metric("RootMeanSquaredError"),
              metric("MeanAbsoluteError")]  # fmt: skip
    smooth = ("BinaryCrossentropy", {"label_smoothing": 0.1})
    yield from classifier("metrics_sigmoid", "sigmoid", smooth, "zero_one", yes_no, units=3)
    # Not top-k accuracies, which Keras cannot compute in float64; python/tests/golden/metrics.json has them.
    classes = [metric("Precision", top_k=2), metric("Recall", class_id=1), metric("AUC", num_thresholds=30),
               metric("MeanSquaredError")]  # fmt: skip
    yield from classifier("metrics_softmax", "softmax", ("CategoricalCrossentropy", {}), "one_hot", classes)


def l1(factor):
    return {"class": "L1", "config": {"l1": factor}}


def l2(factor):
    return {"class": "L2", "config": {"l2": factor}}


def constraint(cls, **config):
    return {"class": cls, "config": config}


def regularizers():
    """Penalties join the loss, their gradients the others; those of frozen layers do not."""
    both = {"class": "L1L2", "config": {"l1": 0.01, "l2": 0.02}}
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 20, "batch_size": 5, "steps": 10}
    layers = [conv(5, [3, 3], activation="tanh", kernel_regularizer=l2(0.01), bias_regularizer=l1(0.02)),
              depthwise([2, 2], activation="tanh", depthwise_regularizer=both),
              separable(4, [2, 2], depthwise_regularizer=l2(0.03), pointwise_regularizer=l1(0.01)),
              batch_norm(gamma_regularizer=l2(0.1), beta_regularizer=l1(0.01)), FLATTEN,
              dense(4, "softmax", kernel_regularizer=both)]  # fmt: skip
    yield Case("regularized_gradients", [7, 7, 2], layers)
    yield Case("regularized_training", [7, 7, 2], layers, **steps)
    layers = [dense(7, "tanh", kernel_regularizer=l2(0.1)), frozen(dense(6, "tanh", kernel_regularizer=l2(0.3))),
              dense(4, "softmax", bias_regularizer=l2(0.5))]  # fmt: skip
    yield Case("regularized_frozen", [6], layers, optimizer=("Adam", {"learning_rate": 0.01, "clipnorm": 0.2}), **steps)


def constraints():
    """Weights that every step brings back; a frozen layer's stay as they are."""
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 20, "batch_size": 5, "steps": 10}
    units, filters = constraint("MaxNorm", max_value=0.8), constraint("MaxNorm", max_value=0.5, axis=[0, 1, 2])
    layers = [conv(5, [3, 3], activation="tanh", kernel_constraint=filters),
              depthwise([2, 2], depthwise_constraint=constraint("UnitNorm", axis=[0, 1])), FLATTEN,
              dense(70, "tanh", kernel_constraint=units, bias_constraint=constraint("NonNeg")),
              frozen(dense(8, "tanh", kernel_constraint=constraint("UnitNorm"))),
              dense(4, "softmax", kernel_constraint=constraint("MinMaxNorm", min_value=0.5, max_value=0.7, rate=0.6, axis=1),
                    bias_constraint=constraint("UnitNorm"))]  # fmt: skip
    yield Case("constrained", [6, 6, 2], layers, optimizer=("SGD", {"learning_rate": 0.1, "momentum": 0.9}), **steps)
    layers = [dense(7, "tanh", kernel_constraint=units), dense(4, "softmax")]
    average = {"learning_rate": 0.05, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3}
    yield Case("constrained_average", [6], layers, optimizer=("SGD", average), **steps)


def rare_optimizers():
    layers, loss = [dense(7, "tanh"), dense(5, "softmax")], ("SparseCategoricalCrossentropy", {})
    for label, cls, config in (
        ("adagrad", "Adagrad", {"learning_rate": 0.1}),
        ("adagrad_other", "Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 0.01}),
        ("adadelta", "Adadelta", {"learning_rate": 1.0}),
        ("adadelta_other", "Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-3, "weight_decay": 0.01}),
        ("adamax", "Adamax", {"learning_rate": 0.01}),
        ("adamax_other", "Adamax", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.01}),
        ("nadam", "Nadam", {"learning_rate": 0.01}),
        ("nadam_other", "Nadam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "clipnorm": 0.2}),
        ("lion", "Lion", {"learning_rate": 0.003}),
        ("lion_other", "Lion", {"learning_rate": 0.003, "beta_1": 0.7, "beta_2": 0.8, "weight_decay": 0.1}),
    ):
        yield Case(f"optimizer_{label}", [6], layers, loss, "labels", (ACCURACY,), (cls, config), rows=20, batch_size=5, steps=10)


def augmentations():
    """Random amounts from ranges of no length, so that Keras draws the same; only training steps show them."""
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 12, "batch_size": 4, "steps": 4}
    for label, name, config in (
        ("rotation_reflect", "RandomRotation", {"factor": [0.13, 0.13]}),
        ("rotation_wrap", "RandomRotation", {"factor": [-0.21, -0.21], "fill_mode": "wrap"}),
        ("rotation_constant", "RandomRotation", {"factor": [0.4, 0.4], "fill_mode": "constant", "fill_value": 0.7}),
        ("rotation_nearest", "RandomRotation", {"factor": [0.9, 0.9], "fill_mode": "nearest"}),
        ("rotation_unmixed", "RandomRotation", {"factor": [0.13, 0.13], "interpolation": "nearest"}),
        ("translation_reflect", "RandomTranslation", {"height_factor": [0.97, 0.97], "width_factor": [-0.99, -0.99]}),
        ("translation_wrap", "RandomTranslation",
         {"height_factor": [-0.43, -0.43], "width_factor": [0.99, 0.99], "fill_mode": "wrap"}),
        ("translation_constant", "RandomTranslation",
         {"height_factor": [0.23, 0.23], "width_factor": [0.3, 0.3], "fill_mode": "constant", "fill_value": -0.5}),
        ("translation_unmixed", "RandomTranslation",
         {"height_factor": [0.22, 0.22], "width_factor": [-0.37, -0.37], "fill_mode": "nearest", "interpolation": "nearest"}),
        ("zoom_out", "RandomZoom", {"height_factor": [0.93, 0.93]}),
        ("zoom_in", "RandomZoom", {"height_factor": [-0.41, -0.41], "width_factor": [-0.6, -0.6]}),
        ("zoom_both", "RandomZoom", {"height_factor": [0.87, 0.87], "width_factor": [-0.3, -0.3], "fill_mode": "wrap"}),
        ("brightness", "RandomBrightness", {"factor": [0.2, 0.2], "value_range": [-1, 1]}),
        ("contrast", "RandomContrast", {"factor": [-0.4, 0.4], "value_range": [-0.6, 0.7]}),
    ):  # fmt: skip
        layers = [(name, config), FLATTEN, dense(4, "softmax")]
        yield Case(f"augmented_{label}", [6, 7, 2], layers, **steps)
    # TensorFlow's gradient of a movement is not the movement's; that of colors is.
    layers = [conv(3, [1, 1]), ("RandomContrast", {"factor": [-0.4, 0.4], "value_range": [-0.6, 0.7]}),
              ("RandomBrightness", {"factor": [-0.1, -0.1], "value_range": [-0.6, 0.6]}), FLATTEN, dense(4, "softmax")]  # fmt: skip
    yield Case("augmented_behind_conv", [5, 6, 2], layers, **steps)


def random_streams():
    """Only the two languages are compared. Not RandomCrop, which Keras leaves out of inference, so that shapes do not fit."""
    image = [("RandomFlip", {}), ("RandomRotation", {"factor": 0.2}), ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.2}),
             ("RandomZoom", {"height_factor": 0.3}), ("RandomContrast", {"factor": 0.3}), ("RandomBrightness", {"factor": 0.1}),
             ("GaussianNoise", {"stddev": 0.1, "seed": 5})]  # fmt: skip
    layers = [*image, conv(7, [3, 3], activation="relu"), ("SpatialDropout2D", {"rate": 0.25}), FLATTEN,
              ("GaussianDropout", {"rate": 0.3}), dense(9, "relu"), ("Dropout", {"rate": 0.5, "seed": 9}), dense(4, "softmax")]  # fmt: skip
    yield Case("random_streams", [8, 9, 1], layers, ("SparseCategoricalCrossentropy", {}), "labels", (ACCURACY,), ("Adam", {}),
               rows=40, batch_size=8, steps=10, only=("nothing",), fit_epochs=2)  # fmt: skip


def pooled_convolutions():
    """Convolutions that take their gradients from the argmax of the pooling behind them."""
    front = conv(4, [1, 1])
    strided = conv(6, [5, 5], strides=[2, 2], padding="same", activation="relu")
    yield Case("pooled_strides", [15, 13, 3], [front, strided, MAX_POOL, FLATTEN])
    oblong = ("MaxPooling2D", {"pool_size": [2, 3]})
    yield Case("pooled_batch_norm", [9, 11, 3], [front, conv(7, [3, 3], padding="same"), oblong, batch_norm(), FLATTEN])
    yield Case("pooled_winograd", [10, 11, 2], [conv(18, [1, 1]), conv(20, [3, 3], activation="relu"), MAX_POOL, FLATTEN])


def upright(name, channels, layer, shape=(5, 6), **options):
    """`layer` alone behind a 1x1 convolution, and before another, which sees how the layer puts its values."""
    return Case(name, [*shape, 2], [conv(channels, [1, 1]), layer, conv(2, [1, 1]), FLATTEN], **options)


def transposed(filters, kernel, **config):
    return ("Conv2DTranspose", {"filters": filters, "kernel_size": kernel, **config})


def reshaping_layers():
    """Layers that move values: their gradients show in the convolution before them."""
    yield upright("zero_padding", 3, ("ZeroPadding2D", {"padding": [[1, 2], [0, 3]]}))
    yield upright("zero_padding_both", 5, ("ZeroPadding2D", {"padding": [2, 1]}))
    yield upright("cropping", 3, ("Cropping2D", {"cropping": [[1, 2], [0, 3]]}))
    yield upright("up_sampling_nearest", 5, ("UpSampling2D", {"size": [2, 3]}))
    yield upright("up_sampling_bilinear", 3, ("UpSampling2D", {"size": [3, 2], "interpolation": "bilinear"}))
    resizing = {"height": 7, "width": 4}
    yield upright("resizing_bilinear", 3, ("Resizing", resizing))
    yield upright("resizing_nearest", 5, ("Resizing", {**resizing, "interpolation": "nearest"}))
    # First, as TensorFlow has no gradient of it in float64.
    averaged = ("Resizing", {"height": 3, "width": 4, "antialias": True})
    yield Case("resizing_antialias", [9, 10, 2], [averaged, conv(3, [1, 1]), FLATTEN])
    yield upright("resizing_crop", 3, ("Resizing", {**resizing, "crop_to_aspect_ratio": True}), shape=(6, 9))
    padded = {"height": 8, "width": 4, "pad_to_aspect_ratio": True, "fill_value": 0.5}
    yield upright("resizing_pad", 3, ("Resizing", padded), shape=(4, 7))
    yield Case("reshape", [4, 6, 2], [conv(3, [1, 1]), ("Reshape", {"target_shape": [-1, 3, 6]}), conv(4, [2, 2]), FLATTEN])
    yield Case("permute", [4, 6, 2], [conv(3, [1, 1]), ("Permute", {"dims": [2, 1, 3]}), conv(4, [2, 2]), FLATTEN])
    yield Case("permute_channels", [4, 6, 2], [conv(3, [1, 1]), ("Permute", {"dims": [3, 1, 2]}), conv(4, [2, 2]), FLATTEN])
    yield upright("global_max_pool", 5, ("GlobalMaxPooling2D", {"keepdims": True}))
    yield behind_conv("global_average_pool_kept", 5, ("GlobalAveragePooling2D", {"keepdims": True}))
    yield Case("rescaling_first", [5, 6, 2], [("Rescaling", {"scale": 0.5, "offset": -1.0}), conv(3, [3, 3]), FLATTEN])
    yield upright("rescaling_channels", 3, ("Rescaling", {"scale": [0.5, 2.0, -1.0], "offset": [0.0, 1.0, 0.5]}))


def transposed_convolutions():
    yield upright("transposed_3x3", 3, transposed(7, [3, 3]))
    yield upright("transposed_2x3_same", 5, transposed(3, [2, 3], padding="same"))
    yield upright("transposed_stride_2", 3, transposed(17, [3, 3], strides=[2, 2]))
    relu = transposed(5, [3, 3], strides=[2, 2], padding="same", activation="relu")
    yield upright("transposed_stride_2_same", 17, relu, shape=(2, 3), margin=3e-3)
    yield upright("transposed_4x4_stride_2_same", 3, transposed(4, [4, 4], strides=[2, 2], padding="same", use_bias=False))
    yield upright("transposed_1x2_stride_3", 3, transposed(4, [1, 2], strides=[3, 3]))
    options = {"strides": [2, 3], "output_padding": [1, 0], "activation": "tanh"}
    yield upright("transposed_output_padding", 3, transposed(4, [3, 3], **options))
    yield upright("transposed_output_padding_same", 3, transposed(4, [3, 3], padding="same", **options))
    yield Case("transposed_first", [4, 5, 3], [transposed(5, [3, 3], strides=[2, 2]), transposed(2, [2, 2]), FLATTEN])


def layer_norm(**config):
    return ("LayerNormalization", config)


def layer_norms():
    yield upright("layer_norm", 5, layer_norm())
    yield upright("layer_norm_33_channels", 33, layer_norm(epsilon=0.01), shape=(3, 4))
    yield upright("layer_norm_image", 3, layer_norm(axis=[-3, -2, -1]))
    yield upright("layer_norm_rows", 3, layer_norm(axis=[-2, -1], center=False))
    yield upright("layer_norm_bare", 4, layer_norm(scale=False, center=False))
    yield Case("layer_norm_dense", [6], [dense(19), layer_norm(), dense(19), layer_norm(scale=False), dense(4)])
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 20, "batch_size": 5, "steps": 10}
    layers = [conv(5, [3, 3]), layer_norm(), activation("tanh"), FLATTEN, frozen(layer_norm()), dense(4, "softmax")]
    yield Case("layer_norm_training", [6, 6, 2], layers, **steps)


def group_norm(groups, **config):
    return ("GroupNormalization", {"groups": groups, **config})


def group_norms():
    yield upright("group_norm", 6, group_norm(2))
    # Without a bias before it, whose gradient would be nothing but rounding errors.
    layers = [conv(5, [1, 1], use_bias=False), group_norm(-1, epsilon=0.01), conv(2, [1, 1]), FLATTEN]
    yield Case("group_norm_instance", [3, 7, 2], layers)
    yield upright("group_norm_whole", 7, group_norm(1, center=False))
    yield upright("group_norm_66_channels", 66, group_norm(3), shape=(3, 3))
    yield upright("group_norm_blocks", 6, group_norm(3), shape=(37, 41), only=("output", "loss", "gradients"))
    yield upright("group_norm_bare", 4, group_norm(2, scale=False, center=False))
    yield upright("group_norm_rows", 3, group_norm(2, axis=1), shape=(4, 5))
    yield upright("group_norm_columns", 3, group_norm(3, axis=-2), shape=(5, 6))
    yield Case("group_norm_dense", [6], [dense(18), group_norm(3), dense(19), group_norm(1, scale=False), dense(4)])
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 20, "batch_size": 5, "steps": 10}
    rules = {"gamma_regularizer": l2(0.1), "beta_constraint": constraint("NonNeg")}
    layers = [conv(6, [3, 3]), group_norm(3, **rules), activation("tanh"), FLATTEN, frozen(group_norm(32)), dense(4, "softmax")]
    yield Case("group_norm_training", [6, 6, 2], layers, **steps)


def unit_norms():
    yield upright("unit_norm", 5, ("UnitNormalization", {}))
    yield upright("unit_norm_33_channels", 33, ("UnitNormalization", {"axis": 3}), shape=(3, 4))
    yield upright("unit_norm_image", 3, ("UnitNormalization", {"axis": [-3, -2, -1]}))
    yield upright("unit_norm_pixels", 3, ("UnitNormalization", {"axis": [1, 2]}))
    yield upright("unit_norm_outer", 4, ("UnitNormalization", {"axis": [1, -1]}))
    yield Case("unit_norm_dense", [6], [dense(19), ("UnitNormalization", {}), dense(4)])


def fitting_layers():
    """Layers whose output has the size that is asked for."""
    for cls, short in (("AdaptiveAveragePooling2D", "average"), ("AdaptiveMaxPooling2D", "max")):
        for label, size in (("2x3", [2, 3]), ("4x5", [4, 5]), ("larger", [9, 7]), ("7x3", [7, 3])):
            yield upright(f"adaptive_{short}_{label}", 5, (cls, {"output_size": size}), shape=(7, 9))
        yield upright(f"adaptive_{short}_even", 3, (cls, {"output_size": [2, 4]}), shape=(6, 8))
        # More than 255 pixels in a window.
        yield upright(f"adaptive_{short}_large", 1, (cls, {"output_size": [2, 2]}), shape=(35, 30))
    for label, height, width, shape in (
        ("inside", 3, 4, (6, 9)), ("odd", 4, 3, (7, 6)), ("same", 5, 6, (5, 6)), ("resized", 7, 8, (5, 6)),
        ("too_low", 6, 4, (5, 9)), ("too_narrow", 3, 8, (7, 5)),
    ):  # fmt: skip
        yield upright(f"center_crop_{label}", 3, ("CenterCrop", {"height": height, "width": width}), shape=shape)
    repeated = [dense(5), ("RepeatVector", {"n": 3}), dense(4)]
    yield Case("repeat_vector", [6], [*repeated, FLATTEN])
    yield Case("identity", [6], [dense(5), ("Identity", {}), dense(4)])
    yield Case("alpha_dropout_inference", [6], [dense(5), ("AlphaDropout", {"rate": 0.4}), dense(4)])


def standardization(**config):
    return ("Normalization", config)


def standardizations():
    """By weights, which Keras sets by `adapt`, or by given numbers."""
    yield upright("normalization", 3, standardization())
    yield upright("normalization_rows_channels", 3, standardization(axis=[1, 3]), shape=(7, 4))
    yield upright("normalization_columns", 3, standardization(axis=-2), shape=(4, 5))
    yield upright("normalization_scalar", 3, standardization(axis=None), shape=(3, 5))
    yield upright("normalization_invert", 33, standardization(invert=True), shape=(3, 4))
    yield Case("normalization_first", [5], [standardization(), dense(4, "tanh"), dense(3)])
    given = {"mean": [0.5, -0.25, 1.0], "variance": [0.25, 4.0, 0.0625]}
    yield upright("normalization_given", 3, standardization(**given))
    yield upright("normalization_given_inverse", 3, standardization(invert=True, **given))
    yield upright("normalization_given_stretched", 3, standardization(axis=[1, 3], **given), shape=(2, 5))
    table = {"mean": [[0.5], [-0.25]], "variance": [[4.0], [0.25]]}
    yield upright("normalization_given_table", 3, standardization(axis=[-3, -1], **table), shape=(2, 5))
    yield upright("normalization_given_numbers", 3, standardization(mean=0.5, variance=2.0))
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 20, "batch_size": 5, "steps": 4}
    yield Case("normalization_training", [4, 5, 2], [standardization(), conv(3, [2, 2]), FLATTEN, dense(4, "softmax")], **steps)


def alpha_dropouts():
    """Random streams, which Keras has otherwise: only the two languages are compared."""
    layers = [conv(7, [3, 3], activation="selu"), ("AlphaDropout", {"rate": 0.25}), FLATTEN, dense(9, "selu"),
              ("AlphaDropout", {"rate": 0.5, "seed": 9}), dense(4, "softmax")]  # fmt: skip
    yield Case("alpha_dropout", [8, 9, 1], layers, ("SparseCategoricalCrossentropy", {}), "labels", (ACCURACY,), ("Adam", {}),
               rows=40, batch_size=8, steps=10, only=("output", "metrics"), fit_epochs=2)  # fmt: skip


MORE_ACTIVATIONS = ["relu6", "silu", "selu", "celu", "softplus", "softsign", "exponential", "hard_sigmoid", "hard_silu",
                    "hard_tanh", "mish", "log_sigmoid", "log_softmax"]  # fmt: skip


def more_activations():
    for name in MORE_ACTIVATIONS:
        yield Case(f"activation_{name}", [6], [dense(7), activation(name), dense(3)])
        # Wider, so that limits are reached.
        scaled = [("Rescaling", {"scale": 8.0}), activation(name)]
        yield Case(f"activation_on_images_{name}", [3, 4, 2], [conv(5, [1, 1]), *scaled, FLATTEN], margin=0.02)
    small = {"shape": (3, 4), "margin": 4e-3}
    yield upright("relu_layer", 3, ("ReLU", {}), **small)
    yield upright("relu_layer_limit", 3, ("ReLU", {"max_value": 0.5}), **small)
    yield upright("relu_layer_slope", 3, ("ReLU", {"negative_slope": 0.25}), **small)
    steep = {"max_value": 0.75, "negative_slope": 0.25, "threshold": 0.25}
    yield upright("relu_layer_all", 3, ("ReLU", steep), **small)
    yield upright("leaky_relu_layer", 3, ("LeakyReLU", {}))
    yield upright("elu_layer", 3, ("ELU", {"alpha": 0.5}))
    yield upright("prelu", 3, ("PReLU", {}), **small)
    yield upright("prelu_shared", 5, ("PReLU", {"shared_axes": [1, 2]}), **small)
    yield upright("prelu_shared_rows", 3, ("PReLU", {"shared_axes": [1]}), **small)
    yield upright("prelu_single", 7, ("PReLU", {"shared_axes": [1, 2, 3]}), **small)
    yield Case("prelu_dense", [6], [dense(19), ("PReLU", {}), dense(3)])
    yield upright("softmax_layer", 5, ("Softmax", {}))
    whole = [("Rescaling", {"scale": 4.0}), ("Softmax", {"axis": [-3, -2, -1]}), ("Rescaling", {"scale": 16.0})]
    yield Case("softmax_layer_image", [5, 6, 2], [conv(3, [1, 1]), *whole, FLATTEN])
    probabilities = [dense(7, "tanh"), dense(5), ("Softmax", {})]
    yield Case("softmax_layer_last", [6], probabilities, ("SparseCategoricalCrossentropy", {}), "labels", (ACCURACY,), rows=8)


def more_rules():
    layers = [transposed(3, [3, 3], strides=[2, 2], kernel_regularizer=l2(0.02), kernel_constraint=constraint("MaxNorm", max_value=0.9)),
              ("PReLU", {"shared_axes": [1, 2], "alpha_regularizer": l1(0.02)}),
              layer_norm(gamma_regularizer=l2(0.1), beta_constraint=constraint("NonNeg")), activation("tanh"), FLATTEN,
              dense(4, "softmax")]  # fmt: skip
    steps = {"loss": ("SparseCategoricalCrossentropy", {}), "target": "labels", "rows": 20, "batch_size": 5, "steps": 4}
    yield Case("more_rules", [3, 4, 2], layers, **steps)


def rare_losses():
    for label, output, loss, target, config in (
        ("absolute", "linear", "MeanAbsoluteError", "values", {}),
        ("percentage", "linear", "MeanAbsolutePercentageError", "values", {}),
        ("logarithmic", "sigmoid", "MeanSquaredLogarithmicError", "zero_one", {}),
        ("huber", "linear", "Huber", "values", {}),
        ("huber_delta", "linear", "Huber", "values", {"delta": 0.3}),
        ("log_cosh", "linear", "LogCosh", "values", {}),
        ("hinge", "tanh", "Hinge", "values", {}),
        ("hinge_zero_one", "tanh", "Hinge", "zero_one", {}),
        ("squared_hinge", "linear", "SquaredHinge", "zero_one", {}),
        ("categorical_hinge", "linear", "CategoricalHinge", "one_hot", {}),
        ("divergence", "softmax", "KLDivergence", "one_hot", {}),
        ("poisson", "sigmoid", "Poisson", "zero_one", {}),
        ("cosine", "linear", "CosineSimilarity", "values", {}),
    ):
        metrics = [named_metric(loss)] if loss not in ("Huber", "CosineSimilarity") else []
        yield from classifier(f"loss_{label}", output, (loss, config), target, metrics, margin=0.02)
    smooth, logits = {"label_smoothing": 0.1}, {"from_logits": True}
    balanced, sharp = {"apply_class_balancing": True, "alpha": 0.4}, {"alpha": 0.7, "gamma": 1.5}
    binary, categorical = "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"
    yield from classifier("focal_binary", "sigmoid", (binary, balanced), "zero_one")
    yield from classifier("focal_binary_logits", "linear", (binary, {**logits, **smooth, **sharp}), "zero_one", units=1)
    yield from averaged("focal_binary_probabilities", "sigmoid", (binary, {**balanced, **smooth}), "zero_one")
    yield from classifier("focal_categorical", "softmax", (categorical, {}), "one_hot")
    yield from classifier("focal_categorical_logits", "linear", (categorical, {**logits, **smooth, **sharp}), "one_hot")
    yield from averaged("focal_categorical_sums_not_one", "sigmoid", (categorical, sharp), "one_hot")
    for label, output, loss, target, config in (
        ("sparse", "softmax", "SparseCategoricalCrossentropy", "labels", {}),
        ("categorical", "softmax", "CategoricalCrossentropy", "one_hot", {"label_smoothing": 0.2}),
        ("binary", "sigmoid", "BinaryCrossentropy", "zero_one", {"label_smoothing": 0.2}),
    ):
        yield from classifier(f"loss_as_metric_{label}", output, (loss, {}), target, (named_metric(loss, config),))


def scores():
    """Metrics that count by class, and the cosine, whose loss is minus it."""
    chosen = [*(metric("F1Score", average=average) for average in ("micro", "macro", "weighted")),
              metric("FBetaScore", average="weighted", beta=2.0, threshold=0.2), metric("CosineSimilarity")]  # fmt: skip
    yield from classifier("scores_softmax", "softmax", ("CategoricalCrossentropy", {}), "one_hot", chosen)
    yes_no = [metric("F1Score", average="macro", threshold=0.5), metric("FBetaScore", average="micro", beta=0.5, threshold=0.4)]
    yield from classifier("scores_sigmoid", "sigmoid", ("BinaryCrossentropy", {}), "zero_one", yes_no, units=3)


def regularized_leaders():
    layers, loss = [dense(7, "tanh"), dense(5, "softmax")], ("SparseCategoricalCrossentropy", {})
    penalties = {"l1_regularization_strength": 0.01, "l2_regularization_strength": 0.02, "beta": 0.5,
                 "l2_shrinkage_regularization_strength": 0.03}  # fmt: skip
    for label, config in (
        ("ftrl", {"learning_rate": 0.1}),
        ("ftrl_other", {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "weight_decay": 0.01, **penalties}),
        ("ftrl_power", {"learning_rate": 0.1, "learning_rate_power": -0.7, "clipnorm": 0.2}),
    ):
        optimizer = ("Ftrl", config)
        yield Case(f"optimizer_{label}", [6], layers, loss, "labels", (ACCURACY,), optimizer, rows=20, batch_size=5, steps=10)


def all_cases():
    models = (convolutions, pools, dense_layers, losses, accuracies, optimizers, whole_models, bits_only, batch_norms)
    late = (steered, more_metrics, separable_convolutions, regularizers, constraints, rare_optimizers,
            augmentations, random_streams, pooled_convolutions)
    more_layers = (reshaping_layers, transposed_convolutions, layer_norms, more_activations, more_rules, rare_losses,
                   phased_convolutions, scores, regularized_leaders)
    later = (group_norms, unit_norms, fitting_layers, standardizations, alpha_dropouts)
    for group in (*models, *late, *more_layers, *later):
        yield from group()


def weight_scale(shape, name=""):
    """The power of two nearest to what keeps the variance of a layer's output near that of its input; 1/4 for a bias.

    Zero for what Keras counts in integers.
    """
    if name == "count":
        return 0.0
    return 0.25 if len(shape) < 2 else 2.0 ** round(math.log2(math.sqrt(3 / math.prod(shape[:-1]))))


def weight_offset(name):
    """Around 1 for what multiplies or divides."""
    return 1.0 if name in ("gamma", "moving_variance", "variance") else 0.0
