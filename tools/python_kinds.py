"""Where `generate_python.py` puts the classes of each kind, and Python's types and checks for the engine's types."""

from dataclasses import dataclass, field, replace
from typing import Any

# Of each type of the engine's settings: Python's type, and the function that checks an argument.
TYPES = {
    "axes": ("int | Sequence[int]", "axes"),
    "boolean": ("bool", "boolean"),
    "choice": ("str", "choice"),
    "integer": ("int", "integer"),
    "number": ("float", "real"),
    "numbers": ("Sequence[float]", "real_list"),
    "single_number": ("float | Sequence[float]", "single_real"),
    # Of layers.
    "activation": ("Any", "activation_setting"),
    "axes_of_statistics": ("Axes | None", "axes_of_statistics"),
    "axis_pair": ("Axes", "axis_pair"),
    "factor": ("Factor", "bounds"),
    "initializer": ("Any", "initializer"),
    "integers": ("Sequence[int]", "integers"),
    "margins": ("Edges", "margins"),
    "number_array": ("Any", "number_array"),
    "one_or_more_integers": ("Axes", "axes"),
    "one_or_more_numbers": ("Factor", "reals"),
    "pair": ("Size", "pair"),
    "range": ("Sequence[float]", "number_pair"),
    "seed": ("int", "random_seed"),
}
# Defaults that Keras writes otherwise in Python.
KERAS_DEFAULTS: dict[tuple[str, str], Any] = {
    ("activation", '"linear"'): None,
    ("axes", "[0]"): 0,
    ("margins", "[[1, 1], [1, 1]]"): (1, 1),
    ("range", "[0.0, 255.0]"): (0, 255),
}
# Arguments that the base class checks itself, and their type.
LEFT_TO_THE_BASE = {"learning_rate": "Chosen"}
# What else the schema says of a class, and Python's class attribute for it.
ATTRIBUTES = {
    "file_name": "_name",
    "ruled_weights": "_ruled_weights",
    "engine_class": "_engine_class",
    "default_name": "_default_name",
    "more_is_better": "_more_is_better",
    "of_rows": "_is_of_rows",
}
# Where the names come from that generated modules use.
NAMES = {
    ".._base.checks": (
        *("boolean", "choice", "choice_of_capitals", "fixed", "integer", "integers", "optional", "pair", "real", "real_list"),
        *("reals", "single_real", "axes"),
    ),
    ".._graph.layer": ("Layer", "Weight"),
    "._arguments": (
        *("Axes", "Edges", "Factor", "Size", "activation_setting", "axis_pair", "bounds", "initializer", "margins"),
        *("number_pair", "random_seed", "renamed"),
    ),
    "._bases": ("AugmentationLayer", "ConvolutionLayer", "DenseBase", "ImageLayer", "MergingLayer"),
    "._standardization": ("NormalizationBase", "axes_of_statistics", "number_array"),
    "._optimizer": ("Chosen", "Optimizer"),
    "._schedule": ("LearningRateSchedule",),
    "._initializer": ("Initializer", "RandomInitializer"),
    "._regularizer": ("Regularizer",),
    "._constraint": ("Constraint",),
    "._loss": ("Loss", "function"),
    "._metric": ("CurveMetric", "Metric"),
    "._confusion": ("ShareOfAnswers",),
    "._scores": ("Score",),
    "collections.abc": ("Sequence",),
    "typing": ("Any",),
}


@dataclass
class Kind:
    """Where the classes of a kind go, and what is the same in all of them."""

    name: str  # in the schema
    title: str  # in docs/settings.md
    path: str
    base: str
    to_base: str = "**unknown"  # what the base class's constructor is given; nothing: it has none
    last: str = "**unknown: Any"  # arguments behind the settings
    last_docs: str = ""
    middle: tuple[str, ...] = ()  # arguments behind the `leading` settings of a class
    middle_docs: tuple[str, ...] = ()
    always_fields: tuple[str, ...] = ()  # before the settings
    bases: dict[str, str] = field(default_factory=dict)  # of classes with another base
    random_base: str = ""  # of classes that draw random numbers and have a seed
    has_functions: bool = False  # whether Keras has each class as a function of arrays too

    def of(self, described: dict[str, Any]) -> "Kind":
        """What is the same in all classes like this one."""
        kind = replace(self, base=self.bases.get(described["class"], self.base))
        if not described.get("random"):
            return kind
        seed = {"to_base": "seed, **unknown", "last": "seed: int | None = None, **unknown: Any", "last_docs": SEED}
        return replace(kind, base=self.random_base, **seed)


def layers(family: str, title: str, base: str = "Layer", bases: dict[str, str] | None = None) -> Kind:
    path = f"layers/_{family}_classes.py"
    options = {"to_base": "**options", "last": "**options: Any", "bases": bases or {}}
    return Kind(f"{family}_layers", f"Layers: {title}", path, base, **options)


SEED = "seed: an integer gives this initializer a random stream of its own; None derives one from the model's seed."
KINDS = [
    layers("core", "core", bases={"Dense": "DenseBase"}),
    layers("convolution", "convolutions", "ConvolutionLayer"),
    layers("pooling", "pooling"),
    layers("normalization", "normalization", bases={"Normalization": "NormalizationBase"}),
    layers("activation", "activations with settings"),
    layers("regularization", "regularization"),
    layers("reshaping", "reshaping"),
    layers("merging", "several inputs", "MergingLayer"),
    layers("image", "preparation of images", "ImageLayer"),
    layers("augmentation", "random changes of images", "AugmentationLayer"),
    Kind("losses", "Losses", "losses/_classes.py", "Loss", has_functions=True),
    Kind(
        "metrics",
        "Metrics",
        "metrics/_classes.py",
        "Metric",
        to_base="name, dtype, **unknown",
        middle=("name: str | None = None", "dtype: str | None = None"),
        middle_docs=("name: what the progress line and the history call it.", 'dtype: None or "float32".'),
        always_fields=("name",),
        bases={
            "AUC": "CurveMetric",
            "Precision": "ShareOfAnswers",
            "Recall": "ShareOfAnswers",
            "F1Score": "Score",
            "FBetaScore": "Score",
        },
    ),
    Kind(
        "optimizers",
        "Optimizers",
        "optimizers/_classes.py",
        "Optimizer",
        to_base="learning_rate, name, **unknown",
        last="name: str | None = None, **unknown: Any",
        last_docs="name: for a reader; nothing depends on it.",
    ),
    Kind(
        "schedules",
        "Learning rate schedules",
        "optimizers/_schedule_classes.py",
        "LearningRateSchedule",
        to_base="name, **unknown",
        last="name: str | None = None, **unknown: Any",
        last_docs="name: of no effect; accepted because Keras has it.",
    ),
    Kind("initializers", "Initializers", "initializers/_classes.py", "Initializer", random_base="RandomInitializer"),
    Kind("regularizers", "Regularizers", "regularizers/_classes.py", "Regularizer", to_base="", last=""),
    Kind("constraints", "Constraints", "constraints/_classes.py", "Constraint", to_base="", last=""),
]
# Described in docs/settings.md only: classes that Python's operators make.
WITHOUT_CLASSES = [Kind("operator_layers", "Layers: made by operators on symbolic tensors", "", "")]
