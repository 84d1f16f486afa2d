"""Networks with branches, and the layers that join tensors, against the values of Keras in Tests/Golden/graphs.safetensors."""

import functools

import numpy as np
import parity_cases  # noqa: F401  its folder of golden values is on the path then
import pytest
import swiftcnn
from graph_networks import NETWORKS
from graph_values import error, read_graph_values, read_graphs
from merge_cases import MERGES

DOCUMENT = read_graphs()
TOLERANCES = DOCUMENT["tolerances"]
EXPECTED = DOCUMENT["networks"]
VALUES = read_graph_values()
NORMALIZED = [name for name in NETWORKS if f"{name}/training_loss" in VALUES]
every_network = pytest.mark.parametrize("name", NETWORKS)


def unpacked(values):
    """What users pass: a list, or without one what would be alone in it."""
    return values[0] if len(values) == 1 else values


def as_list(values):
    return list(values) if isinstance(values, (list, tuple)) else [values]


def assert_close(found, path):
    """`found` is an array, or a list of arrays, as the golden value at this path."""
    kind, right = path.rpartition("/")[2], VALUES[path]
    for index, (one, other) in enumerate(zip(as_list(found), as_list(right), strict=True)):
        assert np.shape(one) == other.shape, f"{path}/{index}"
        assert error(kind, other, one) <= TOLERANCES[kind], f"{path}/{index}"


def started(name):
    """The network with the weights of Keras, compiled, and what to train it on."""
    model = fresh(name)
    model.set_weights(VALUES[f"{name}/weights"])
    NETWORKS[name].compile(swiftcnn, model)
    return model, unpacked(VALUES[f"{name}/x"]), unpacked(VALUES[f"{name}/y"])


def fresh(name):
    """The network with the names that its layers get first."""
    swiftcnn.utils.clear_session()
    return NETWORKS[name].build(swiftcnn)


def test_the_files_hold_what_is_tested():
    assert list(EXPECTED) == list(NETWORKS)
    assert {path.split("/")[1] for path in VALUES if path.startswith("merge/")} == set(MERGES)


@every_network
def test_layers_have_the_names_and_the_order_of_keras(name):
    found = [[layer.name, type(layer).__name__] for layer in fresh(name).layers]
    for (layer, kind), (expected, expected_kind) in zip(found, EXPECTED[name]["layers"], strict=True):
        assert layer == expected
        assert expected_kind == "Functional" or kind == expected_kind


@every_network
def test_weights_have_the_names_shapes_and_order_of_keras(name):
    model, expected = fresh(name), EXPECTED[name]["weights"]
    assert [list(weight.shape) for weight in model.get_weights()] == [shape for _, shape in expected]
    assert [weight.name for weight in model.weights] == [path.rpartition("/")[2] for path, _ in expected]


@every_network
def test_parameters_are_counted_once(name):
    model, expected = fresh(name), EXPECTED[name]
    sizes = [int(np.prod(shape)) for _, shape in expected["weights"]]
    assert model.count_params() == sum(sizes)
    learning = sum(size for size, learns in zip(sizes, expected["learning"], strict=True) if learns)
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == learning
    assert len(model.trainable_weights) == sum(expected["learning"])


@every_network
def test_inputs_and_outputs_have_the_shapes_and_names_of_keras(name):
    model, expected = fresh(name), EXPECTED[name]
    shapes = [tuple(shape) for shape in expected["output_shapes"]]
    assert model.output_shape == unpacked(shapes)
    assert [tuple(output.shape) for output in model.outputs] == shapes
    assert list(model.output_names) == expected["output_names"]
    for x, expected_name in zip(model.inputs, expected["input_names"], strict=True):
        assert x.name == (
            "input_layer" if expected_name == "keras_tensor" else expected_name
        )  # which Keras calls it without a name


@every_network
@pytest.mark.parametrize("batch_size", [None, 2])
def test_predictions_are_those_of_keras(name, batch_size):
    model, x, _ = started(name)
    assert_close(model.predict(x, batch_size=batch_size, verbose=0), f"{name}/output")


@every_network
def test_calls_are_inference(name):
    model, x, _ = started(name)
    assert_close([np.asarray(output) for output in as_list(model(x))], f"{name}/output")


@every_network
def test_gradients_are_those_of_keras(name):
    model, x, y = started(name)
    loss, gradients = model.compute_gradients(x, y)
    assert_close(np.array([loss]), f"{name}/loss")
    assert_close(gradients, f"{name}/gradients")


@pytest.mark.parametrize("name", NORMALIZED)
def test_so_they_are_where_batches_have_statistics_of_their_own(name):
    model, x, y = started(name)
    loss, gradients = model.compute_gradients(x, y, training=True)
    assert_close(np.array([loss]), f"{name}/training_loss")
    assert_close(gradients, f"{name}/training_gradients")


@pytest.mark.parametrize("name", NORMALIZED)
def test_and_so_are_the_outputs(name):
    model, x, _ = started(name)
    outputs = [np.asarray(output) for output in as_list(model(x, training=True))]
    assert_close(outputs, f"{name}/training_output")


@every_network
def test_ten_steps_lose_what_they_lose_in_keras(name):
    model, x, y = started(name)
    losses = VALUES[f"{name}/losses"]
    for step, expected in enumerate(losses):
        model.reset_metrics()
        found = np.reshape(model.train_on_batch(x, y), -1)
        assert found.shape == expected.shape
        assert error("losses", expected, found) <= TOLERANCES["losses"], f"step {step}"
    assert_close(model.predict(x, verbose=0), f"{name}/trained_output")


@every_network
@pytest.mark.parametrize("batch_size", [None, 2])
def test_evaluations_are_those_of_keras(name, batch_size):
    """Whatever the batches. (Keras counts each batch by its samples only when it runs eagerly: the sizes of batches are not known
    in TensorFlow's graphs, where it takes the plain mean of all batches as the loss of an output. That one is not followed.)"""
    model, x, y = started(name)
    assert_close(np.reshape(model.evaluate(x, y, batch_size=batch_size, verbose=0), -1), f"{name}/evaluate")


@every_network
def test_logs_have_the_names_of_keras(name):
    model, x, y = started(name)
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    expected = dict(zip(EXPECTED[name]["logs"], VALUES[f"{name}/evaluate"], strict=True))
    assert set(logs) == set(expected)
    for key, value in expected.items():
        assert logs[key] == pytest.approx(value, rel=TOLERANCES["evaluate"]), key
    assert set(model.train_on_batch(x, y, return_dict=True)) == set(expected)


@every_network
def test_gradients_of_inputs_are_those_of_keras(name):
    model, _, _ = started(name)
    found = gradients_of_inputs(model, VALUES[f"{name}/x"], functools.partial(compile_by_place, name), VALUES[f"{name}/y"])
    assert_close(found, f"{name}/input_gradients")


@pytest.mark.parametrize("shape", [(3, 9, 12), (3, 9, 12, 1)])
def test_labels_of_pixels_may_have_an_axis_of_their_own(shape):
    model, x, y = started("u_net")
    assert_close(np.reshape(model.evaluate(x, np.reshape(y, shape), verbose=0), -1), "u_net/evaluate")


@pytest.mark.parametrize("y_of", [dict, list, tuple])
@pytest.mark.parametrize("x_of", [dict, list, tuple])
def test_inputs_and_targets_go_by_name_or_by_place(x_of, y_of):
    model, x, y = started("two_in_two_out")
    x = {"numbers": x[1], "image": x[0]} if x_of is dict else x_of(x)
    y = {"size": y[1], "kind": y[0]} if y_of is dict else y_of(y)
    assert_close(np.reshape(model.evaluate(x, y, verbose=0), -1), "two_in_two_out/evaluate")
    assert_close(model.predict(x, verbose=0), "two_in_two_out/output")


def test_lists_of_losses_and_metrics_mean_the_same_as_dicts():
    model, x, y = started("two_in_two_out")
    loss = ["sparse_categorical_crossentropy", "mse"]
    model.compile("sgd", loss, loss_weights=[1.0, 0.5], metrics=[["accuracy"], ["mae"]])
    assert_close(np.reshape(model.evaluate(x, y, verbose=0), -1), "two_in_two_out/evaluate")


@pytest.mark.parametrize("name", MERGES)
def test_merged_tensors_are_those_of_keras(name):
    model = merge_model(name)
    assert model.output_shape == (None, *VALUES[f"merge/{name}/output"].shape[1:])
    assert_close(model.predict(VALUES[f"merge/{name}/x"], verbose=0), f"merge/{name}/output")


@pytest.mark.parametrize("name", MERGES)
def test_merged_gradients_are_those_of_keras(name):
    output, gradient = VALUES[f"merge/{name}/output"], VALUES[f"merge/{name}/output_gradient"]
    target = output - gradient * np.float32(output.size / 2)  # of the squared error that has this gradient
    found = gradients_of_inputs(merge_model(name), VALUES[f"merge/{name}/x"], lambda model: model.compile("sgd", "mse"), [target])
    assert_close(found, f"merge/{name}/gradients")


def merge_model(name):
    inputs = [swiftcnn.Input(shape) for shape in MERGES[name].shapes]
    return swiftcnn.Model(inputs, MERGES[name].layer(swiftcnn)(inputs))


def compile_by_place(name, model):
    """For a model around the network, whose outputs have other names."""
    network = NETWORKS[name]
    loss, loss_weights = (list(v.values()) if isinstance(v, dict) else v for v in (network.loss, network.loss_weights))
    model.compile("sgd", loss, loss_weights=loss_weights)


def gradients_of_inputs(model, inputs, compile_it, targets):
    """The gradient of the loss for each of the model's inputs, in inference, from gradients of weights alone.

    Around the model goes another one that does not look at its input: dense layers with kernels of 0 make the inputs from their
    biases, so the gradient of a bias is that of an input. Samples go one at a time; the loss is the mean over all of them.
    """
    around, makers = model_of_biases(model, [x.shape[1:] for x in inputs])
    compile_it(around)
    weights = [(layer.name, index) for layer in around.layers for index in range(len(layer.weights))]
    gradients = [np.zeros_like(x) for x in inputs]
    for row in range(len(inputs[0])):
        for maker, x in zip(makers, inputs, strict=True):
            maker.set_weights([np.zeros((1, x[row].size), np.float32), x[row].reshape(-1)])
        _, found = around.compute_gradients(np.zeros((1, 1), np.float32), unpacked([y[row : row + 1] for y in targets]))
        for maker, gradient in zip(makers, gradients, strict=True):
            bias = found[weights.index((maker.name, 1))]
            gradient[row] = bias.reshape(gradient[row].shape) / len(gradient)
    return gradients


def model_of_biases(model, shapes):
    """A model with the outputs of this one, and the dense layers whose biases are its inputs."""
    nothing = swiftcnn.Input((1,), name="nothing")
    makers = [swiftcnn.layers.Dense(int(np.prod(shape)), name=f"maker_{index}") for index, shape in enumerate(shapes)]
    made = [swiftcnn.layers.Reshape(shape)(maker(nothing)) for maker, shape in zip(makers, shapes, strict=True)]
    return swiftcnn.Model(nothing, model(unpacked(made))), makers
