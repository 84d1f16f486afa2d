"""`model.differentiate`: outputs, and gradients of weights and inputs for given gradients of outputs."""

import functools

import numpy as np
import parity_cases  # noqa: F401  its folder of golden values is on the path then
import pytest
import swiftcnn
from graph_networks import NETWORKS
from graph_values import read_graph_values
from swiftcnn import Input, Model, Sequential, layers

VALUES = read_graph_values()
TOLERANCE = 1e-5  # of each tensor's largest value; what graphs.json has for gradients

IMAGES, NUMBERS = (6, 5, 2), (4,)


def two_and_two(form=list):
    """Without kinks, so that differences are slopes."""
    pixels, numbers = Input(IMAGES, name="image"), Input(NUMBERS, name="numbers")
    shared = layers.Conv2D(2, 3, padding="same", activation="tanh", name="shared")
    x = layers.Multiply(name="product")([shared(shared(pixels)), shared(pixels)])
    x = layers.Concatenate(name="joined")([layers.GlobalAveragePooling2D(name="means")(x), numbers])
    kind = layers.Dense(3, activation="softmax", name="kind")(x)
    size = layers.Dense(1, name="size")(layers.Add(name="sum")([numbers, layers.Dense(4, name="middle")(x)]))
    if form is dict:
        return Model({"pixels": pixels, "numbers": numbers}, {"what": kind, "how": size})
    return Model(form([pixels, numbers]), form([kind, size]))


def data(rows=4):
    random = np.random.default_rng(7)
    x = [random.normal(size=(rows, *shape)).astype(np.float32) for shape in (IMAGES, NUMBERS)]
    return x, [random.normal(size=(rows, size)).astype(np.float32) for size in (3, 1)]


@pytest.fixture
def model():
    swiftcnn.utils.set_random_seed(3)
    return two_and_two()


def value(model, x, gradients):
    """A function of the outputs that has these gradients."""
    outputs = model.predict(x, verbose=0)
    return sum(np.sum(y.astype(float) * gradient) for y, gradient in zip(outputs, gradients, strict=True))


def slope(function, arrays, direction, step=2.0**-7):
    ahead, behind = ([array + sign * step * each for array, each in zip(arrays, direction, strict=True)] for sign in (1, -1))
    return (function(ahead) - function(behind)) / (2 * step)


def directions(arrays):
    random = np.random.default_rng(11)
    return [random.normal(size=array.shape) for array in arrays]


def along(gradients, direction):
    return sum(np.sum(gradient * each) for gradient, each in zip(gradients, direction, strict=True))


def test_gradients_of_inputs_are_slopes(model):
    x, gradients = data()
    direction = directions(x)
    found = along(model.differentiate(x, gradients).inputs, direction)
    # A central difference is off by about step squared, and float32 leaves 1e-4.
    assert found == pytest.approx(slope(lambda x: value(model, x, gradients), x, direction), rel=2e-3)


def test_gradients_of_weights_are_slopes(model):
    x, gradients = data()
    weights = model.get_weights()
    direction = directions(weights)

    def with_weights(weights):
        model.set_weights(weights)
        return value(model, x, gradients)

    expected = slope(with_weights, weights, direction)
    model.set_weights(weights)
    assert along(model.differentiate(x, gradients).weights, direction) == pytest.approx(expected, rel=2e-3)


def test_outputs_and_shapes(model):
    x, gradients = data()
    found = model.differentiate(x, gradients)
    assert found._fields == ("outputs", "weights", "inputs")
    for mine, its in zip(found.outputs, model.predict(x, verbose=0), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-6)
    assert [each.shape for each in found.weights] == [each.shape for each in model.get_weights()]
    assert [each.shape for each in found.inputs] == [each.shape for each in x]
    assert {each.dtype for each in (*found.outputs, *found.weights, *found.inputs)} == {np.dtype(np.float32)}


def assert_same(one, other):
    for mine, its in zip((*one.weights, *one.inputs), (*other.weights, *other.inputs), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_every_form_of_gradients_means_the_same(model):
    x, gradients = data()
    expected = model.differentiate(x, gradients)
    by_name = {"size": gradients[1], "kind": gradients[0]}
    for form in (tuple(gradients), by_name, [each.astype(float) for each in gradients], [each.tolist() for each in gradients]):
        found = model.differentiate(x, form)
        assert isinstance(found.outputs, list)
        assert isinstance(found.inputs, list)
        assert_same(found, expected)
    assert_same(model.differentiate({"numbers": x[1], "image": x[0]}, by_name), expected)


def test_results_have_the_form_of_the_model():
    x, gradients = data()
    expected, model = two_and_two(), two_and_two(dict)
    for layer in model.layers:  # dicts are ordered by key, and so are these
        layer.set_weights(expected.get_layer(layer.name).get_weights())
    found = model.differentiate({"pixels": x[0], "numbers": x[1]}, {"what": gradients[0], "how": gradients[1]})
    right = expected.differentiate(x, gradients)
    assert set(found.outputs) == {"what", "how"}
    assert set(found.inputs) == {"pixels", "numbers"}
    np.testing.assert_array_equal(found.outputs["how"], right.outputs[1])
    np.testing.assert_array_equal(found.inputs["pixels"], right.inputs[0])
    alone = Sequential([Input(NUMBERS), layers.Dense(2, name="end")])
    found = alone.differentiate(x[1], np.ones((4, 2)))
    kernel, _ = alone.get_weights()
    np.testing.assert_allclose(found.inputs, np.tile(kernel.sum(axis=1), (4, 1)), rtol=1e-6)
    np.testing.assert_allclose(found.weights[0], np.outer(x[1].sum(axis=0), [1, 1]), rtol=1e-5)
    np.testing.assert_array_equal(alone.differentiate(x[1], {"end": np.ones((4, 2))}).inputs, found.inputs)


def layers_of_weights(model):
    """The name of the layer that each weight belongs to."""
    return [layer.name for layer in model.layers for _ in layer.weights]


def test_what_nothing_depends_on_has_no_gradient(model):
    x, gradients = data()
    both = model.differentiate(x, gradients)
    both_in_order = (*both.weights, *both.inputs)
    kind, size = model.differentiate(x, [gradients[0], None]), model.differentiate(x, {"size": gradients[1]})
    for one, other, expected in zip((*kind.weights, *kind.inputs), (*size.weights, *size.inputs), both_in_order, strict=True):
        np.testing.assert_allclose(one + other, expected, rtol=1e-4, atol=1e-5)  # float32, added in another order
    without = {layer for layer, gradient in zip(layers_of_weights(model), kind.weights, strict=True) if not gradient.any()}
    assert without == {"middle", "size"}
    nothing = model.differentiate(x, [None, None])
    assert not any(each.any() for each in (*nothing.weights, *nothing.inputs))
    np.testing.assert_array_equal(nothing.outputs[0], both.outputs[0])


def test_frozen_layers_have_zeros_and_pass_gradients_on(model):
    x, gradients = data()
    free = model.differentiate(x, gradients)
    model.get_layer("kind").trainable = False
    frozen = model.differentiate(x, gradients)
    for layer, mine, its in zip(layers_of_weights(model), frozen.weights, free.weights, strict=True):
        if layer == "kind":
            assert its.any()
            assert not mine.any()
        else:
            np.testing.assert_array_equal(mine, its)
    for mine, its in zip(frozen.inputs, free.inputs, strict=True):
        np.testing.assert_array_equal(mine, its)
    model.trainable = False
    assert not any(each.any() for each in model.differentiate(x, gradients).weights)


def test_the_model_stays_as_it_is_and_may_be_compiled():
    inputs = Input((3, 4, 2))
    x = layers.Conv2D(3, 2, kernel_regularizer="l2")(layers.BatchNormalization()(inputs))
    model = Model(inputs, layers.Dense(2)(layers.Flatten()(layers.Dropout(0.5)(x))))
    images, gradient = np.random.default_rng(1).normal(size=(6, 3, 4, 2)), np.ones((6, 2))
    before, plain = model.get_weights(), model.differentiate(images, gradient)
    trained = model.differentiate(images, gradient, training=True)
    assert not np.allclose(trained.outputs, plain.outputs)  # dropout, and statistics of the batch
    assert (np.abs(trained.inputs.sum(axis=(0, 1, 2))) < 1e-4).all()  # it does not matter what all pixels have more
    assert (np.abs(plain.inputs.sum(axis=(0, 1, 2))) > 0.1).all()
    assert all(np.array_equal(mine, its) for mine, its in zip(model.get_weights(), before, strict=True))
    model.compile("adam", "mse")
    assert_same(model.differentiate(images, gradient), plain)  # without what the regularizer adds
    for mine, its in zip(model.differentiate(images, 2 * gradient).weights, plain.weights, strict=True):
        np.testing.assert_allclose(mine, 2 * its, rtol=1e-5, atol=1e-6)


def test_an_image_of_any_size():
    inputs = Input((None, None, 2))
    model = Model(inputs, layers.GlobalAveragePooling2D()(layers.Conv2D(1, 1, use_bias=False)(inputs)))
    (kernel,) = model.get_weights()
    for height, width in ((4, 5), (7, 3)):
        found = model.differentiate(np.ones((2, height, width, 2)), np.ones((2, 1)))
        np.testing.assert_allclose(
            found.inputs, np.broadcast_to(kernel[0, 0, :, 0] / height / width, found.inputs.shape), rtol=1e-6
        )


LOSSES = {
    "mse": lambda y, p: (p - y) * 2 / p.size,
    "mean_squared_error": lambda y, p: (p - y) * 2 / p.size,
    "mae": lambda y, p: np.sign(p - y) / p.size,
    "binary_crossentropy": lambda y, p: (p - y) / (p * (1 - p)) / p.size,
    "categorical_crossentropy": lambda y, p: -y / p / len(p),
    "sparse_categorical_crossentropy": lambda y, p: -np.eye(p.shape[-1])[y.astype(int)] / p / y.size,
}


def output_gradients(network, targets, outputs):
    """Of the network's loss with respect to its outputs, by the losses' formulas."""
    losses, weights = (list(v.values()) if isinstance(v, dict) else v for v in (network.loss, network.loss_weights))
    losses = losses if isinstance(losses, list) else [losses]
    found = zip(losses, weights or [1.0] * len(losses), targets, outputs, strict=True)
    return [LOSSES[loss](y.astype(float), p.astype(float)) * weight for loss, weight, y, p in found]


@functools.cache
def started(name):
    swiftcnn.utils.clear_session()
    model = NETWORKS[name].build(swiftcnn)
    model.set_weights(listed(f"{name}/weights"))
    return model


def listed(path):
    return VALUES[path] if isinstance(VALUES[path], list) else [VALUES[path]]


# "training_" where batch normalization makes a difference. Penalties on activity are part of a loss, and of no output's gradient.
CASES = [(name, prefix) for name in NETWORKS for prefix in ("", "training_") if f"{name}/{prefix}loss" in VALUES]
CASES.remove(("activity", ""))


@pytest.mark.parametrize(("name", "prefix"), CASES)
def test_gradients_of_the_loss_are_those_of_keras(name, prefix):
    model = started(name)
    x, y, outputs = (listed(f"{name}/{kind}") for kind in ("x", "y", f"{prefix}output"))
    gradients = output_gradients(NETWORKS[name], y, outputs)
    found = model.differentiate(x if len(x) > 1 else x[0], gradients if len(y) > 1 else gradients[0], training=bool(prefix))
    inputs = found.inputs if isinstance(found.inputs, list) else [found.inputs]
    for kind, arrays in (("gradients", found.weights), ("input_gradients", inputs)):
        for index, (mine, its) in enumerate(zip(arrays, listed(f"{name}/{prefix}{kind}"), strict=True)):
            # Twice the tolerance, since the gradients of the outputs are rounded too.
            assert np.abs(mine - its).max() <= 2 * TOLERANCE * np.abs(its).max(), f"{kind}/{index}"


WRONG = {
    "one for two": (lambda k, s: k, ValueError, r"must be 2 arrays, one for each output \('kind', 'size'\).* \(4, 3\)"),
    "none": (lambda k, s: None, ValueError, "must be 2 arrays, one for each output .* received a NoneType"),
    "three": (lambda k, s: [k, s, s], ValueError, "must be 2 arrays, .* received 3"),
    "an unknown name": (lambda k, s: {"kindd": k}, ValueError, "must have the names .*'kind', 'size'.*; received 'kindd'"),
    "another order": (lambda k, s: [s, k], ValueError, r"of output 'kind' must have the shape \(4, 3\), .*; got \(4, 1\)"),
    "fewer rows": (lambda k, s: [k, s[:3]], ValueError, r"of output 'size' must have the shape \(4, 1\), .*; got \(3, 1\)"),
    "an axis less": (lambda k, s: [k, s[:, 0]], ValueError, r"of output 'size' must have the shape \(4, 1\), .*; got \(4,\)"),
    "a text": (lambda k, s: [k, "a"], TypeError, r"output_gradients\[1\] must be an array .* received 'a' \(a str\)"),
    "nan": (lambda k, s: [k * np.nan, s], ValueError, "of output 'kind' holds nan at sample 0"),
}


@pytest.mark.parametrize(("make", "error", "message"), WRONG.values(), ids=WRONG)
def test_gradients_that_do_not_fit(model, make, error, message):
    x, gradients = data()
    with pytest.raises(error, match=f"^output_gradients.*{message}" if error is ValueError else message):
        model.differentiate(x, make(*gradients))


def test_other_arguments_that_do_not_fit(model):
    x, gradients = data()
    with pytest.raises(TypeError, match="training must be True or False, received 3"):
        model.differentiate(x, gradients, training=3)
    with pytest.raises(ValueError, match="x of input 'image' has no samples"):
        model.differentiate([each[:0] for each in x], [each[:0] for each in gradients])
    alone = Sequential([Input(NUMBERS), layers.Dense(2)])
    with pytest.raises(ValueError, match=r"output_gradients must have the shape \(4, 2\), as the output has; got \(4, 4\)"):
        alone.differentiate(x[1], x[1])
    with pytest.raises(TypeError, match="output_gradients must be an array or nested lists of numbers, received None"):
        alone.differentiate(x[1], None)
