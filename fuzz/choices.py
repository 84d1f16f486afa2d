"""Initializers, regularizers, constraints, schedules, optimizers, losses and metrics."""

from swiftcnn import constraints, initializers, losses, metrics, optimizers, regularizers
from swiftcnn.optimizers import schedules

from fuzz.values import bad, count, flag, name, of, others, positive, seed, settings, share

INITIALIZERS = {
    "Constant": {"value": of(0, 0.5, -1, 1e30)},
    "GlorotNormal": {"seed": seed},
    "GlorotUniform": {"seed": seed},
    "HeNormal": {"seed": seed},
    "Identity": {"gain": positive},
    "LecunUniform": {"seed": seed},
    "Ones": {},
    "Orthogonal": {"gain": positive, "seed": seed},
    "RandomNormal": {"mean": share, "stddev": share, "seed": seed},
    "RandomUniform": {"minval": of(-1, 0), "maxval": of(0, 1, -2), "seed": seed},
    "TruncatedNormal": {"mean": share, "stddev": share, "seed": seed},
    "VarianceScaling": {
        "scale": positive,
        "mode": of("fan_in", "fan_out", "fan_avg"),
        "distribution": of("uniform", "normal", "untruncated_normal"),
    },
    "Zeros": {},
}
REGULARIZERS = {"L1": {"l1": share}, "L2": {"l2": share}, "L1L2": {"l1": share, "l2": share}}
AXIS = of(0, 0, 0, 1, [0, 1], [0, 1, 2], -1)
CONSTRAINTS = {
    "MaxNorm": {"max_value": positive, "axis": AXIS},
    "MinMaxNorm": {"min_value": share, "max_value": positive, "rate": share, "axis": AXIS},
    "NonNeg": {},
    "UnitNorm": {"axis": AXIS},
}
STEPS = of(1, 10, 1000, 0.5, 1e9)
SCHEDULES = {
    "CosineDecay": {
        "!initial_learning_rate": share,
        "!decay_steps": STEPS,
        "alpha": share,
        "warmup_target": of(None, 0.1),
        "warmup_steps": STEPS,
    },
    "CosineDecayRestarts": {"!initial_learning_rate": share, "!first_decay_steps": STEPS, "t_mul": of(1, 2, 1.5), "m_mul": share},
    "ExponentialDecay": {"!initial_learning_rate": share, "!decay_steps": STEPS, "!decay_rate": share, "staircase": flag},
    "InverseTimeDecay": {"!initial_learning_rate": share, "!decay_steps": STEPS, "!decay_rate": share, "staircase": flag},
    "PiecewiseConstantDecay": {"!boundaries": of([1, 2], [5], [2, 1], []), "!values": of([0.1, 0.2, 0.3], [1, 2], [1])},
    "PolynomialDecay": {
        "!initial_learning_rate": share,
        "!decay_steps": STEPS,
        "end_learning_rate": share,
        "power": positive,
        "cycle": flag,
    },
}
CLIPS = ({}, {"clipnorm": of(None, 1.0)}, {"clipvalue": of(None, 0.5)}, {"global_clipnorm": of(None, 1.0)})
AVERAGES = {
    "use_ema": of(False, False, True),
    "ema_momentum": share,
    "ema_overwrite_frequency": of(None, 1, 3),
    "weight_decay": of(None, 0.01),
}
BETAS = {"beta_1": share, "beta_2": share, "epsilon": positive}
OPTIMIZERS = {
    "SGD": {"momentum": share, "nesterov": flag},
    "Adadelta": {"rho": share},
    "Adagrad": {"initial_accumulator_value": share},
    "Adam": BETAS | {"amsgrad": flag},
    "AdamW": BETAS,
    "Adamax": BETAS,
    "Ftrl": {"learning_rate_power": of(-0.5, 0, -1), "l1_regularization_strength": share, "beta": share},
    "Lion": {"beta_1": share, "beta_2": share},
    "Nadam": BETAS,
    "RMSprop": {"rho": share, "momentum": share, "centered": flag},
}
SMOOTH = {"from_logits": flag, "label_smoothing": share}
FOCAL = SMOOTH | {"alpha": share, "gamma": share}
REDUCTION = {"reduction": of("sum_over_batch_size", "sum", "none", None), "name": name}
LOSSES = {
    "BinaryCrossentropy": SMOOTH,
    "BinaryFocalCrossentropy": FOCAL | {"apply_class_balancing": flag},
    "CategoricalCrossentropy": SMOOTH,
    "CategoricalFocalCrossentropy": FOCAL,
    "CategoricalHinge": {},
    "CosineSimilarity": {},
    "Hinge": {},
    "Huber": {"delta": positive},
    "KLDivergence": {},
    "LogCosh": {},
    "MeanAbsoluteError": {},
    "MeanAbsolutePercentageError": {},
    "MeanSquaredError": {},
    "MeanSquaredLogarithmicError": {},
    "Poisson": {},
    "SparseCategoricalCrossentropy": {"from_logits": flag},
    "SquaredHinge": {},
}
LOSS_NAMES = ("mse", "mae", "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "hinge")
THRESHOLDS = {"thresholds": of(None, 0.5, [0.2, 0.8], 0, 1)}
RANKED = THRESHOLDS | {"top_k": of(None, 1, 2), "class_id": of(None, 0, 1)}
METRICS = {
    "Accuracy": {},
    "AUC": {
        "num_thresholds": of(200, 2, 3),
        "curve": of("ROC", "PR"),
        "summation_method": of("interpolation", "minoring", "majoring"),
    },
    "BinaryAccuracy": {"threshold": share},
    "BinaryCrossentropy": SMOOTH,
    "CategoricalAccuracy": {},
    "CategoricalCrossentropy": SMOOTH,
    "CategoricalHinge": {},
    "CosineSimilarity": {},
    "F1Score": {"average": of(None, "micro", "macro", "weighted"), "threshold": of(None, 0.5)},
    "FBetaScore": {"average": of(None, "micro", "macro", "weighted"), "beta": positive, "threshold": of(None, 0.5)},
    "FalseNegatives": THRESHOLDS,
    "FalsePositives": THRESHOLDS,
    "Hinge": {},
    "KLDivergence": {},
    "LogCoshError": {},
    "MeanAbsoluteError": {},
    "MeanAbsolutePercentageError": {},
    "MeanSquaredError": {},
    "MeanSquaredLogarithmicError": {},
    "Poisson": {},
    "Precision": RANKED,
    "Recall": RANKED,
    "RootMeanSquaredError": {},
    "SparseCategoricalAccuracy": {},
    "SparseCategoricalCrossentropy": {"from_logits": flag},
    "SparseTopKCategoricalAccuracy": {"k": of(1, 2, 5)},
    "SquaredHinge": {},
    "TopKCategoricalAccuracy": {"k": of(1, 2, 5)},
    "TrueNegatives": THRESHOLDS,
    "TruePositives": THRESHOLDS,
}
OPTIMIZERS |= others([optimizers._classes], OPTIMIZERS)
LOSSES |= others([losses._classes], LOSSES)
METRICS |= others([metrics._classes], METRICS)
METRIC_NAMES = ("accuracy", "acc", "AUC", "mae", "Precision", "f1_score")
# Where a module of swiftcnn has what a table names.
MODULES = {
    "initializers": (initializers, INITIALIZERS),
    "regularizers": (regularizers, REGULARIZERS),
    "constraints": (constraints, CONSTRAINTS),
    "schedules": (schedules, SCHEDULES),
    "optimizers": (optimizers, OPTIMIZERS),
    "losses": (losses, LOSSES),
    "metrics": (metrics, METRICS),
}


def made(draw, which, more=None):
    """One of a module's objects; raises what its constructor raises."""
    module, table = MODULES[which]
    kind = draw.choice(sorted(table))
    return getattr(module, kind)(**settings(draw, table[kind] | (more or {})))


def or_bad(draw, make, *arguments):
    """What `make` returns, or something bad where it refuses what was drawn for it."""
    try:
        return make(draw, *arguments)
    except (TypeError, ValueError):
        return bad(draw)


def initializer(draw):
    return or_bad(draw, made, "initializers") if draw.chance(0.8) else draw.choice(("zeros", "he_normal", "Ones", {"class": "x"}))


def regularizer(draw):
    return or_bad(draw, made, "regularizers") if draw.chance(0.8) else draw.choice((None, "l2", "L1L2"))


def constraint(draw):
    return or_bad(draw, made, "constraints") if draw.chance(0.8) else draw.choice((None, "non_neg"))


def rate(draw):
    return (
        or_bad(draw, made, "schedules")
        if draw.chance(0.2)
        else draw.choice((0.001, 0.01, 0.1, 1, 0, 1e10 if draw.chance(0.2) else 0.1))
    )


def optimizer(draw):
    if draw.chance(0.3):
        return draw.choice(("sgd", "adam", "rmsprop", "nadam", "adamax", "lion"))
    return made(draw, "optimizers", {"learning_rate": rate} | draw.choice(CLIPS) | AVERAGES)


def loss(draw):
    if draw.chance(0.5):
        return draw.choice(LOSS_NAMES)
    return made(draw, "losses", REDUCTION)


def metric(draw):
    return draw.choice(METRIC_NAMES) if draw.chance(0.4) else made(draw, "metrics", {"name": name})


def compile_settings(draw):
    """{argument of compile: value}; where a constructor refuses its settings, what it was to be made of is bad."""
    given = {"optimizer": or_bad(draw, optimizer), "loss": or_bad(draw, loss)}
    if draw.chance(0.5):
        given["metrics"] = [or_bad(draw, metric) for _ in range(count(draw) % 4)]
    optional = {"weighted_metrics": lambda draw: [or_bad(draw, metric)], "run_eagerly": flag}
    optional |= {"steps_per_execution": count, "jit_compile": flag, "auto_scale_loss": flag}
    return given | settings(draw, optional, 0.1)
