"""Pictures: what they draw, Grad-CAM's gradient, and errors that help."""

import sys

import graph_networks
import matplotlib as mpl
import numpy as np
import pytest
import swiftcnn
from swiftcnn import Input, Model, Sequential, utils, visualization
from swiftcnn.layers import (
    Activation,
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
)
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
    assert [axes.get_title() for axes in figure.axes] == ["predicted a\nactual d", "predicted c\nactual b"]
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
    head = Model(model.layers[0].output, _grad_cam._scores(model))

    def score(change):
        return head.predict(maps + change, verbose=0)[0, 1].astype(np.float64)

    step = 0.05
    weights = np.zeros(4)
    for channel in range(4):  # a step on the whole channel: the sum of the gradient over its places
        change = np.zeros(4)
        change[channel] = step
        weights[channel] = (score(change) - score(-change)) / (2 * step) / 36
    heat = np.maximum(maps[0] @ weights, 0)
    found = visualization.grad_cam(model, x, class_index=1)
    np.testing.assert_allclose(found[0], heat / heat.max(), atol=2e-3)


def test_feature_maps_of_graphs():
    model = graph_networks.two_in_two_out(swiftcnn)
    random = np.random.default_rng(1)
    image, numbers = random.random((3, 8, 6, 3), np.float32), random.random((3, 5), np.float32)
    joined = visualization.feature_maps(model, [image, numbers], "concatenate_1")
    np.testing.assert_array_equal(joined, Model(model.input, model.get_layer("concatenate_1").output).predict([image, numbers]))
    by_name = visualization.feature_maps(model, {"numbers": numbers, "image": image}, "concatenate_1")
    np.testing.assert_array_equal(by_name, joined)
    maps = visualization.feature_maps(model, [image, numbers], "conv2d")
    figure = visualization.plot_feature_maps(model, [image, numbers], "conv2d")
    np.testing.assert_allclose(figure.axes[2].images[0].get_array(), maps[0, :, :, 2], rtol=1e-6)
    with pytest.raises(
        TypeError, match="has 2 inputs: x must be an array for each, in a list or a dict by name, received a ndarray"
    ):
        visualization.feature_maps(model, image, "conv2d")


def test_feature_maps_of_models_inside():
    model = graph_networks.nested(swiftcnn)
    x = np.random.default_rng(1).random((2, 9, 7, 3), np.float32)
    maps = visualization.feature_maps(model, x, "block")
    before = Model(model.input, model.get_layer("before").output).predict(x)
    np.testing.assert_allclose(maps, model.get_layer("block").predict(before), rtol=1e-6)


def test_grad_cam_of_graphs_goes_by_all_ways_from_a_layer():
    """Behind the convolution the graph parts, and what is beside it has weights that do not learn."""
    utils.set_random_seed(3)
    image, numbers = Input((6, 5, 2), name="image"), Input((3,), name="numbers")
    x = Conv2D(4, 3, padding="same", name="seen", trainable=False)(image)
    y = BatchNormalization(trainable=False)(Conv2D(4, 1, activation="tanh")(x))
    x = GlobalAveragePooling2D()(Add()([x, y]))
    x = Concatenate()([x, Dense(2, trainable=False)(numbers)])
    model = Model([image, numbers], Dense(3, activation="softmax")(x))
    random = np.random.default_rng(1)
    given = [random.random((2, 6, 5, 2), np.float32), random.random((2, 3), np.float32)]
    weights = model.get_weights()
    found = visualization.grad_cam(model, given, class_index=1, layer="seen")
    assert all(np.array_equal(one, other) for one, other in zip(weights, model.get_weights(), strict=True))

    before = visualization.feature_maps(model, given, "seen").astype(np.float64)
    kernel, bias = model.get_layer("seen").get_weights()
    logits = Model(model.input, model.layers[-1].input)
    head, _ = model.layers[-1].get_weights()

    def score(change):
        model.get_layer("seen").set_weights([kernel, bias + change.astype(np.float32)])
        return (logits.predict(given, verbose=0) @ head)[:, 1].astype(np.float64)

    step = 0.02
    gradients = np.stack([(score(step * each) - score(-step * each)) / (2 * step) for each in np.eye(4)], -1)
    heat = np.maximum((before * gradients[:, None, None]).sum(-1), 0)
    np.testing.assert_allclose(found, heat / heat.max((1, 2), keepdims=True), atol=2e-2)
    assert (found.min(), found.max()) == (0, 1)


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
