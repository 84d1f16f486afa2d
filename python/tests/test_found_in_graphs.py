"""What random graphs and random calls found, each as small as it gets."""

import numpy as np
import pytest
from swiftcnn import Input, Model, layers, visualization

IMAGES = np.random.default_rng(0).normal(size=(4, 15, 12, 25)).astype(np.float32)
ROWS = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)


def test_derivatives_of_a_model_without_weights():
    x = Input((4,))
    found = Model(x, layers.ReLU()(x)).differentiate(ROWS, np.ones_like(ROWS))
    assert found.weights == []
    np.testing.assert_array_equal(found.inputs, (ROWS > 0).astype(np.float32))


@pytest.mark.parametrize(
    "look", [visualization.feature_maps, lambda model, x, layer: visualization.grad_cam(model, x, None, layer)]
)
def test_an_input_is_no_layer_to_look_into(look):
    x = Input((15, 12, 25), name="picture")
    model = Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)), name="small")
    with pytest.raises(ValueError, match="layer 'picture' is called nowhere in model 'small': inputs are not"):
        look(model, IMAGES, 0)


@pytest.mark.parametrize("kind", ["Add", "Concatenate", "Dot"])
@pytest.mark.parametrize("empty", [[], ()])
def test_a_merge_of_nothing(kind, empty):
    layer = layers.Dot(1) if kind == "Dot" else getattr(layers, kind)()
    with pytest.raises(ValueError, match=rf"a {kind} layer takes a list of inputs, as in {kind}\(\)\(\[a, b\]\); received"):
        layer(empty)
