"""How far the values in a model with branches are from its kinks; kinks.py tells what those are."""

import keras
import kinks
import numpy as np
from keras import layers


def margin(model, inputs, training):
    """The least distance of any value from a kink, for arrays or tensors `inputs`, in inference or in training.

    In training the moving statistics in the model change.
    """
    graph = model._functional if isinstance(model, keras.Sequential) else model
    distances = []

    def measured(layer):
        def call(*arguments, **options):
            distances.append(layer_margin(layer, arguments, training))
            return layer(*arguments, **options, **mode(layer, training))

        return call

    graph._run_through_graph(inputs, operation_fn=measured)
    return min(distances)


def mode(layer, training):
    return {"training": training} if isinstance(layer, (keras.Model, layers.BatchNormalization)) else {}


def layer_margin(layer, arguments, training):
    if isinstance(layer, keras.Model):
        return margin(layer, list(arguments), training)
    tensors = [np.asarray(x) for x in keras.tree.flatten(arguments)]
    if isinstance(layer, (layers.Maximum, layers.Minimum)):
        return gap(layer, tensors)
    return kinks.layer_margin(layer, tensors[0], after_relu=(tensors[0] >= 0).all())


def gap(layer, tensors):
    """Between the greatest and the next of what `Maximum` compares, and so for `Minimum`."""
    rank = max(tensor.ndim for tensor in tensors)
    aligned = [tensor.reshape(len(tensor), *[1] * (rank - tensor.ndim), *tensor.shape[1:]) for tensor in tensors]
    ordered = np.sort(np.stack(np.broadcast_arrays(*aligned)), axis=0)
    if isinstance(layer, layers.Minimum):
        ordered = ordered[::-1]
    return np.abs(ordered[-1] - ordered[-2]).min()
