"""How far a model's values are from its kinks, where a rounding error would flip a gradient.

A kink is a value at which an activation has a corner, such as 0 for relu, or two equal greatest values in a window of a max pool;
in a loss, where an absolute value or a hinge begins.
"""

import keras
import numpy as np

KINKS = {"relu": [0], "leaky_relu": [0], "selu": [0], "relu6": [0, 6], "hard_sigmoid": [-3, 3], "hard_silu": [-3, 3],
         "hard_tanh": [-1, 1]}  # fmt: skip


def margin(model, x):
    """The least distance of any value from a kink, for the images x."""
    least, values, after_relu = np.inf, x, False
    for layer in model.layers:
        least = min(least, layer_margin(layer, values, after_relu))
        values = np.asarray(layer(values, training=False))
        after_relu = activation_of(layer) == "relu"
    return least


def loss_margin(name, y, p):
    """The same of the loss's own kinks, for targets y and outputs p."""
    if name in ("MeanAbsoluteError", "MeanAbsolutePercentageError"):
        return np.abs(p - y).min()
    if name in ("Hinge", "SquaredHinge"):
        return np.abs(1 - (2 * y - 1 if np.isin(y, (0, 1)).all() else y) * p).min()
    if name == "CategoricalHinge":
        wrong = np.sort((1 - y) * p, axis=-1)[..., -2:]
        return min(np.abs(1 + wrong[..., 1] - np.sum(y * p, axis=-1)).min(), np.diff(wrong).min())
    return np.inf


def activation_of(layer):
    return getattr(getattr(layer, "activation", None), "__name__", None)


def layer_margin(layer, x, after_relu):
    if isinstance(layer, keras.layers.MaxPooling2D):
        return pool_margin(layer, x, after_relu)
    if isinstance(layer, keras.layers.AdaptiveMaxPooling2D):
        return adaptive_margin(layer, x)
    if isinstance(layer, keras.layers.GlobalMaxPooling2D):
        greatest = np.sort(x.reshape(len(x), -1, x.shape[-1]), axis=1)
        return (greatest[:, -1] - greatest[:, -2]).min()
    if activation_of(layer) not in KINKS:
        return distance(x, layer_kinks(layer))
    function, layer.activation = layer.activation, keras.activations.linear
    before = np.asarray(layer(x))
    layer.activation = function
    return distance(before, KINKS[function.__name__])


def layer_kinks(layer):
    """Of a layer that is an activation."""
    if isinstance(layer, keras.layers.ReLU):
        return [layer.threshold, *([] if layer.max_value is None else [layer.max_value])]
    if isinstance(layer, keras.layers.ActivityRegularization) and layer.l1:
        return [0]
    return [0] if isinstance(layer, (keras.layers.LeakyReLU, keras.layers.PReLU, keras.layers.ELU)) else []


def distance(x, places):
    return min((np.abs(x - place).min() for place in places), default=np.inf)


def pool_margin(layer, x, after_relu):
    """Between the two greatest of each window; a window of zeros behind a relu is dead, not tied."""
    greatest = windows(layer, x)
    greatest = np.sort(greatest, axis=-1)[..., -2:]
    gap = greatest[..., 1] - greatest[..., 0]
    if after_relu:
        gap = gap[greatest[..., 1] > 0]
    return gap.min(initial=np.inf)


def adaptive_margin(layer, x):
    """Between the two greatest of each window, however large."""
    (height, width), gaps = layer.output_size, []
    for y in range(height):
        rows = x[:, y * x.shape[1] // height : -(-(y + 1) * x.shape[1] // height)]
        for start in range(width):
            columns = slice(start * x.shape[2] // width, -(-(start + 1) * x.shape[2] // width))
            greatest = np.sort(rows[:, :, columns].reshape(len(x), -1, x.shape[-1]), axis=1)
            gaps.append(np.diff(greatest[:, -2:], axis=1).min(initial=np.inf))
    return min(gaps)


def windows(layer, x):
    """[n, out_height, out_width, channels, pool elements]; the padding is -infinity."""
    padding = [axis_padding(layer, x.shape[axis + 1], axis) for axis in (0, 1)]
    padded = np.pad(x, [(0, 0), *padding, (0, 0)], constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view(padded, layer.pool_size, axis=(1, 2))
    view = view[:, :: layer.strides[0], :: layer.strides[1]]
    return view.reshape(*view.shape[:4], -1)


def axis_padding(layer, size, axis):
    if layer.padding == "valid":
        return (0, 0)
    pool, stride = layer.pool_size[axis], layer.strides[axis]
    total = max(pool - (stride if size % stride == 0 else size % stride), 0)
    return (total // 2, total - total // 2)
