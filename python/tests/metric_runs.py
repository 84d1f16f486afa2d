"""Feeds metrics by hand and asks schedules for rates: Keras's for the golden files, ours in the tests."""

import numpy as np

SAMPLES, CLASSES = 50, 7
METRICS = [
    ("CategoricalAccuracy", {}, "one_hot"),
    ("SparseCategoricalAccuracy", {}, "labels"),
    ("BinaryAccuracy", {"threshold": 0.3}, "binary"),
    ("TopKCategoricalAccuracy", {"k": 3}, "one_hot"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "labels"),
    ("SparseTopKCategoricalAccuracy", {"k": 9}, "labels"),
    ("TruePositives", {}, "binary"),
    ("FalsePositives", {"thresholds": 0.7}, "binary"),
    ("TrueNegatives", {"thresholds": 0.2}, "binary"),
    ("FalseNegatives", {}, "binary"),
    ("Precision", {}, "binary"),
    ("Precision", {"thresholds": 0.3}, "one_hot"),
    ("Precision", {"top_k": 2}, "one_hot"),
    ("Precision", {"class_id": 3, "thresholds": 0.2}, "one_hot"),
    ("Recall", {}, "binary"),
    ("Recall", {"top_k": 3, "class_id": 1}, "one_hot"),
    ("Recall", {"thresholds": 0.99}, "one_hot"),
    ("AUC", {}, "binary"),
    ("AUC", {"num_thresholds": 20}, "one_hot"),
    *(("AUC", {"curve": curve, "summation_method": how, "num_thresholds": 50}, "binary")
      for curve in ("ROC", "PR") for how in ("interpolation", "minoring", "majoring")),
    ("MeanSquaredError", {}, "binary"),
    ("MeanAbsoluteError", {}, "one_hot"),
    ("RootMeanSquaredError", {}, "binary"),
    ("Accuracy", {}, "classes"),
    ("CosineSimilarity", {}, "one_hot"),
    ("F1Score", {}, "one_hot"),
    ("F1Score", {"threshold": 0.5}, "binary"),
    *(("F1Score", {"average": average, "threshold": 0.25}, "one_hot") for average in ("micro", "macro", "weighted")),
    ("FBetaScore", {"beta": 2.0, "average": "weighted"}, "one_hot"),
    ("FBetaScore", {"beta": 0.5, "threshold": 0.2}, "one_hot"),
    *(("F1Score", {"average": average}, "ties") for average in (None, "micro", "macro", "weighted")),
]  # fmt: skip

# Of arrays: the module, the function, what it is given behind y_true and y_pred, and the data.
FUNCTIONS = [
    ("losses", "sparse_categorical_crossentropy", {}, "labels"),
    ("losses", "sparse_categorical_crossentropy", {"from_logits": True}, "labels"),
    ("losses", "categorical_crossentropy", {"label_smoothing": 0.1}, "one_hot"),
    ("losses", "binary_crossentropy", {}, "one_hot"),
    ("losses", "binary_focal_crossentropy", {"apply_class_balancing": True, "gamma": 1.5}, "binary"),
    ("losses", "categorical_focal_crossentropy", {"alpha": 0.5}, "one_hot"),
    *(("losses", name, {}, "one_hot") for name in (
        "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_logarithmic_error",
        "log_cosh", "hinge", "squared_hinge", "categorical_hinge", "kl_divergence", "poisson", "cosine_similarity",
    )),
    ("losses", "huber", {"delta": 0.2}, "one_hot"),
    ("losses", "mean_squared_error", {}, "binary"),
    ("losses", "mean_squared_error", {}, "one sample"),
    ("metrics", "categorical_accuracy", {}, "one_hot"),
    ("metrics", "sparse_categorical_accuracy", {}, "labels"),
    ("metrics", "binary_accuracy", {"threshold": 0.2}, "one_hot"),
    ("metrics", "top_k_categorical_accuracy", {"k": 2}, "one_hot"),
    ("metrics", "sparse_top_k_categorical_accuracy", {"k": 3}, "labels"),
    ("metrics", "mean_absolute_error", {}, "one_hot"),
    ("metrics", "log_cosh", {}, "one_hot"),
]  # fmt: skip

SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 100, "decay_rate": 0.9}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5, "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 50}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 50, "end_learning_rate": 0.01, "power": 0.5}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "power": 2.0, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 80}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 80, "alpha": 0.25}),
    ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 60, "warmup_target": 0.2, "warmup_steps": 20}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 10}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 16, "t_mul": 1.0, "m_mul": 0.5, "alpha": 0.1}),
    ("PiecewiseConstantDecay", {"boundaries": [10, 50], "values": [0.3, 0.2, 0.1]}),
]
STEPS = [0, 1, 5, 6, 7, 10, 11, 19, 20, 29, 33, 49, 50, 51, 79, 80, 99, 100, 250]


def data(kind):
    """(y_true, y_pred, sample_weight)."""
    generator = np.random.default_rng(8)
    weight = generator.random(SAMPLES, np.float32)
    if kind == "binary":
        y = generator.integers(0, 2, (SAMPLES, 1))
        noise = generator.random((SAMPLES, 1), np.float32)
        return y.astype(np.float32), (0.35 * y + 0.65 * noise).astype(np.float32), weight
    labels = generator.integers(0, CLASSES, SAMPLES)
    scores = generator.random((SAMPLES, CLASSES), np.float32) + 0.4 * np.eye(CLASSES, dtype=np.float32)[labels]
    outputs = scores / scores.sum(-1, keepdims=True)
    if kind == "classes":
        return labels[:, np.newaxis], outputs.argmax(-1)[:, np.newaxis], weight
    if kind == "ties":  # and rows of nothing
        outputs = outputs.round(1)
        outputs[::10] = 0
    if kind == "one sample":
        return labels.astype(np.float32), outputs[:, 0], weight
    return (labels if kind == "labels" else np.eye(CLASSES, dtype=np.float32)[labels]), outputs, weight


def metric_values(module):
    """For every metric: its value after one batch, after two, and of both with weights."""
    found = []
    for name, config, kind in METRICS:
        metric, (y, p, weight) = getattr(module, name)(**config), data(kind)
        metric.update_state(y[:20], p[:20])
        first = plain(metric.result())
        metric.update_state(y[20:], p[20:])
        both = plain(metric.result())
        metric.reset_state()
        metric.update_state(y, p, sample_weight=weight)
        found.append([first, both, plain(metric.result())])
    return found


def function_values(library):
    """For every function: what it says of each sample."""
    return [
        plain(getattr(getattr(library, module), name)(*data(kind)[:2], **settings)) for module, name, settings, kind in FUNCTIONS
    ]


def plain(value):
    """A number, or nested lists of them."""
    return np.asarray(value, np.float64).tolist()


def rates(module):
    """For every schedule: its rates after STEPS."""
    return [[float(getattr(module, name)(**config)(step)) for step in STEPS] for name, config in SCHEDULES]
