"""Pictures: what they draw, Grad-CAM's gradient, and errors that help."""

import sys

import matplotlib as mpl
import numpy as np
import pytest
from swiftcnn import Input, Sequential, utils, visualization
from swiftcnn.layers import Activation, Conv2D, Dense, Flatten, GlobalAveragePooling2D, MaxPooling2D
from swiftcnn.visualization import _grad_cam

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


def drawn(figure):
    """The figure rendered; drawing may fail where making it did not."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())


def test_curves_of_a_training(model, data):
    history = model.fit(*data, epochs=3, verbose=0, validation_split=0.2)
    figure = visualization.plot_history(history)
    assert [axes.get_title() for axes in figure.axes] == ["accuracy", "loss"]
    training, validation = figure.axes[1].lines
    assert list(training.get_ydata()) == history.history["loss"]
    assert list(validation.get_ydata()) == history.history["val_loss"]
    assert drawn(visualization.plot_history(history.history, ["val_loss"])).any()
    with pytest.raises(ValueError, match="history has no value 'auc'; there are: accuracy, loss"):
        visualization.plot_history(history, ["auc"])
    with pytest.raises(ValueError, match="history must be what fit returned after at least one epoch"):
        visualization.plot_history({})


def test_a_confusion_matrix_shows_its_counts():
    figure = visualization.plot_confusion_matrix([0, 0, 1], [0, 1, 1], ["cat", "dog"])
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == ["1", "1", "0", "1"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog"]
    np.testing.assert_array_equal(axes.images[0].get_array(), [[0.5, 0.5], [0, 1]])


def test_mistakes_come_surest_first(data):
    x, y = data
    outputs = np.eye(4)[y] * 0.6
    outputs[3], outputs[5] = [0.9, 0, 0, 0.1], [0, 0, 0.7, 0.3]
    figure = visualization.plot_misclassified(x, y, outputs, list("abcd"))
    assert [axes.get_title() for axes in figure.axes] == ["a, not d", "c, not b"]
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), x[3, ..., 0])
    with pytest.raises(ValueError, match="must be as many, received 40, 39 and 40"):
        visualization.plot_misclassified(x, y[1:], outputs)


def colour_network():
    layers = [Conv2D(5, 3, activation="relu"), MaxPooling2D(), Conv2D(6, 3, activation="relu", name="last")]
    return Sequential([Input((12, 12, 3)), *layers, Flatten(), Dense(3, activation="softmax")])


def test_filters_in_colour_and_as_means():
    model = colour_network()
    assert len(visualization.plot_filters(model.layers[0]).axes) == 5
    assert len(visualization.plot_filters(model.layers[2], count=4).axes) == 4
    assert drawn(visualization.plot_filters(model.layers[2])).any()
    with pytest.raises(ValueError, match=r"layer 'flatten' has no convolution kernel"):
        visualization.plot_filters(model.layers[3])


def test_feature_maps_are_the_layer_s_outputs(data):
    model, x = colour_network(), np.random.default_rng(1).random((4, 12, 12, 3), np.float32)
    whole = visualization.feature_maps(model, x, 4)
    np.testing.assert_array_equal(whole, model.predict(x, verbose=0))
    maps = visualization.feature_maps(model, x, "last")
    assert maps.shape == (4, 3, 3, 6)
    assert (maps >= 0).all()
    figure = visualization.plot_feature_maps(model, x[0], model.layers[2])
    np.testing.assert_allclose(figure.axes[2].images[0].get_array(), maps[0, :, :, 2], rtol=1e-6)
    with pytest.raises(ValueError, match=r"puts out \(54,\), which is no image"):
        visualization.plot_feature_maps(model, x[0], "flatten")
    with pytest.raises(ValueError, match="no layer is called 'first'"):
        visualization.feature_maps(model, x, "first")
    with pytest.raises(ValueError, match="is not one of model"):
        visualization.feature_maps(model, x, colour_network().layers[0])


HEADS = {
    "flatten": lambda: [Flatten(), Dense(8, activation="tanh"), Dense(3, activation="softmax")],
    "pooled": lambda: [GlobalAveragePooling2D(), Dense(3), Activation("softmax")],
}


@pytest.mark.parametrize("kind", HEADS)
def test_grad_cam_weighs_channels_by_the_gradient_of_the_score(kind):
    utils.set_random_seed(2)
    model = Sequential([Input((8, 8, 1)), Conv2D(4, 3, activation="relu"), *HEADS[kind]()])
    x = np.random.default_rng(1).random((1, 8, 8, 1), np.float32)
    maps = visualization.feature_maps(model, x, 0).astype(np.float64)
    gated = _grad_cam._gated(model, model.layers[0])
    kernel, _ = gated.get_layer(_grad_cam.GATE).get_weights()

    def score(change):
        gated.get_layer(_grad_cam.GATE).set_weights([kernel, change.astype(np.float32)])
        return gated.predict(x, verbose=0)[0, 1].astype(np.float64)

    step = 0.05
    weights = np.zeros(4)
    for channel in range(4):  # a step on the whole channel: the sum of the gradient over its places
        change = np.zeros(4)
        change[channel] = step
        weights[channel] = (score(change) - score(-change)) / (2 * step) / 36
    heat = np.maximum(maps[0] @ weights, 0)
    found = visualization.grad_cam(model, x, class_index=1)
    np.testing.assert_allclose(found[0], heat / heat.max(), atol=2e-3)


def test_grad_cam_is_drawn_over_the_images(data):
    x, _ = data
    model = Sequential([Input((8, 8, 1)), Conv2D(8, 3, padding="same", activation="relu"), Flatten(), Dense(4, "softmax")])
    heats = visualization.grad_cam(model, x[:4])
    assert heats.shape == (4, 8, 8)
    assert (heats.min(), heats.max()) == (0, 1)
    figure = visualization.plot_grad_cam(model, x[:4], class_names=list("abcd"))
    called = model.predict(x[:4], verbose=0).argmax(-1)
    assert [axes.get_title() for axes in figure.axes] == ["abcd"[index] for index in called]
    np.testing.assert_array_equal(figure.axes[1].images[1].get_array(), heats[1])
    assert drawn(figure).any()


def test_what_grad_cam_cannot_see(data):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4)])
    with pytest.raises(ValueError, match="has no convolution: pass layer="):
        visualization.grad_cam(model, data[0][:1])
    with pytest.raises(ValueError, match="Grad-CAM needs a layer that puts out an image"):
        visualization.grad_cam(model, data[0][:1], layer="flatten")
    with pytest.raises(ValueError, match="class_index must be 0 to 2, received 3"):
        visualization.grad_cam(colour_network(), np.zeros((12, 12, 3)), class_index=3)
    with pytest.raises(ValueError, match=r"x must be images, .* received shape \(3,\)"):
        visualization.grad_cam(colour_network(), [1, 2, 3])


def test_it_says_what_it_lacks(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"visualization needs matplotlib, .*: pip install 'swiftcnn\[plot\]'"):
        visualization.plot_confusion_matrix([0], [0])
