"""What computing takes of memory."""

import json
import subprocess
import sys

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers

# Peak memory is a process's own, so the work is done in a new one. ru_maxrss counts KiB.
UINT8_WORK = """
import resource
import numpy as np
from swiftcnn import Input, Sequential
from swiftcnn.layers import Dense, Flatten

x = np.ones((40000, 28, 28, 1), np.uint8)
y = np.zeros(len(x), np.uint8)
model = Sequential([Input((28, 28, 1)), Flatten(), Dense(2, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model.fit(x, y, batch_size=128, validation_split=0.2, verbose=0)
model.predict(x, batch_size=128, verbose=0)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def test_uint8_images_are_never_converted_as_a_whole():
    done = subprocess.run([sys.executable, "-c", UINT8_WORK], capture_output=True, text=True, timeout=120, check=True)
    whole_as_floats = 40000 * 28 * 28 * 4
    assert int(done.stdout) < whole_as_floats / 4


def network():
    return Sequential(
        [
            Input((32, 32, 3)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def test_plan_info_names_every_operation():
    info = network().plan_info(64)
    assert info["batch_size"] == 64
    # The dropout is in the pooling, and the pooling with the convolution.
    assert [each["layer"] for each in info["training"]] == ["conv2d", "dense", "dense"]
    assert info["training"][0]["algorithm"] == "direct convolution, max pooling, gradients at argmax positions"
    assert [each["algorithm"] for each in info["inference"]] == ["direct convolution", "max pooling", "matrix product", "softmax"]
    assert [each["stage"] for each in info["inference"]] == [0, 0, 1, 2]
    assert info["inference"][2]["output_bytes"] == 10 * 4


def branching():
    """A convolution that is called twice, batch normalization that weights can take in, and a sum in a model in the model."""
    inner_input = Input((8, 8, 4))
    inner = Model(
        inner_input, layers.Add(name="sum")([inner_input, layers.Conv2D(4, 3, padding="same", name="conv")(inner_input)])
    )
    inner.name = "inner"
    inputs, shared = Input((8, 8, 3)), layers.Conv2D(4, 3, padding="same", use_bias=False, name="shared")
    x = layers.Activation("relu", name="relu")(
        layers.BatchNormalization(name="normal")(layers.Conv2D(3, 1, name="first")(inputs))
    )
    x = layers.Concatenate(name="joined")([inner(shared(x)), shared(inputs)])
    return Model(inputs, layers.Dense(2, name="scores")(layers.Flatten(name="flat")(x)))


def test_plan_info_of_a_graph_names_every_operation():
    info = branching().plan_info(4)
    assert set(info) == {"batch_size", "threads", "training_bytes", "inference_bytes", "training", "inference", "rewrites"}
    keys = {"layer", "algorithm", "stage", "images_at_once", "output_bytes", "scratch_bytes", "packed_bytes"}
    for mode in ("training", "inference"):
        operations = info[mode]
        assert all(set(operation) == keys for operation in operations)
        assert [each["stage"] for each in operations] == sorted(each["stage"] for each in operations)
        named = [each["layer"] for each in operations if each["algorithm"] != "fork"]
        assert named.count("shared") == 2  # calls
        assert {"inner/conv", "inner/sum", "joined", "scores"} < set(named)
        sizes = {each["layer"]: each["output_bytes"] for each in operations if each["algorithm"] != "fork"}
        assert (sizes["shared"], sizes["joined"], sizes["scores"]) == (4 * 8 * 8 * 4, 4 * 8 * 8 * 8, 4 * 2)
        algorithms = {each["algorithm"] for each in operations}
        assert {"fork", "sum of 2", "concatenation of 2, 1 in place", "matrix product"} < algorithms
    assert ("shared", "fork") in [(each["layer"], each["algorithm"]) for each in info["training"]]
    assert info["rewrites"]["training"] == {"ReLU into the operation before it": 1}
    assert info["rewrites"]["inference"] == {
        "batch normalization into weights": 1,
        "products with folded weights": 1,
        "ReLU into the operation before it": 1,
    }
    assert any("batch normalization in its weights" in each["algorithm"] for each in info["inference"])


def test_plan_info_of_a_graph_counts_memory():
    model = branching()
    plain = model.plan_info(4)
    model.compile("adam", "mse")
    compiled, larger = model.plan_info(4), model.plan_info(8)
    weights = 4 * model.count_params()
    assert weights < plain["inference_bytes"] < plain["training_bytes"]
    assert compiled["training_bytes"] >= plain["training_bytes"] + 2 * 4 * sum(each.size for each in model.trainable_weights)
    assert compiled["inference_bytes"] == plain["inference_bytes"]
    assert larger["training_bytes"] > compiled["training_bytes"]


def test_plan_info_of_any_size_is_that_of_some():
    inputs = Input((None, None, 3))
    model = Model(inputs, layers.Conv2D(4, 3, padding="same")(inputs))
    (convolution,) = model.plan_info(4)["inference"]
    side = (convolution["output_bytes"] / 4 / 4) ** 0.5
    assert side == int(side) >= 8


def test_plan_info_counts_the_optimizer_and_more_for_larger_batches():
    model = network()
    model.compile("sgd", "sparse_categorical_crossentropy")
    plain = model.plan_info(32)
    model.compile("adam", "sparse_categorical_crossentropy")
    weights = 4 * model.count_params()
    assert model.plan_info(32)["training_bytes"] >= plain["training_bytes"] + 2 * weights
    assert weights < plain["inference_bytes"] < plain["training_bytes"] < model.plan_info(64)["training_bytes"]


def test_plan_info_tells_of_plans_that_would_not_fit():
    assert network().plan_info(10**8)["training_bytes"] > 10**12


def test_plan_info_refuses_an_empty_batch():
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        network().plan_info(0)


def test_plan_info_is_json_of_plain_numbers():
    assert json.loads(json.dumps(network().plan_info(np.int64(3))))["batch_size"] == 3
