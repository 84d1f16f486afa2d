"""The benchmarks' own logic; no rival is needed, and nothing here depends on how long anything takes."""

import numpy as np
import pytest
import swiftcnn

from benchmarks import accuracy, kernels, learner, networks, rows, table
from benchmarks.clock import seconds_of_each
from benchmarks.conditions import refuse_debug_build
from benchmarks.learning import TASKS
from benchmarks.libraries.keras_like import KerasLikeModel
from benchmarks.networks import NETWORKS
from benchmarks.results import WrongAnswerError, differences, row_result
from benchmarks.turns import ContenderError, take_turns

COUNTS = {
    "mnist dropout cnn": 225_034,
    "mnist cnn": 225_034,
    "keras's mnist example": 34_826,
    "mlp": 79_510,
    "mnist two-conv cnn": 515_146,
    "mnist one-conv cnn": 1_691_360,
    "cifar-10 cnn": 4_247_985,
    "imagenette cnn": 419_460,
    "vgg16 features": 14_714_688,
    "resnet-20": 274_442,  # as Keras's example says
}
ROW = rows.Row("some-train", "mlp", "train", 128, 10, ("a", "b"), (rows.Goal(2, ("a", "b")), rows.Goal(1, ("c",))))
OUTPUTS = {"swiftcnn": [1.0, -2.0], "a": [1.0, -2.0001], "b": [1.0, -2.0]}
TURNS = {"swiftcnn": [[1.0], [9.0], [2.0]], "a": [[6.0], [8.0], [7.0]], "b": [[5.0], [5.0], [1.0]]}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_have_the_tutorials_parameter_counts(name):
    assert networks.parameter_count(NETWORKS[name]) == COUNTS[name]


def test_the_imagenette_cnn_has_240_parameters_that_no_training_moves():
    network = NETWORKS["imagenette cnn"]
    moving = [shape[2] * 2 for layer, shape, _ in networks.shapes(network) if isinstance(layer, networks.BatchNorm)]
    assert sum(moving) == 240


@pytest.mark.parametrize("name", NETWORKS)
def test_swiftcnn_gets_the_same_network(name):
    assert KerasLikeModel(swiftcnn, NETWORKS[name]).model.count_params() == COUNTS[name]


def test_odd_padding_has_more_zeros_after():
    assert networks.same_padding(112, networks.Conv(50, 5, 2, "same")) == (1, 2)
    assert networks.same_padding(28, networks.Conv(70, 3, 2, "same")) == (0, 1)
    assert networks.same_padding(28, networks.Conv(70, 3)) == (0, 0)


def test_a_debug_build_is_refused():
    with pytest.raises(SystemExit, match="is a debug build"):
        refuse_debug_build({"configuration": "debug"})
    refuse_debug_build(swiftcnn.build_info())


def test_medians_and_the_ratio_to_the_best_rival():
    result = row_result(ROW, OUTPUTS, TURNS)
    assert result["median_seconds"] == {"swiftcnn": 2.0, "a": 7.0, "b": 5.0}
    assert result["best_seconds"] == {"swiftcnn": 1.0, "a": 6.0, "b": 1.0}
    reached, unknown = result["goals"]
    assert (reached["best_rival"], reached["ratio"]) == ("b", 2.5)
    assert (unknown["best_rival"], unknown["ratio"]) == (None, None)


def test_the_table_tells_reached_missed_and_not_measured():
    lines = table.terminal(row_result(ROW, OUTPUTS, TURNS))
    assert "2x b: 2.50x reached" in lines
    assert "1x of c: not measured" in lines
    missed = table.models_markdown([row_result(ROW, OUTPUTS, {**TURNS, "a": [[3.0]]}), {"row": "other", "failed": "why"}])
    assert "2x a: 1.50x MISSED" in missed
    assert "other" not in missed


def test_prediction_is_told_in_images_a_second_and_single_images_with_p99():
    turns = {"swiftcnn": [[0.5], [0.25], [1.0]]}
    row = rows.Row("some-predict", "mlp", "predict", 100, 3, ())
    assert "200/s (best 400)" in table.terminal(row_result(row, OUTPUTS, turns))
    one = rows.Row("some-one", "mlp", "one", 1, 100, ())
    calls = {"swiftcnn": [[i * 1e-6 for i in range(1, 101)], [i * 1e-6 for i in range(1, 101)]]}
    assert "50 us (p99 100, best 1)" in table.terminal(row_result(one, OUTPUTS, calls))


@pytest.mark.parametrize("outputs", [[1.0, -2.01], [1.0, float("nan")], [1.0]])
def test_a_wrong_answer_is_not_timed(outputs):
    with pytest.raises(WrongAnswerError, match="a's outputs differ"):
        differences({"swiftcnn": [1.0, -2.0], "a": outputs})


def test_bfloat16_may_differ_as_far_as_bfloat16_does():
    assert differences({"swiftcnn": [1.0, -2.0], "openvino bfloat16": [1.0, -2.02]})["openvino bfloat16"] == pytest.approx(0.01)


def test_rows_are_chosen_by_a_part_of_their_name():
    assert [row.name for row in rows.chosen(["mlp", "vgg16-o"])] == ["mlp-train", "vgg16-one"]
    with pytest.raises(SystemExit, match="the rows are: mnist-dropout-train, "):
        rows.chosen(["lenet"])


def test_single_calls_are_timed_one_by_one():
    assert len(seconds_of_each(lambda: None, 7)) == 7


def test_contenders_take_turns_in_their_own_processes():
    (row,) = rows.chosen(["mlp-train"])
    outputs, turns = take_turns(row, ["swiftcnn 1 thread"], python="", threads=2, rounds=2)
    assert outputs["swiftcnn"] == outputs["swiftcnn 1 thread"]
    assert len(outputs["swiftcnn"]) == 20
    assert {name: len(found) for name, found in turns.items()} == {"swiftcnn": 2, "swiftcnn 1 thread": 2}


def test_a_contender_that_fails_is_quoted():
    (row,) = rows.chosen(["mlp-train"])
    with pytest.raises(ContenderError, match=r"(?s)could not do mlp-train; .*invalid literal"):
        take_turns(row, ["swiftcnn nonsense"], python="", threads=1, rounds=1)


def test_each_convolution_is_measured_once():
    layers = kernels.chosen_layers([])
    assert len({layer["sizes"] for layer in layers}) == len(layers) == 19
    (first, second) = kernels.chosen_layers(["mnist dropout"])
    assert (first["sizes"], first["is_first"]) == ((28, 28, 1, 32, 3, 1, 0), True)
    assert (second["sizes"], second["is_first"]) == ((13, 13, 32, 64, 3, 1, 0), False)
    assert kernels.line(second, threads=2) == f"2 {second['images']} 13 13 32 64 3 1 0"
    with pytest.raises(SystemExit, match="names no layer; they are: mnist dropout cnn: 28x28"):
        kernels.chosen_layers(["lenet"])


def test_images_of_a_kernel_measurement_are_whole_groups_and_bounded():
    assert [kernels.images(work) for work in (1, 1e8, 4e7, 2e8, 1e12)] == [128, 16, 32, 16, 16]


def test_the_planners_choice_has_a_line_of_its_own_if_it_is_not_the_direct_form():
    direct = {"forward": 50.0, "weight gradient": 25.0}
    result = {"layer": "some layer", "threads": 1, "peak": 100.0, "algorithm": "direct", "direct": direct, "chosen": direct}
    (line,) = kernels.text(result)
    assert "50.0 ( 50%)" in line
    assert "- " in line
    winograd = {"forward": 150.0, "weight gradient": 75.0, "data gradient": 110.0}
    first, second = kernels.text({**result, "algorithm": "Winograd", "chosen": winograd})
    assert first == line
    assert "Winograd" in second
    assert "150.0 (150%)" in second
    tables = kernels.markdown([{**result, "algorithm": "Winograd", "chosen": winograd}])
    assert "| some layer | Winograd | 1 | 50.0 (50%) / 150.0 (150%) | - / 110.0 (110%) |" in tables


STEPS = {"losses": [1e-6, 1e-3], "statistics": [0.0, 0.0]}


def accuracy_report(ours, theirs, tolerance):
    runs = {
        "swiftcnn": [{"test_accuracy": [0, value]} for value in ours],
        "keras": [{"test_accuracy": [0, value]} for value in theirs],
    }
    return {
        "network": "n",
        "tolerance": tolerance,
        "runs": runs,
        "first_steps": {"swiftcnn": STEPS, "keras": STEPS},
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "tolerance", "words"),
    [
        ([0.98, 0.99], [0.99, 0.984], 0.3, "-0.20 points from Keras, within 0.3"),
        ([0.98, 0.98], [0.99, 0.984], 0.3, "-0.70 points from Keras, MORE THAN 0.3"),
        ([0.15, 0.19], [0.18, 0.24], None, "accuracies overlap"),
        ([0.15, 0.17], [0.18, 0.24], None, "accuracies DO NOT OVERLAP"),
    ],
)
def test_what_is_said_of_accuracies(ours, theirs, tolerance, words):
    assert words in accuracy.verdict(accuracy_report(ours, theirs, tolerance))


def test_the_worst_array_is_found():
    class Weights(dict):
        files = property(list)

    theirs = Weights(after_1_0=np.ones(4), after_1_1=np.ones(4), after_20_0=np.ones(4))
    ours = dict(theirs) | {"after_1_1": np.full(4, 1.5), "after_20_0": np.full(4, 9.0)}
    assert accuracy.worst(ours, theirs, "after_1_") == 0.5


def test_the_first_steps_are_the_same_for_every_library_and_without_dropout():
    (task,) = [task for task in TASKS if task.network == "mnist dropout cnn"]
    arrays = {"x_train": np.zeros((5000, 28, 28, 1), np.uint8), "y_train": np.arange(5000)}
    first, second = ([y for _, y in learner.batches(task, arrays)] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert len(first) == 20
    assert len(np.unique(first)) == 20 * 128
    network = learner.without_dropout(NETWORKS[task.network])
    assert networks.parameter_count(network) == 225_034
    assert not any(isinstance(layer, networks.Dropout) for layer in network.layers)
