"""Calls without a model: metrics, losses, activations, initializers, schedules, configurations and helpers."""

import numpy as np
import swiftcnn
from swiftcnn import (
    activations,
    applications,
    backend,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    nn,
    optimizers,
    regularizers,
    utils,
)
from swiftcnn.preprocessing import image

from fuzz import arrays
from fuzz.choices import made
from fuzz.values import FAR_INTEGERS, bad, flag, of, seed, settings, shown

FUNCTIONS = (
    *(
        "mean_squared_error",
        "mean_absolute_error",
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
    ),
    *("hinge", "squared_hinge", "categorical_hinge", "kl_divergence", "poisson", "cosine_similarity", "huber", "log_cosh"),
    *(
        "binary_focal_crossentropy",
        "categorical_focal_crossentropy",
        "mean_squared_logarithmic_error",
        "mean_absolute_percentage_error",
    ),
)
ACTIVATIONS = (
    "relu",
    "softmax",
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "sigmoid",
    "tanh",
    "selu",
    "softplus",
    "hard_silu",
    "mish",
)


def call(draw, session):
    draw.badness = max(draw.badness, 0.1)
    draw.choice(CALLS)(draw, session)


def _pair(draw):
    shape = draw.choice(((), (3,), (3, 4), (3, 1), (2, 3, 4), (0,), (0, 3)))
    other = arrays.misshapen(draw, shape) if draw.chance(0.2) else shape
    first = arrays.labels(draw, shape, 3) if draw.chance(0.3) else arrays.floats(draw, shape)
    return first, arrays.floats(draw, other)


def _metric(draw, session):
    metric = session.attempt("a metric", lambda: made(draw, "metrics"))
    if metric is None:
        return
    for _ in range(draw.choice((0, 1, 2))):
        pair, weight = _pair(draw), draw.choice((None, None, 1, np.float32(0.5), np.ones(3), bad(draw)))
        what = f"{shown(metric)}.update_state({shown(pair)}, sample_weight={shown(weight)})"
        session.attempt(what, lambda pair=pair, weight=weight: metric.update_state(*pair, sample_weight=weight))
    session.attempt(f"{shown(metric)}.result", metric.result)
    session.attempt("reset_state", metric.reset_state)
    _round_trip(draw, session, metric, metrics)


def _loss(draw, session):
    pair = _pair(draw)
    if draw.chance(0.5):
        function = getattr(losses, draw.choice(FUNCTIONS))
        session.attempt(f"{shown(function)}({shown(pair)})", lambda: function(*pair))
        return
    loss = session.attempt("a loss", lambda: made(draw, "losses"))
    if loss is not None:
        weight = draw.choice((None, 1, np.ones(3), bad(draw)))
        session.attempt(f"{shown(loss)}({shown(pair)}, {shown(weight)})", lambda: loss(*pair, weight))
        _round_trip(draw, session, loss, losses)


def _activation(draw, session):
    function = getattr(draw.choice((activations, nn)), draw.choice(ACTIVATIONS), activations.relu)
    x = _pair(draw)[1]
    session.attempt(f"{shown(function)}({shown(x)})", lambda: function(x))
    session.attempt("with a bad setting", lambda: function(x, bad(draw)))
    session.attempt("activations.get", lambda: activations.get(bad(draw)))


def _initializer(draw, session):
    initializer = session.attempt("an initializer", lambda: made(draw, "initializers"))
    if initializer is None:
        return
    shape = (
        bad(draw)
        if draw.chance(0.3)
        else draw.choice(((3,), (3, 4), (3, 3, 2, 4), (), (0, 3), [2, 2], (2**40,), (-1, 2), (2.5,), ("a",), (2**63, 2**63)))
    )
    if callable(initializer):
        session.attempt(f"{shown(initializer)}({shown(shape)})", lambda: initializer(shape))
    _round_trip(draw, session, initializer, initializers)


def _schedule(draw, session):
    schedule = session.attempt("a schedule", lambda: made(draw, "schedules"))
    if schedule is not None:
        step = draw.choice((0, 1, 5, 10**6, 2**31, 2**53, 2**62, 2**63 - 1, *FAR_INTEGERS, bad(draw)))
        session.attempt(f"{shown(schedule)}({shown(step)}) of {_config(schedule)}", lambda: schedule(step))
        _round_trip(draw, session, schedule, optimizers.schedules)


def _config(item):
    try:
        return shown(item.get_config())
    except Exception:
        return "?"


def _optimizer(draw, session):
    optimizer = session.attempt("an optimizer", lambda: made(draw, "optimizers"))
    if optimizer is None:
        return
    value = draw.choice((0.1, bad(draw), bad(draw)))
    session.attempt(f"learning_rate = {shown(value)}", lambda: setattr(optimizer, "learning_rate", value))
    session.attempt("learning_rate", lambda: float(optimizer.learning_rate))
    session.attempt("iterations", lambda: optimizer.iterations)
    _round_trip(draw, session, optimizer, optimizers)


def _rule(draw, session):
    which = draw.choice(("regularizers", "constraints"))
    rule = session.attempt(which, lambda: made(draw, which))
    if rule is not None:
        _round_trip(draw, session, rule, {"regularizers": regularizers, "constraints": constraints}[which])
        if callable(rule):
            x = arrays.floats(draw, (3, 4))
            session.attempt(f"{shown(rule)}({shown(x)})", lambda: rule(x))


def _round_trip(draw, session, item, module):
    config = session.attempt(f"{shown(item)}.get_config", item.get_config)
    if not isinstance(config, dict):
        return
    if config and draw.chance(0.5):
        config[draw.choice(sorted(config))] = bad(draw)
    session.attempt(f"{type(item).__name__}.from_config({shown(config)})", lambda: type(item).from_config(config))
    identifier = draw.choice(
        (bad(draw), item, type(item), type(item).__name__, {"class_name": type(item).__name__, "config": config}, {"class": "x"})
    )
    session.attempt(f"get({shown(identifier)})", lambda: module.get(identifier))


def _helper(draw, session):
    what = draw.choice(sorted(HELPERS))
    session.attempt(what, lambda: HELPERS[what](draw))


def _images(draw):
    shape = draw.choice(((2, 5, 5, 3), (2, 5, 5, 3), (3, 4, 4, 1), (1, 5, 5, 4), (0, 5, 5, 3), (5, 5, 3)))
    return arrays.floats(draw, shape)


def _picture(draw):
    return arrays.floats(draw, draw.choice(((5, 5, 3), (4, 4, 1), (5, 5), (0, 3, 3))))


def _flow(draw):
    """Images that are transformed at random."""
    made = image.ImageDataGenerator(**settings(draw, TRANSFORMS, 0.2))
    x = _images(draw)
    if draw.chance(0.3):
        made.fit(x)
    batches = made.flow(
        x, draw.choice((None, arrays.labels(draw, (2,), 2))), **settings(draw, {"batch_size": of(1, 2, 32), "seed": seed})
    )
    return next(batches)


TRANSFORMS = {
    "rotation_range": of(0, 20, 360),
    "width_shift_range": of(0, 0.2, 2, [-1, 1]),
    "height_shift_range": of(0, 0.5),
    "brightness_range": of(None, (0.5, 1.5)),
    "shear_range": of(0, 10),
    "zoom_range": of(0, 0.2, (0.5, 2)),
    "channel_shift_range": of(0, 10),
    "fill_mode": of("nearest", "constant", "reflect", "wrap"),
    "horizontal_flip": flag,
    "rescale": of(None, 1 / 255),
    "zca_whitening": flag,
    "featurewise_center": flag,
    "samplewise_std_normalization": flag,
    "preprocessing_function": of(None, lambda picture: picture, lambda picture: None),
    "validation_split": of(0, 0.5),
    "interpolation_order": of(0, 1),
}


def flow_of_files(draw, session):
    """Transformed images of a mapped file, which may be cut meanwhile."""
    made = session.attempt("a generator of images", lambda: image.ImageDataGenerator(**settings(draw, TRANSFORMS, 0.2)))
    x = arrays.cut_file(draw, (4000, 4, 4, 1)) if draw.chance(0.7) else _images(draw)
    if made is None:
        return
    if draw.chance(0.3):
        session.attempt(f"fit({shown(x)}) of a generator of images", lambda: made.fit(x))
    given = settings(draw, {"batch_size": of(1, 32, 1000), "seed": seed, "shuffle": flag})
    batches = session.attempt(f"flow({shown(x)})", lambda: made.flow(x, draw.choice((None, np.zeros(len(x)))), **given))
    for _ in range(draw.choice((1, 3)) if batches is not None else 0):
        session.attempt(f"a batch of the flow of {shown(x)}", lambda: next(batches))


THREADS = (1, 2, 0, -1, 1.5, None, "2", 2**31, 2**63, np.int64(2))
HELPERS = {
    "to_categorical": lambda draw: utils.to_categorical(arrays.labels(draw, (4,), 3), draw.choice((None, 3, 10, bad(draw)))),
    "normalize": lambda draw: utils.normalize(arrays.floats(draw, (3, 4)), *(draw.choice((1, bad(draw))) for _ in range(2))),
    "confusion_matrix": lambda draw: metrics.confusion_matrix(*_pair(draw), draw.choice((None, 3, bad(draw)))),
    "set_random_seed": lambda draw: utils.set_random_seed(bad(draw)),
    "set_num_threads": lambda draw: swiftcnn.set_num_threads(draw.choice(THREADS)),
    "set_floatx": lambda draw: backend.set_floatx(draw.choice(("float32", "float64", bad(draw)))),
    "set_image_data_format": lambda draw: backend.set_image_data_format(bad(draw)),
    "clear_session": lambda draw: backend.clear_session(),
    "array_to_img": lambda draw: utils.array_to_img(_picture(draw)),
    "img_to_array": lambda draw: utils.img_to_array(arrays.floats(draw, (3, 3, 3))),
    "model_from_json": lambda draw: models.model_from_json(draw.choice(("{}", "[]", "", "null", "[" * 5000, bad(draw)))),
    "load_model": lambda draw: models.load_model(bad(draw)),
    "clone_model": lambda draw: models.clone_model(bad(draw)),
    "Sequential": lambda draw: swiftcnn.Sequential(bad(draw)),
    "Model": lambda draw: swiftcnn.Model(draw.choice((bad(draw), swiftcnn.Input((3,)))), bad(draw)),
    "Input": lambda draw: swiftcnn.Input(bad(draw), **{draw.choice(("batch_size", "dtype", "name", "batch_shape")): bad(draw)}),
    "layer from_config": lambda draw: layers.Dense.from_config(bad(draw)),
    "layer call": lambda draw: layers.Dense(3)(draw.choice((bad(draw), arrays.floats(draw, (2, 3)), swiftcnn.Input((3,))))),
    "load_img": lambda draw: image.load_img(bad(draw)),
    "flow": _flow,
    "random transform": lambda draw: image.ImageDataGenerator(**settings(draw, TRANSFORMS)).random_transform(_picture(draw)),
    "affine": lambda draw: image.apply_affine_transform(_picture(draw), *(draw.choice((0, 1, bad(draw))) for _ in range(4))),
    "preprocess_input": lambda draw: applications.vgg16.preprocess_input(_images(draw)),
    "decode_predictions": lambda draw: applications.vgg16.decode_predictions(bad(draw), top=draw.choice((1, bad(draw)))),
    "get_value": lambda draw: backend.get_value(bad(draw)),
}


CALLS = (_metric, _metric, _metric, _loss, _loss, _activation, _initializer, _schedule, _optimizer, _rule, *(_helper,) * 4)
