"""Settings that cannot be are refused by constructors and by assignments, with the checks that building and compiling make.

Keras 3.15.1 was asked which values its constructors refuse. It takes some of these, and fails later or computes nonsense.

Over 400 lines: one table with a bad value for each setting is most of it.
"""

import abc
import copy
import inspect
import math
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from swiftcnn import (
    Input,
    Sequential,
    _native,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
)
from swiftcnn.optimizers import schedules
from user_classes import needed

CONVOLUTIONS = {"strides": [0, -1, (1, 0), (1, 2, 3), 1.5], "dilation_rate": [0, (2, -1)], "padding": ["valdi", None, 3]}
CONVOLUTIONS |= {"kernel_size": [0, -3, (3,), (3, 0), 2.5, "3", True], "activation": ["rleu", 3], "use_bias": [None, 1]}
CONVOLUTIONS |= {"data_format": ["channels_first", "x"], "bias_initializer": ["zero5", 3], "bias_constraint": ["small", 3]}
FACTORS = [1.5, -1.5, (0.1, 0.2, 0.3), (2, 3), "a", math.nan, True]
SAMPLING = {"fill_mode": ["mirror", None], "interpolation": ["area", "x", None], "fill_value": ["a", math.inf], "seed": [-1, 2.5]}
FRACTION = [1.0, 1.5, -0.5, "a", None, math.nan]
STEPS = [0, -1, "a", None, math.inf]
AVERAGED = {"use_ema": [None, 1], "ema_momentum": [1.5, -1], "ema_overwrite_frequency": [0, -1, 2.5]}
CLIPPED = {"clipnorm": [0, -1.0, "a"], "clipvalue": [0, -1.0], "global_clipnorm": [0, -1.0]}
FIXED = {"loss_scale_factor": [2.0], "gradient_accumulation_steps": [2, 0]}
OPTIMIZERS = {**AVERAGED, **CLIPPED, **FIXED, "learning_rate": [-0.1, "a", None, math.nan, True], "weight_decay": [-0.1, "a"]}
LOSSES = {"reduction": ["sum", "none", None], "name": [3], "dtype": ["float16"], "momentum": [1]}
CROSSENTROPY = {"from_logits": [None, 1, "no"], "label_smoothing": [-0.1, 1.5, "a", None], "axis": [1, None]}
FOCAL = {**CROSSENTROPY, "gamma": [-1, "a", None], "alpha": [None, math.nan, [0.1, 0.2]]}
CURVE = {"num_thresholds": [1, 0, -1, 2.5, 10**7], "curve": ["x", None], "summation_method": ["x", None]}
CURVE |= {"multi_label": [True], "num_labels": [3], "label_weights": [[1.0, 2.0]], "from_logits": [True], "thresholds": [[0.5]]}
THRESHOLDS = {"thresholds": [-0.5, 1.5, "a", [], [0.1, 0.9], math.nan]}
AXES = {"axis": ["a", None, 1.5]}
NORMS = {"max_value": [-1, "a", None], "min_value": [-1, "a"], "rate": [-1, "a"]}
PIECES = {"boundaries": [[2, 1], [1, 1], [1], [1, "a"]], "values": [[0.1], [0.1, 0.2, -0.3], [0.1, 0.2, "a"]]}
DECAY = {"initial_learning_rate": [-0.1, "a", None], "decay_steps": STEPS, "decay_rate": [-1, "a"], "staircase": [None, 1]}

# Good settings of each class, and bad values of its arguments, of which each is tried in their place.
BAD = [
    (layers.Dense, {"units": 3}, {"units": [0, -1, 2.5, "3", None, True, 2**70], "name": [3, "", "a/b"], "dtype": ["float16"]}),
    (layers.Dense, {"units": 3}, {"kernel_regularizer": ["l3", 0.1], "input_shape": [(0,), (-1,), (None,), 3]}),
    (layers.Dense, {"units": 3}, {"trainable": [None, 1], "activity_regularizer": ["l2"], "uints": [3]}),
    (layers.Conv2D, {"filters": 4, "kernel_size": 3}, {**CONVOLUTIONS, "filters": [0, -1, None], "groups": [0, -1, 3, 2.0]}),
    (layers.Conv2DTranspose, {"filters": 4, "kernel_size": 3, "strides": 2}, {"output_padding": [2, -1, (1, 2), 1.5]}),
    (layers.Conv2DTranspose, {"filters": 4, "kernel_size": 3}, {**CONVOLUTIONS, "filters": [0, -1]}),
    (layers.DepthwiseConv2D, {"kernel_size": 3}, {**CONVOLUTIONS, "depth_multiplier": [0, -1, None]}),
    (layers.SeparableConv2D, {"filters": 4, "kernel_size": 3}, {**CONVOLUTIONS, "filters": [0], "depth_multiplier": [0]}),
    (layers.MaxPooling2D, {}, {"pool_size": [0, -1, (2, 0), 2.5], "strides": [0, "a"], "padding": ["full", None]}),
    (layers.AveragePooling2D, {}, {"pool_size": [0, (1, 2, 3)], "strides": [-1], "padding": ["full"]}),
    (layers.AdaptiveAveragePooling2D, {"output_size": 3}, {"output_size": [0, -1, (2, 0), (1, 2, 3), 2.5, None, "3"]}),
    (layers.AdaptiveMaxPooling2D, {"output_size": (2, 3)}, {"output_size": [0, (2, -1)], "data_format": ["channels_first"]}),
    (layers.GlobalMaxPooling2D, {}, {"keepdims": [None, 1], "data_format": ["channels_first"]}),
    (layers.BatchNormalization, {}, {"momentum": [1.5, -0.5, None], "epsilon": [0, -1, None], "axis": [1.5, "a", 0, -2]}),
    (layers.BatchNormalization, {}, {"center": [1], "scale": [None], "renorm": [True], "synchronized": [True]}),
    (layers.LayerNormalization, {}, {"epsilon": [0, -1, "a"], "axis": [1.5, "a"], "gamma_initializer": ["x"]}),
    (layers.GroupNormalization, {}, {"groups": [0, -2, 2.5, None, True], "axis": [0, 1.5, (1, 2), None], "epsilon": [0, -1]}),
    (layers.GroupNormalization, {}, {"center": [1], "beta_initializer": ["x"], "gamma_constraint": ["small"]}),
    (layers.UnitNormalization, {}, {"axis": [0, (1, 1), (), 1.5, "a", None]}),
    (layers.Normalization, {}, {"axis": [0, (1, 1), 1.5, "a"], "mean": [1.0], "variance": [1.0], "invert": [None, 1]}),
    (
        layers.Normalization,
        {"mean": 0.5, "variance": 2.0},
        {"mean": ["a", math.nan, [1.0], None], "variance": [-1, [1.0], "a", math.inf, 1e300]},
    ),
    (
        layers.Normalization,
        {"mean": [1.0, 2.0], "variance": [1.0, 2.0]},
        {"axis": [None], "mean": [[[1.0, 2.0]], [], [[1], [2, 3]]]},
    ),
    (layers.AlphaDropout, {"rate": 0.5}, {"rate": [-0.5, 1.5, "a", None], "seed": [-1, 2.5], "noise_shape": [(1, 2)]}),
    (layers.Dropout, {"rate": 0.5}, {"rate": [-0.5, 1.5, "a", None, math.nan], "seed": [-1, 2.5, True], "noise_shape": [(1, 2)]}),
    (layers.SpatialDropout2D, {"rate": 0.5}, {"rate": [-0.5, 1.5], "seed": [-1]}),
    (layers.GaussianDropout, {"rate": 0.5}, {"rate": [-0.5, 1, 1.5]}),
    (layers.GaussianNoise, {"stddev": 0.5}, {"stddev": [-0.5, "a", None, math.inf]}),
    (layers.RandomFlip, {}, {"mode": ["x", None, 3], "seed": [-1]}),
    (layers.RandomRotation, {"factor": 0.1}, {**SAMPLING, "factor": FACTORS}),
    (layers.RandomTranslation, {"height_factor": 0.1, "width_factor": 0.1}, {**SAMPLING, "height_factor": FACTORS}),
    (layers.RandomZoom, {"height_factor": 0.1}, {**SAMPLING, "height_factor": [*FACTORS, (-1, 0)], "width_factor": FACTORS}),
    (
        layers.RandomContrast,
        {"factor": 0.1},
        {"factor": [1.5, -0.5, (2, 3), "a", None], "value_range": [(0,), 5, "ab", (0, math.nan)]},
    ),
    (layers.RandomBrightness, {"factor": 0.1}, {"factor": [*FACTORS, 3.0], "value_range": [(0,), None]}),
    (layers.RandomCrop, {"height": 3, "width": 3}, {"height": [0, -1, 2.5, None], "width": [0, "3"]}),
    (layers.Rescaling, {"scale": 0.5}, {"scale": ["a", None, math.nan, []], "offset": ["a", math.inf]}),
    (layers.Resizing, {"height": 3, "width": 3}, {"height": [0, -1, 2.5], "interpolation": ["x", None], "fill_mode": ["x"]}),
    (layers.Resizing, {"height": 3, "width": 3, "crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": [True, 1]}),
    (layers.Reshape, {"target_shape": (2, 5)}, {"target_shape": [(-2, 5), (-1, -1), (0, 5), (), 5, "25", (2.5, 2)]}),
    (layers.CenterCrop, {"height": 3, "width": 3}, {"height": [0, -1, 2.5, 2**40], "width": [0, None], "data_format": ["x"]}),
    (layers.RepeatVector, {"n": 3}, {"n": [0, -1, 2.5, None, "3", True]}),
    (layers.Permute, {"dims": (2, 1)}, {"dims": [(1, 1), (0, 1), (1, 3), (-1, 1), 3, "21"]}),
    (layers.ZeroPadding2D, {}, {"padding": [-1, (1, -2), (1, 2, 3), "12", 1.5]}),
    (layers.Cropping2D, {}, {"cropping": [-1, (1, -2), (1, 2, 3), None]}),
    (layers.UpSampling2D, {}, {"size": [0, (2, -1), None], "interpolation": ["bicubic", None]}),
    (layers.Activation, {"activation": "relu"}, {"activation": ["rleu", 3, ["relu"]]}),
    (layers.ReLU, {}, {"max_value": [-1, "a"], "negative_slope": [-0.1, None], "threshold": [-1, None]}),
    (layers.LeakyReLU, {}, {"negative_slope": [-0.1, None, "a", math.nan]}),
    (layers.ELU, {}, {"alpha": [-1, None]}),
    (layers.PReLU, {}, {"alpha_initializer": ["x", 3], "shared_axes": ["a", 1.5, [0]], "alpha_constraint": ["x"]}),
    (layers.Softmax, {}, {"axis": [1.5, "a", None, 0, []]}),
    (layers.InputLayer, {"shape": (3,)}, {"shape": [(0,), (-1,), 3, (None,)], "batch_size": [0, -1, "a"]}),
    (layers.InputLayer, {"shape": (3,)}, {"batch_shape": [(None, 3)]}),
    (losses.MeanSquaredError, {}, LOSSES),
    (losses.CategoricalCrossentropy, {}, {**LOSSES, **CROSSENTROPY}),
    (losses.BinaryCrossentropy, {}, CROSSENTROPY),
    (losses.SparseCategoricalCrossentropy, {}, {"from_logits": [1], "ignore_class": [0, 255], "label_smoothing": [0.1]}),
    (losses.CategoricalFocalCrossentropy, {}, FOCAL),
    (losses.BinaryFocalCrossentropy, {}, {**FOCAL, "apply_class_balancing": [1]}),
    (losses.Huber, {}, {"delta": [0, -1, None, "a"]}),
    (losses.CosineSimilarity, {}, {"axis": [1]}),
    (metrics.AUC, {}, {**CURVE, "name": [3], "dtype": ["float16"]}),
    (metrics.Precision, {}, {**THRESHOLDS, "top_k": [0, -1, 2.5], "class_id": [-1, "a"]}),
    (metrics.Recall, {}, {**THRESHOLDS, "top_k": [0], "class_id": [-1]}),
    (metrics.FalseNegatives, {}, THRESHOLDS),
    (metrics.BinaryAccuracy, {}, {"threshold": [None, "a", math.nan]}),
    (metrics.TopKCategoricalAccuracy, {}, {"k": [0, -1, 2.5, None]}),
    (metrics.SparseTopKCategoricalAccuracy, {}, {"k": [0]}),
    (metrics.F1Score, {}, {"average": ["x", 3], "threshold": [0, 1.5, -0.5, "a"]}),
    (metrics.FBetaScore, {}, {"beta": [0, -1, None], "average": ["x"]}),
    (metrics.CategoricalCrossentropy, {}, CROSSENTROPY),
    (metrics.SparseCategoricalCrossentropy, {}, {"from_logits": [1], "ignore_class": [0], "axis": [1]}),
    (metrics.CosineSimilarity, {}, {"axis": [0]}),
    (optimizers.SGD, {}, {**OPTIMIZERS, "momentum": [2.0, -0.5, "a", None], "nesterov": [None, 1]}),
    (optimizers.SGD, {"clipnorm": 1.0}, {"clipvalue": [1.0], "global_clipnorm": [1.0]}),
    (optimizers.RMSprop, {}, {"rho": FRACTION, "momentum": [1.5], "epsilon": [-1, None], "centered": [1]}),
    (optimizers.Adam, {}, {"beta_1": FRACTION, "beta_2": FRACTION, "epsilon": [-1, "a"], "amsgrad": [True]}),
    (optimizers.AdamW, {}, {"weight_decay": [None, -0.1], "beta_1": FRACTION}),
    (optimizers.Adagrad, {}, {"initial_accumulator_value": [-0.1, None], "epsilon": [-1]}),
    (optimizers.Adadelta, {}, {"rho": FRACTION}),
    (optimizers.Adamax, {}, {"beta_2": FRACTION}),
    (optimizers.Nadam, {}, {"beta_1": FRACTION}),
    (optimizers.Lion, {}, {"beta_1": [1.5, -0.5, 0], "beta_2": FRACTION}),
    (optimizers.Ftrl, {}, {"learning_rate_power": [1.0, "a"], "l1_regularization_strength": [-1], "beta": [-1]}),
    (schedules.ExponentialDecay, {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}, DECAY),
    (schedules.InverseTimeDecay, {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}, DECAY),
    (schedules.PolynomialDecay, {"initial_learning_rate": 0.1, "decay_steps": 10}, {"decay_steps": STEPS, "power": [-1]}),
    (schedules.CosineDecay, {"initial_learning_rate": 0.1, "decay_steps": 10}, {"alpha": [-1], "warmup_target": [-1, "a"]}),
    (schedules.CosineDecayRestarts, {"initial_learning_rate": 0.1, "first_decay_steps": 10}, {"t_mul": [0.5], "m_mul": [-1]}),
    (schedules.PiecewiseConstantDecay, {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3]}, PIECES),
    (initializers.VarianceScaling, {}, {"scale": [0, -1, None], "mode": ["x", None], "distribution": ["x"], "seed": [-1, True]}),
    (initializers.RandomNormal, {}, {"stddev": [-1, "a", math.nan], "mean": [None]}),
    (initializers.TruncatedNormal, {}, {"stddev": [-1]}),
    (initializers.RandomUniform, {}, {"minval": [1, "a"], "maxval": [-1, None]}),
    (initializers.Constant, {}, {"value": ["a", None, math.inf, [1, 2]]}),
    (initializers.HeNormal, {}, {"seed": [-1, 2.5, "a", 2**64], "scale": [2]}),
    (initializers.Orthogonal, {}, {"gain": ["a", None]}),
    (regularizers.L1, {}, {"l1": [-0.1, "a", math.inf, True]}),
    (regularizers.L2, {}, {"l2": [-0.1, "a"]}),
    (regularizers.L1L2, {}, {"l1": [-0.1], "l2": [-0.1, "a"]}),
    (constraints.MaxNorm, {}, {**AXES, "max_value": NORMS["max_value"]}),
    (constraints.MinMaxNorm, {}, {**AXES, **NORMS}),
    (constraints.UnitNorm, {}, AXES),
]
CASES = [(kind, good, name, value) for kind, good, bad in BAD for name, values in bad.items() for value in values]
CHANGES = [case for case in CASES if case[2] in (*case[0]._settable, "learning_rate")]


@pytest.mark.parametrize(("kind", "good", "name", "value"), CASES, ids=lambda each: getattr(each, "__name__", None))
def test_a_constructor_refuses_and_names_its_class_and_argument(kind, good, name, value):
    with pytest.raises((TypeError, ValueError)) as raised:
        kind(**good | {name: value})
    message = str(raised.value)
    assert message.startswith(kind.__name__)
    assert name in message, message
    assert "or null" not in message
    assert ".config" not in message


@pytest.mark.parametrize(("kind", "good", "name", "value"), CHANGES, ids=lambda each: getattr(each, "__name__", None))
def test_a_setting_that_is_changed_later_is_checked_too(kind, good, name, value):
    made = kind(**good)
    before = made.get_config()
    with pytest.raises((TypeError, ValueError)):
        setattr(made, name, value)
    assert made.get_config() == before


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(0), "Dense: units must be a positive integer, got 0"),
        (lambda: layers.Dense(True), r"Dense: units must be an integer, received True \(a bool\)"),
        (lambda: layers.Dense(3, "rleu"), 'Dense: activation is "rleu"; known activations are linear, relu, '),
        (lambda: layers.Dense(3, kernel_regularizer="l3"), "Dense: kernel_regularizer: unknown regularizer 'l3'; known: L1, "),
        (lambda: layers.Conv2D(3, 3, groups=2), "Conv2D: groups must divide the filters; got groups=2 with 3 filters"),
        (lambda: layers.Conv2D(3, 3, padding="full"), "Conv2D: padding must be 'valid' or 'same', got \"full\""),
        (lambda: layers.Conv2D(3, 0), r"Conv2D: kernel_size must be one or two positive integers .*, got \[0, 0\]"),
        (lambda: optimizers.SGD(momentum=2.0), r"SGD: momentum must be from 0 to 1, got 2\.0"),
        (lambda: optimizers.SGD(weight_decay=-1), r"SGD: weight_decay must be .* at least 0, or None, got -1\.0"),
        (lambda: optimizers.SGD(-1.0), r"SGD: learning_rate must be a finite number of at least 0, got -1\.0"),
        (lambda: metrics.AUC(curve="x"), "AUC: curve must be 'ROC' or 'PR', got \"X\""),
        (lambda: metrics.Recall([0.1, 0.9]), r"Recall: thresholds must be one number, received \[0\.1, 0\.9\]: make one metric"),
        (lambda: metrics.LogCoshError(dtype="half"), "LogCoshError: dtype must be None or 'float32', received 'half': metrics"),
        (lambda: losses.Huber(0), r"Huber: delta must be a finite number above 0, got 0\.0"),
        (lambda: schedules.CosineDecay(0.1, 0), r"CosineDecay: decay_steps must be a finite number above 0, got 0\.0"),
        (lambda: initializers.HeNormal(-1), "HeNormal: seed must be an integer from 0 to .*-1"),
        (lambda: regularizers.L2(-1), r"L2: l2 must be a finite number of at least 0, got -1\.0"),
        (lambda: constraints.MaxNorm(-1), r"MaxNorm: max_value must be a finite number of at least 0, got -1\.0"),
    ],
)
def test_what_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        make()


ACCEPTED = [
    lambda: metrics.AUC(200, "ROC", "interpolation", "auc", None, None, False, None, None, False),
    lambda: metrics.AUC(dtype="float32", multi_label=False, num_labels=None, label_weights=None, from_logits=False),
    lambda: metrics.BinaryAccuracy("binary_accuracy", None, 0.6),
    lambda: metrics.BinaryCrossentropy("bce", None, True, 0.1),
    lambda: metrics.SparseCategoricalCrossentropy(ignore_class=None, axis=-1),
    lambda: losses.CategoricalCrossentropy(False, 0.1, axis=-1, dtype=None),
    lambda: losses.BinaryFocalCrossentropy(axis=-1, dtype="float32"),
    lambda: losses.SparseCategoricalCrossentropy(False, None, axis=-1),
    lambda: losses.CosineSimilarity(-1),
    lambda: optimizers.SGD(gradient_accumulation_steps=None, loss_scale_factor=None),
    lambda: layers.BatchNormalization(renorm=False, synchronized=False),
    lambda: layers.Dense(3, kernel_initializer=None, kernel_regularizer=None, kernel_constraint=None),
    lambda: layers.Conv2D(np.int64(3), (np.int32(3), 3), padding="SAME", activation="ReLU"),
    lambda: layers.RandomRotation(np.float32(0.1)),
    lambda: layers.GaussianNoise(2),
    lambda: layers.Conv2D(3, 3, strides=2, dilation_rate=2),
    lambda: optimizers.SGD(1, momentum=1.0),
]


@pytest.mark.parametrize("make", ACCEPTED)
def test_what_is_meant_is_accepted(make):
    made = make()
    assert repr(type(made).from_config(made.get_config())) == repr(made)


def test_no_initializer_is_keras_s():
    assert layers.Dense(3, kernel_initializer=None).kernel_initializer == "glorot_uniform"


def every_class():
    """All classes with their good settings; those without any too."""
    modules = (layers, losses, metrics, optimizers, schedules, initializers, regularizers, constraints)
    bases = (layers.Layer, losses.Loss, metrics.Metric, optimizers.Optimizer, schedules.LearningRateSchedule)
    bases += (initializers.Initializer, regularizers.Regularizer, constraints.Constraint)
    with_settings = {kind: good for kind, good, _ in BAD}
    kinds = {kind for module in modules for kind in vars(module).values() if inspect.isclass(kind) and issubclass(kind, bases)}
    return [
        (kind, with_settings.get(kind) or needed(kind))
        for kind in sorted(kinds - set(bases), key=repr)
        if kind.__name__[0] != "_" and kind is not layers.Operation
    ]


@pytest.mark.parametrize(("kind", "good"), every_class(), ids=lambda each: getattr(each, "__name__", ""))
def test_good_settings_come_back_by_every_way(kind, good):
    made = kind(**good)
    for again in (kind.from_config(made.get_config()), pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert type(again) is kind
        assert repr(again) == repr(made)


@pytest.mark.parametrize(("kind", "good"), every_class(), ids=lambda each: getattr(each, "__name__", ""))
def test_subclasses_are_checked_when_they_are_finished(kind, good):
    class Plain(kind):
        pass

    class Own(kind, abc.ABC):
        def __init__(self, extra, **settings):
            self.extra = extra
            super().__init__(**settings)
            for name, value in good.items():
                if type(value) is int:  # twice as many filters, and the like; no check comes between them
                    setattr(self, name, 2 * value)

        def get_config(self):
            return {**super().get_config(), "extra": self.extra}

    assert type(Plain(**good)) is Plain
    assert Own("more", **good).get_config()["extra"] == "more"


def test_a_subclass_that_spoils_a_setting():
    class Wide(layers.Dense):
        def __init__(self, units):
            super().__init__(units)
            self.units = units - 10

    assert Wide(12).units == 2
    with pytest.raises(ValueError, match="Wide: units must be a positive integer, got -8"):
        Wide(2)


def test_a_subclass_that_forgets_the_constructor_of_its_base():
    class Forgetful(layers.Dense):
        def __init__(self, units):
            self.units = units

    with pytest.raises(TypeError, match=r"Forgetful.__init__ must call super\(\).__init__, as .* no attribute"):
        Forgetful(3)


def test_a_description_names_the_layer_that_it_spoils():
    described = Sequential([Input((2,)), layers.Dense(3, name="wide")]).to_json().replace('"units": 3', '"units": 0')
    with pytest.raises(ValueError, match="layer 'wide': Dense: units must be a positive integer, got 0"):
        models.model_from_json(described)


def test_the_rates_of_keras_2():
    with (
        pytest.warns(UserWarning, match="a name of Keras 2"),
        pytest.raises(ValueError, match=r"SGD: learning_rate .* got -1\.0"),
    ):
        optimizers.SGD(lr=-1.0, decay=0.1)
    with pytest.warns(UserWarning, match="decay is a name of Keras 2"):
        optimizer = optimizers.SGD(1.0, decay=0.1)
    with pytest.raises(ValueError, match=r"learning_rate must be a finite number of at least 0, got -2\.0"):
        optimizer.learning_rate = -2.0
    assert optimizer.learning_rate == 1.0


def test_the_constructor_of_a_mixin_is_checked():
    class Mixin:
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)

    class Mixed(Mixin, layers.Dropout):
        pass

    assert Mixed(0.5).rate == 0.5
    with pytest.raises(ValueError, match="Mixed: rate must be from 0 to 1"):
        Mixed(1.5)


def test_what_users_raise_stays_as_it_is():
    class Picky(layers.Dense):
        def __init__(self, units):
            raise ValueError("units: not today")

    with pytest.raises(ValueError, match=r"^units: not today$"):
        Picky(3)


def test_a_schedule_of_users_is_not_asked_before_there_are_steps():
    asked = []

    class Own(schedules.LearningRateSchedule):
        def __call__(self, step):
            asked.append(step)
            return 0.1

    optimizers.Adam(Own())
    assert asked == []


def test_a_changed_setting_is_as_the_constructor_makes_it():
    layer = layers.Dense(3)
    layer.activation = None
    layer.kernel_regularizer = "l2"
    layer.units = np.int64(5)
    assert layer.get_config()["activation"] == "linear"
    assert type(layer.units) is int
    model = Sequential([Input((2,)), layer])
    assert model.output_shape == (None, 5)
    assert len(model.get_layer("dense").get_weights()) == 2


def test_a_change_that_comes_too_late_is_told():
    layer = layers.Dense(3, activation="softmax")
    model = Sequential([Input((2,)), layer])
    with pytest.warns(UserWarning, match="activation of a layer that is built takes effect in models that are made from its"):
        layer.activation = "linear"
    assert models.clone_model(model).layers[0].activation == "linear"
    optimizer = optimizers.SGD(0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.momentum = 0.5
    model.compile(optimizer, "mse")
    with pytest.warns(UserWarning, match="momentum of an optimizer takes effect when a model is compiled with it"):
        optimizer.momentum = 0.9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.learning_rate = 0.2


def test_a_check_makes_no_model(monkeypatch):
    monkeypatch.setattr(_native, "Model", None)
    asked = []
    monkeypatch.setattr(_native, "check_settings", lambda kind, settings: asked.append(kind))
    for _ in range(3):
        layers.Dense(54321, activation="relu", kernel_initializer=initializers.RandomNormal(stddev=0.54321))
    assert asked == ["initializer", "layer"]  # the engine's answer is kept
    layers.Flatten()
    losses.MeanSquaredError()
    assert asked == ["initializer", "layer"]  # where there are no settings there is nothing to ask


def test_the_import_asks_for_nothing():
    program = "from swiftcnn._base import configurable; import sys; sys.exit(configurable._check.cache_info().misses)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
