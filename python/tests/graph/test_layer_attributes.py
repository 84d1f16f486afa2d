"""What scripts ask of a layer by Keras's attributes: its weights by name, its shapes on the line."""

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, applications, layers
from swiftcnn.layers import BatchNormalization, Conv2D, Dense, Flatten

# The attributes of Keras 3.15, in the order of get_weights.
ATTRIBUTES = {
    Dense: ("kernel", "bias"),
    Conv2D: ("kernel", "bias"),
    layers.Conv2DTranspose: ("kernel", "bias"),
    layers.DepthwiseConv2D: ("kernel", "bias"),
    layers.SeparableConv2D: ("depthwise_kernel", "pointwise_kernel", "bias"),
    BatchNormalization: ("gamma", "beta", "moving_mean", "moving_variance"),
    layers.LayerNormalization: ("gamma", "beta"),
    layers.GroupNormalization: ("gamma", "beta"),
    layers.PReLU: ("alpha",),
}
ARGUMENTS = {layers.DepthwiseConv2D: (2,), Dense: (3,), layers.GroupNormalization: (2,)} | dict.fromkeys(
    (BatchNormalization, layers.LayerNormalization, layers.PReLU), ()
)


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_weights_by_name(kind):
    layer = kind(*ARGUMENTS.get(kind, (3, 2)))
    assert not hasattr(layer, ATTRIBUTES[kind][0])
    Sequential([Input((5, 5, 2)), *([Flatten()] if kind is Dense else []), layer])
    layer.set_weights([np.random.default_rng(1).normal(size=weight.shape) for weight in layer.get_weights()])
    named = [getattr(layer, name) for name in ATTRIBUTES[kind]]
    for attribute, weight in zip(named, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(attribute, weight)
        assert not attribute.flags.writeable


def test_what_a_layer_does_without_is_none():
    convolution, normalization = Conv2D(3, 2, use_bias=False), BatchNormalization(scale=False)
    Sequential([Input((5, 5, 2)), convolution, normalization])
    assert convolution.bias is None
    assert normalization.gamma is None
    assert normalization.beta.shape == (3,)


def test_a_weight_before_there_is_one():
    with pytest.raises(AttributeError, match="no kernel yet: layer 'Dense' has no weights and no shape before it is added"):
        Dense(3).kernel  # noqa: B018
    layer = Dense(3)
    model = Sequential([layer])
    with pytest.raises(AttributeError, match=r"no kernel yet: .* does not know the shape of its input yet"):
        layer.kernel  # noqa: B018
    assert not hasattr(model.layers[0], "bias")


def test_shapes_on_the_line_build_nothing(monkeypatch):
    base = applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    model = Sequential([base, Flatten(), Dense(4)])
    model.build((None, 32, 32, 3))
    inside, whole = base.layers[1:], [model.get_layer(index=index) for index in (1, 2)]
    monkeypatch.setattr(Model, "__init__", None)  # a model made for the question would have weights, and take a seed
    assert [layer.output.shape for layer in inside] == [layer.output_shape for layer in inside]
    assert [layer.input_shape for layer in inside[1:]] == [layer.output_shape for layer in inside[:-1]]
    assert [layer.output.shape for layer in whole] == [(None, 512), (None, 4)]
    assert whole[1].input_shape == (None, 512)


def test_shapes_of_a_layer_on_two_lines():
    """Of a place on a line counts that line, not the model that the layer was first in."""
    shared = layers.MaxPooling2D()
    first = Sequential([Input((8, 8, 1)), shared])
    other = Model(inputs := Input((6, 6, 2)), shared(inputs))
    assert shared.output.shape == first.output.shape == (None, 4, 4, 1)
    assert other.output.shape == shared(inputs).shape == (None, 3, 3, 2)
