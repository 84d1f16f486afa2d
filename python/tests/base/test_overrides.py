"""Methods that Keras lets users override: each is called, or the class is refused with what to do instead."""

import functools

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, constraints, layers, losses, metrics, optimizers, regularizers
from swiftcnn._base.engine_work import OF_METRICS_IN_TRAINING
from user_classes import LAYERS, LOSSES, METRICS, OPTIMIZERS, RULES, subclass

# The public methods and properties of Keras 3.15.1's base classes, by `dir`.
KERAS_LAYER = """__call__ add_loss add_metric add_variable add_weight build build_from_config call compute_dtype compute_mask
    compute_output_shape compute_output_spec count_params dtype dtype_policy from_config get_build_config get_config get_weights
    input input_dtype input_spec load_own_variables losses metrics metrics_variables non_trainable_variables
    non_trainable_weights output path quantization_mode quantize quantized_build quantized_call rematerialized_call
    save_own_variables set_weights stateless_call supports_masking symbolic_call trainable trainable_variables
    trainable_weights variable_dtype variables weights"""
KERAS_MODEL = """compile compile_from_config compiled_loss compiled_metrics compute_loss compute_metrics
    distribute_reduction_method distribute_strategy evaluate export fit get_compile_config get_layer get_metrics_result
    get_quantization_layer_structure get_state_tree jit_compile layers load_weights loss make_predict_function
    make_test_function make_train_function metrics_names predict predict_on_batch predict_step reset_metrics run_eagerly save
    save_weights set_state_tree stateless_compute_loss summary test_on_batch test_step to_json train_on_batch train_step"""
KERAS_IMAGE_LAYER = """convert_weight get_random_transformation transform_bounding_boxes transform_images transform_labels
    transform_segmentation_masks transform_single_bounding_box transform_single_image transform_single_label
    transform_single_segmentation_mask"""
KERAS_SEQUENTIAL = "add input_shape inputs output_shape outputs pop"
KERAS_OPTIMIZER = """add_optimizer_variables add_variable add_variable_from_reference apply apply_gradients assign assign_add
    assign_sub build exclude_from_weight_decay finalize_variable_values from_config get_config iterations learning_rate
    load_own_variables save_own_variables scale_loss set_weights stateless_apply update_step variables"""
# Methods that the user's code calls; then an override runs.
CALLED_BY_USERS = set(
    """from_config get_config get_weights set_weights count_params input output path supports_masking
    dtype_policy quantization_mode
    compile fit evaluate predict train_on_batch test_on_batch predict_on_batch save save_weights load_weights export summary
    to_json get_layer get_state_tree set_state_tree get_quantization_layer_structure jit_compile run_eagerly
    distribute_reduction_method distribute_strategy add pop input_shape inputs output_shape outputs
    exclude_from_weight_decay""".split()  # noqa: SIM905
)

BASES = [
    layers.Layer,
    layers.InputLayer,
    Model,
    Sequential,
    losses.Loss,
    metrics.Metric,
    optimizers.Optimizer,
    regularizers.Regularizer,
    constraints.Constraint,
]
IMAGE_LAYERS = [kind for kind in LAYERS if kind.__name__.startswith("Random") or kind in (layers.Rescaling, layers.Resizing)]
CASES = [(kind, method) for kind in [*BASES, *LAYERS, *LOSSES, *METRICS, *OPTIMIZERS, *RULES] for method in kind._engine_computes]


def override(*_, **__):
    pytest.fail("an override that is refused was called")


@pytest.mark.parametrize(("kind", "method"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_an_override_that_the_engine_would_not_call_is_refused(kind, method):
    """Before the first instance's `__init__`, so that no arguments matter."""
    with pytest.raises(TypeError, match=f"^Mine overrides {method}, which is never called, .* without Python: .{{20}}"):
        subclass(kind, **{method: override})()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (layers.Layer, KERAS_LAYER),
        (layers.Dense, KERAS_LAYER),
        (Model, f"{KERAS_LAYER} {KERAS_MODEL}"),
        (Sequential, f"{KERAS_LAYER} {KERAS_MODEL} {KERAS_SEQUENTIAL}"),
        (losses.Loss, "__call__ call from_config get_config"),
        (regularizers.Regularizer, "__call__ from_config get_config"),
        (constraints.Constraint, "__call__ from_config get_config"),
        (optimizers.Optimizer, KERAS_OPTIMIZER),
        (layers.Conv2D, f"{KERAS_LAYER} convolution_op enable_lora"),
        (metrics.AUC, "interpolate_pr_auc add_variable add_weight from_config get_config"),
        *((kind, f"{KERAS_LAYER} {KERAS_IMAGE_LAYER}") for kind in IMAGE_LAYERS),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_method_of_keras_is_refused_or_called(kind, names):
    assert set(names.split()) - set(kind._engine_computes) <= CALLED_BY_USERS
    assert not set(kind._engine_computes) & CALLED_BY_USERS


@pytest.mark.parametrize(
    "member",
    [property(override), staticmethod(override), classmethod(override), functools.partial(override), None, 3],
    ids=["property", "static", "class", "partial", "None", "number"],
)
def test_whatever_stands_in_the_place_of_a_method_is_an_override(member):
    with pytest.raises(TypeError, match="Mine overrides train_step"):
        subclass(Sequential, train_step=member)()


def test_overrides_of_mixins_and_of_classes_between_are_found():
    class Mixin:
        def call(self, x):
            return x

    class Between(layers.Dense):
        def build(self, input_shape): ...

    class Before(Mixin, layers.Dense): ...

    class Behind(layers.Dense, Mixin): ...

    class Below(Between): ...

    for kind, message in ((Before, "call .in Mixin."), (Behind, "call .in Mixin."), (Below, "build .in Between.")):
        with pytest.raises(TypeError, match=f"{kind.__name__} overrides {message}, which is never called"):
            kind(3)


def test_functions_that_are_assigned_are_found(monkeypatch):
    model = Sequential([Input((2,)), layers.Dense(1)])
    with pytest.raises(TypeError, match="a Sequential was given a train_step of its own, which is never called"):
        model.train_step = override
    with pytest.raises(TypeError, match="a Dense was given a call of its own, which is never called"):
        model.layers[0].call = override
    with pytest.raises(TypeError, match="a SGD was given a finalize_variable_values of its own"):
        optimizers.SGD().finalize_variable_values = override
    monkeypatch.setattr(layers.Flatten, "call", override, raising=False)
    with pytest.raises(TypeError, match="Flatten overrides call"):
        layers.Flatten()
    monkeypatch.setattr(losses.Loss, "__call__", override)
    with pytest.raises(TypeError, match="Hinge overrides __call__"):
        losses.Hinge()


def test_a_model_with_steps_of_its_own_is_refused():  # the case users/F01
    class Mine(Model):
        def train_step(self, data):
            return {"mine": 42.0}

    inputs = Input((4,))
    with pytest.raises(TypeError, match=r"Mine overrides train_step.*a loop of your own over train_on_batch"):
        Mine(inputs, layers.Dense(1)(inputs))


def test_a_model_with_a_call_of_its_own_is_refused():  # the case users/F13
    class Net(Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    with pytest.raises(TypeError, match=r"Net overrides call.*models are made of built-in layers so far"):
        Net()


def test_a_model_without_inputs_is_told_what_models_are():
    class Net(Model):
        def __init__(self):
            super().__init__()

    for kind in (Net, Model):
        with pytest.raises(TypeError, match=rf"{kind.__name__} needs inputs and outputs, as in .*made of built-in layers so far"):
            kind()


@pytest.mark.parametrize(
    ("base", "remedy"),
    [
        (layers.Layer, "derive from one of swiftcnn.layers"),
        (losses.Loss, "use one of swiftcnn.losses"),
        (optimizers.Optimizer, "use one of swiftcnn.optimizers"),
        (regularizers.Regularizer, "use L1, L2 or L1L2"),
        (constraints.Constraint, "use one of swiftcnn.constraints"),
    ],
)
def test_a_class_that_describes_nothing_is_refused(base, remedy):
    with pytest.raises(TypeError, match=f"Mine derives from {base.__name__}, which computes nothing: .*{remedy}"):
        subclass(base)()


@pytest.mark.parametrize("kind", [Model, Sequential, layers.Dense, losses.Hinge, optimizers.SGD], ids=lambda kind: kind.__name__)
def test_what_keras_has_and_this_library_lacks_is_told_with_a_remedy(kind):
    inputs = Input((4,))
    made = kind(inputs, layers.Dense(1)(inputs)) if kind is Model else kind(2) if kind is layers.Dense else kind()
    for method in kind._engine_computes:
        if not hasattr(kind, method):
            assert not hasattr(made, method)
            with pytest.raises(AttributeError, match=f"'{kind.__name__}' has no '{method}', because .*: "):
                getattr(made, method)
    with pytest.raises(AttributeError, match=f"'{kind.__name__}' object has no attribute 'nonsense'$"):
        made.nonsense  # noqa: B018


# Metrics are of use without `compile`, so they are refused there.


class Distance(metrics.Metric):
    """A metric of a user, fed by hand."""

    def __init__(self):
        super().__init__("distance")
        self.reset_state()

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total += float(np.abs(np.subtract(y_true, y_pred)).sum())

    def result(self):
        return self.total

    def reset_state(self):
        self.total = 0.0


def test_a_metric_of_one_s_own_can_be_fed_by_hand():
    metric = Distance()
    assert metric([1.0, 2.0], [2.0, 0.0]) == 3.0
    assert metric([1.0], [2.0]) == 4.0
    metric.reset_state()
    assert metric.result() == 0.0
    root = subclass(metrics.MeanSquaredError, result=lambda self: metrics.MeanSquaredError.result(self) ** 0.5)()
    assert root([[1.0], [2.0]], [[3.0], [2.0]]) == pytest.approx(2**0.5)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", OF_METRICS_IN_TRAINING)
def test_compile_refuses_metrics_of_one_s_own(method, weighted):
    model = Sequential([Input((2,)), layers.Dense(1)])
    kind = subclass(metrics.MeanSquaredError, **{method: override})
    for given in (kind, kind()):
        chosen = {"weighted_metrics" if weighted else "metrics": [given]}
        with pytest.raises(TypeError, match=f"Mine overrides {method}, which is never called.*feed your own by hand"):
            model.compile("sgd", "mse", **chosen)
    assert not model.compiled


def test_compile_refuses_a_metric_that_counts_nothing():
    model = Sequential([Input((2,)), layers.Dense(1)])
    for given in (Distance, metrics.Metric, subclass(metrics.Metric)):
        with pytest.raises(TypeError, match=r"give compile one of swiftcnn\.metrics"):
            model.compile("sgd", "mse", metrics=[given])
    metric = metrics.MeanSquaredError()
    metric.result = override
    with pytest.raises(TypeError, match="was given a result of its own, which is never called"):
        model.compile("sgd", "mse", metrics=[metric])
    with pytest.raises(AttributeError, match="keep sums in attributes of your own"):
        metric.add_weight("total")
