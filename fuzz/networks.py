"""Models of random layers with random settings."""

from swiftcnn import Input, Model, Sequential, layers

from fuzz.choices import constraint, initializer, regularizer
from fuzz.values import bad, count, flag, name, of, others, positive, seed, settings, share, shown_call, side, sides

ACTIVATION = of(None, "relu", "softmax", "tanh", "sigmoid", "gelu", "elu", "hard_swish", "log_softmax", "exponential", "celu")
PADDING = of("valid", "same", "same")
FACTOR = of(0.1, 0.5, 1, (-0.2, 0.3), (0, 1), [-1, 1])
FORMAT = of(None, "channels_last")
EDGES = of(0, 1, 2, (1, 2), ((1, 0), (0, 2)), [[1, 1], [1, 1]])
FILL = of("constant", "nearest", "reflect", "wrap")
INTERPOLATION = of("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5")
SPREAD = of(None, -1, 1, 2, 3, [1, 2], (1, 2, 3), [-1])

COMMON = {"name": name, "trainable": of(True, True, True, False), "dtype": of(None, "float32")}
KERNEL = {
    "kernel_initializer": initializer,
    "bias_initializer": initializer,
    "use_bias": flag,
    "activation": ACTIVATION,
    "kernel_regularizer": regularizer,
    "bias_regularizer": regularizer,
    "kernel_constraint": constraint,
    "bias_constraint": constraint,
}
WINDOW = {
    "!kernel_size": sides,
    "strides": sides,
    "padding": PADDING,
    "dilation_rate": of(1, 1, 2, (1, 2)),
    "data_format": FORMAT,
}
POOL = {"pool_size": sides, "strides": of(None, 1, 2, (2, 1)), "padding": PADDING, "data_format": FORMAT}
DEPTHWISE = {"depthwise_initializer": initializer, "depthwise_regularizer": regularizer, "depthwise_constraint": constraint}
NORMAL = {
    "axis": of(-1, -1, 1, 2, 3, [1, 2]),
    "epsilon": positive,
    "center": flag,
    "scale": flag,
    "beta_initializer": initializer,
    "gamma_initializer": initializer,
    "gamma_regularizer": regularizer,
    "beta_constraint": constraint,
}
RANDOM = {"seed": seed}
MOVED = {"fill_mode": FILL, "fill_value": positive, "interpolation": of("bilinear", "nearest"), "data_format": FORMAT} | RANDOM

# {layer: its settings}; a name with `!` is needed.
FOR_IMAGES = {
    "Conv2D": {"!filters": count, "groups": of(1, 1, 1, 2, 3)} | WINDOW | KERNEL,
    "Conv2DTranspose": {"!filters": count, "output_padding": of(None, None, 0, 1, (1, 0))} | WINDOW | KERNEL,
    "DepthwiseConv2D": {"depth_multiplier": of(1, 2, 3)} | WINDOW | KERNEL | DEPTHWISE,
    "SeparableConv2D": {"!filters": count, "depth_multiplier": of(1, 2), "pointwise_initializer": initializer} | WINDOW | KERNEL,
    "MaxPooling2D": POOL,
    "AveragePooling2D": POOL,
    "AdaptiveAveragePooling2D": {"!output_size": sides, "data_format": FORMAT},
    "AdaptiveMaxPooling2D": {"!output_size": sides, "data_format": FORMAT},
    "CenterCrop": {"!height": side, "!width": side, "data_format": FORMAT},
    "BatchNormalization": NORMAL | {"momentum": share, "moving_mean_initializer": initializer, "renorm": flag},
    "UpSampling2D": {"size": sides, "interpolation": INTERPOLATION, "data_format": FORMAT},
    "ZeroPadding2D": {"padding": EDGES, "data_format": FORMAT},
    "Cropping2D": {"cropping": EDGES, "data_format": FORMAT},
    "Resizing": {"!height": side, "!width": side, "interpolation": INTERPOLATION, "crop_to_aspect_ratio": flag, "antialias": flag}
    | {"pad_to_aspect_ratio": flag, "fill_value": positive, "data_format": FORMAT},
    "RandomBrightness": {"!factor": FACTOR, "value_range": of((0, 255), (0, 1), (1, 0), [-1, 1])} | RANDOM,
    "RandomContrast": {"!factor": FACTOR, "value_range": of((0, 255), (0, 1))} | RANDOM,
    "RandomCrop": {"!height": side, "!width": side, "data_format": FORMAT} | RANDOM,
    "RandomFlip": {"mode": of("horizontal", "vertical", "horizontal_and_vertical"), "data_format": FORMAT} | RANDOM,
    "RandomRotation": {"!factor": FACTOR} | MOVED,
    "RandomTranslation": {"!height_factor": FACTOR, "!width_factor": FACTOR} | MOVED,
    "RandomZoom": {"!height_factor": FACTOR, "width_factor": FACTOR} | MOVED,
    "SpatialDropout2D": {"!rate": share, "data_format": FORMAT} | RANDOM,
}
FOR_ALL = {
    "Activation": {"!activation": ACTIVATION},
    "AlphaDropout": {"!rate": share, "noise_shape": of(None, None, (None, 1))} | RANDOM,
    "Dropout": {"!rate": share, "noise_shape": of(None, None, (None, 1))} | RANDOM,
    "GaussianDropout": {"!rate": share} | RANDOM,
    "GaussianNoise": {"!stddev": share} | RANDOM,
    "ELU": {"alpha": positive},
    "LeakyReLU": {"negative_slope": share, "alpha": share},
    "PReLU": {
        "alpha_initializer": initializer,
        "shared_axes": SPREAD,
        "alpha_regularizer": regularizer,
        "alpha_constraint": constraint,
    },
    "ReLU": {"max_value": of(None, 1, 6, 0), "negative_slope": share, "threshold": share},
    "Softmax": {"axis": of(-1, -1, 1, 2, [1, 2])},
    "LayerNormalization": NORMAL,
    "GroupNormalization": NORMAL | {"groups": of(32, -1, -1, 1, 2, 3), "axis": of(-1, -1, -2, 1, 2, 3)},
    "UnitNormalization": {"axis": of(-1, -1, 1, 2, [1, 2], (-3, -1))},
    "Normalization": {
        "axis": of(-1, -1, None, 1, 2, [1, 2], (-3, -1)),
        "mean": of(None, None, 0, 0.5, [1, 2, 3], [[1], [2]]),
        "variance": of(None, None, 1, 0, [1, 2, 3], [[1], [0.5]]),
        "invert": flag,
    },
    "ActivityRegularization": {"l1": share, "l2": share},
    "Identity": {},
    "RepeatVector": {"!n": count},
    "Rescaling": {"!scale": of(1 / 255, 2, 0, [1, 2, 3]), "offset": of(0, -1, [0.5], [1, 2, 3])},
    "Permute": {"!dims": of((1,), (2, 1), (2, 1, 3), (3, 1, 2), [1, 2, 3], (1, 1, 2))},
    "Reshape": {"!target_shape": of((-1,), (1, -1), (-1, 1, 1), (2, 2), (-1, -1), (4,), (1, 1, -1), ())},
    "BatchNormalization": NORMAL | {"momentum": share},
    "Dense": {"!units": count} | KERNEL,
}
JOINED_AXIS = of(-1, -1, 1, 2, 3, -2, 0, 9)
MERGES = {
    "Add": {},
    "Subtract": {},
    "Multiply": {},
    "Average": {},
    "Maximum": {},
    "Minimum": {},
    "Concatenate": {"axis": JOINED_AXIS},
    "Dot": {"!axes": of(1, 1, -1, 2, (1, 1), (2, 2), [1, 2], (1,)), "normalize": flag},
}
TO_VECTORS = {
    "Flatten": {"data_format": FORMAT},
    "GlobalAveragePooling2D": {"keepdims": of(False, False, True), "data_format": FORMAT},
    "GlobalMaxPooling2D": {"keepdims": of(False, False, True), "data_format": FORMAT},
}
FAMILIES = [module for name, module in vars(layers).items() if name.endswith("_classes") and hasattr(module, "__all__")]
FOR_ALL |= others(FAMILIES, FOR_IMAGES, FOR_ALL, MERGES, TO_VECTORS)


def layer(draw, session, table):
    kind = draw.choice(sorted(table))
    given = settings(draw, table[kind] | COMMON, 0.15)
    return session.attempt(shown_call(kind, given), lambda: getattr(layers, kind)(**given))


def any_layer(draw, session):
    """Perhaps None, if its settings are refused."""
    return layer(draw, session, draw.choice((FOR_IMAGES, FOR_ALL, TO_VECTORS, MERGES)))


def input_shape(draw):
    kind = draw.random()
    if kind < 0.25:
        return (count(draw),)
    if kind < 0.9:
        return (draw.randint(1, 10), draw.randint(1, 10), draw.choice((1, 1, 2, 3, 4, 5, 17)))
    if kind < 0.96:
        return tuple(draw.randint(1, 4) for _ in range(draw.choice((2, 2, 4, 5, 9))))
    if kind < 0.98:
        return tuple(draw.choice((None, 1, 3)) for _ in range(draw.choice((1, 3))))
    return bad(draw) if draw.badness else (3,)


def line(draw, session, shape):
    """Layers, one behind the other, that may fit."""
    made = []
    of_images = isinstance(shape, tuple) and len(shape) == 3
    if of_images:
        made += [layer(draw, session, FOR_IMAGES if draw.chance(0.75) else FOR_ALL) for _ in range(draw.randint(0, 4))]
        if draw.chance(0.85):
            made.append(layer(draw, session, TO_VECTORS))
    made += [layer(draw, session, FOR_ALL) for _ in range(draw.choice((0, 0, 1, 2)))]
    if draw.chance(0.8):
        made.append(layer(draw, session, {"Dense": FOR_ALL["Dense"]}))
    return [each for each in made if each is not None]


def plain(draw, shape=(4, 4, 1)):
    """A model that nobody can object to."""
    line = [layers.Conv2D(3, 3, padding="same", activation="relu"), layers.BatchNormalization(), layers.Dropout(0.2)]
    return Sequential([Input(shape), *line[: draw.randint(1, 3)], layers.Flatten(), layers.Dense(3, activation="softmax")])


def network(draw, session):
    """A model, built or not."""
    shape = input_shape(draw)
    items = line(draw, session, shape)
    if draw.chance(0.1):
        inner = session.attempt("inner Sequential", lambda: Sequential(items[1:], name=name(draw)))
        items = items[:1] + [inner] * (inner is not None)
    if draw.chance(0.05) and items:
        items.append(draw.choice(items))
    kind = draw.random()
    if kind < 0.7:
        model = session.attempt(f"Sequential of {shape}", lambda: Sequential([Input(shape), *items], name=name(draw)))
    elif kind < 0.85:
        model = session.attempt("Sequential without Input", lambda: Sequential(items, name=name(draw)))
    else:
        model = session.attempt(f"Model of {shape}", lambda: functional(draw, shape, items))
    return model if model is not None and model_is_small(session, model) else plain(draw)


def functional(draw, shape, items):
    inputs = place = Input(shape)
    for item in items:
        place = item(place)
    return Model(inputs, place, name=name(draw))


def model_is_small(session, model):
    """Whether it may rightly be computed in the memory that a case has."""
    if not getattr(model, "built", False):
        return True
    parameters = session.attempt("count_params", model.count_params)
    if parameters is None or parameters > 1_000_000:
        return False
    info = session.attempt("plan_info(8)", lambda: model.plan_info(8))
    return info is not None and max(info["training_bytes"], info["inference_bytes"]) < 60_000_000
