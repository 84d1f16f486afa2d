"""What random graphs and random calls found, each as small as it gets."""

import numpy as np
import pytest
from swiftcnn import Input, Model, callbacks, layers, visualization

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
    with pytest.raises(ValueError, match=rf"the layer {kind} takes a list of inputs, as in {kind}\(\)\(\[a, b\]\); received"):
        layer(empty)


@pytest.mark.parametrize("batches", [False, True])
def test_an_evaluation_reports_what_was_compiled_when_it_began(batches):
    """Another thread, or a callback, may compile meanwhile."""
    x = Input((4,))
    model = Model(x, layers.Dense(1)(x))
    model.compile("sgd", "mse")
    expected = model.evaluate(ROWS, ROWS[:, :1], verbose=0)
    again = callbacks.Callback()
    again.on_test_end = lambda logs=None: model.compile("sgd", "mse", metrics=["mae", "mape"])
    data = (iter([(ROWS, ROWS[:, :1])]),) if batches else (ROWS, ROWS[:, :1])
    found = model.evaluate(*data, verbose=0, callbacks=[again], return_dict=True)
    assert found == {"loss": pytest.approx(expected)}
    assert model.metrics_names == ["loss", "mae", "mape"]
