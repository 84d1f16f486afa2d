"""The methods of Keras's classes whose work the engine does, and what to do instead of overriding each.

`overrides` refuses classes of users that override them.
"""

from __future__ import annotations

BUILT_IN_LAYERS = "models are made of built-in layers so far"

_FORWARD = (
    f"{BUILT_IN_LAYERS}, so use layers that compute the same, or compute it with NumPy before fit and predict or after them"
)
_LOSS = "give compile one of swiftcnn.losses; sample_weight and class_weight weigh its parts"
_FILES = "files hold what the engine knows; keep more in a file of your own"

# Methods of both layers and models.
OF_LAYERS = {
    **dict.fromkeys(
        (
            "call",
            "__call__",
            "build",
            "built",
            "compute_mask",
            "compute_output_shape",
            "compute_output_spec",
            "stateless_call",
            "symbolic_call",
            "rematerialized_call",
        ),
        _FORWARD,
    ),
    **dict.fromkeys(("quantize", "quantized_build", "quantized_call"), "the engine computes in float32 only"),
    **dict.fromkeys(("dtype", "compute_dtype", "variable_dtype", "input_dtype"), "the engine computes in float32 only"),
    "input_spec": "the engine checks the inputs' shape against the model's",
    **dict.fromkeys(("add_loss", "losses"), _LOSS),
    **dict.fromkeys(("add_metric", "metrics", "metrics_variables"), "give compile some of swiftcnn.metrics, or use a callback"),
    **dict.fromkeys(("add_weight", "add_variable"), "a layer has the weights of the built-in layer that it derives from"),
    **dict.fromkeys(
        (
            "trainable",
            "weights",
            "variables",
            "trainable_weights",
            "trainable_variables",
            "non_trainable_weights",
            "non_trainable_variables",
        ),
        "set `trainable` of layers to choose which weights learn",
    ),
    **dict.fromkeys(("get_build_config", "build_from_config", "save_own_variables", "load_own_variables"), _FILES),
}

OF_CONVOLUTIONS = {**OF_LAYERS, **dict.fromkeys(("convolution_op", "enable_lora"), _FORWARD)}

# Layers that change images.
OF_IMAGE_LAYERS = {
    **OF_LAYERS,
    **dict.fromkeys(
        (
            "get_random_transformation",
            "transform_images",
            "transform_labels",
            "transform_bounding_boxes",
            "transform_segmentation_masks",
            "transform_single_image",
            "transform_single_label",
            "transform_single_bounding_box",
            "transform_single_segmentation_mask",
            "convert_weight",
        ),
        "change the images before fit, by a preprocessing_function of ImageDataGenerator for example",
    ),
}

OF_MODELS = {
    **OF_LAYERS,
    **dict.fromkeys(
        (
            "train_step",
            "test_step",
            "predict_step",
            "make_train_function",
            "make_test_function",
            "make_predict_function",
        ),
        "write a loop of your own over train_on_batch, test_on_batch, predict_on_batch or compute_gradients, or use callbacks",
    ),
    **dict.fromkeys(("compute_loss", "stateless_compute_loss", "compiled_loss"), _LOSS),
    **dict.fromkeys(
        ("compute_metrics", "get_metrics_result", "reset_metrics", "metrics_names", "compiled_metrics"),
        "give compile some of swiftcnn.metrics, or compute the value in a callback's on_epoch_end",
    ),
    **dict.fromkeys(("get_compile_config", "compile_from_config"), _FILES),
    **dict.fromkeys(("optimizer", "loss", "compiled"), "give compile the optimizer and the loss"),
    "layers": "add the layers to the model, or give the property another name",
}

OF_LOSSES = dict.fromkeys(("call", "__call__"), _LOSS)

# A user's own metric works if the user passes it the values.
OF_METRICS = dict.fromkeys(("add_weight", "add_variable"), "keep sums in attributes of your own, and feed the metric by hand")
OF_AUC = {**OF_METRICS, "interpolate_pr_auc": "choose a summation_method, or make a metric of your own and feed it by hand"}
OF_METRICS_IN_TRAINING = dict.fromkeys(
    ("update_state", "result", "reset_state", "__call__"),
    "give compile one of swiftcnn.metrics, and feed your own by hand, in a callback's on_epoch_end for example",
)

OF_REGULARIZERS = dict.fromkeys(("__call__",), "use L1, L2 or L1L2 of swiftcnn.regularizers")
OF_CONSTRAINTS = dict.fromkeys(
    ("__call__",), "use one of swiftcnn.constraints, or set_weights in a callback's on_train_batch_end"
)

OF_OPTIMIZERS = {
    **dict.fromkeys(
        (
            "build",
            "update_step",
            "apply",
            "apply_gradients",
            "stateless_apply",
            "scale_loss",
            "assign",
            "assign_add",
            "assign_sub",
            "add_variable",
            "add_variable_from_reference",
            "add_optimizer_variables",
            "finalize_variable_values",
            "minimize",
            "get_updates",
            "get_gradients",
            "_create_slots",  # these three are Keras 2's
            "_resource_apply_dense",
            "_resource_apply_sparse",
        ),
        "use one of swiftcnn.optimizers, or write the step yourself with compute_gradients and set_weights",
    ),
    **dict.fromkeys(("learning_rate", "iterations"), "give the optimizer a schedule of your own, optimizers.schedules"),
    **dict.fromkeys(("variables", "save_own_variables", "load_own_variables"), _FILES),
}
