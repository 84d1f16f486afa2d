"""`python -m swiftcnn.mnist` from the command line to its files."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from swiftcnn import Input, Sequential, models
from swiftcnn.commands import mnist


@pytest.fixture(scope="module")
def small_mnist(digits, tmp_path_factory):
    """640 real digits to train on and 200 to test on, in a folder."""
    folder = tmp_path_factory.mktemp("mnist")
    (x_train, y_train), (x_test, y_test) = digits
    np.savez(folder / "mnist.npz", x_train=x_train[:640], y_train=y_train[:640], x_test=x_test[:200], y_test=y_test[:200])
    return folder


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "swiftcnn.mnist", *map(str, arguments)], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "parameters"), [("dropout", 225_034), ("two-conv", 515_146), ("mlp", 79_510), ("one-conv", 1_691_360)]
)
def test_the_networks_have_the_tutorials_parameters(name, parameters):
    assert Sequential([Input((28, 28, 1)), *mnist.MODELS[name]()]).count_params() == parameters


def test_a_run_prints_and_writes_its_results(small_mnist, tmp_path):
    report, file, plot = tmp_path / "result.json", tmp_path / "model.safetensors", tmp_path / "plot.svg"
    options = ["--epochs", 6, "--batch-size", 32, "--model", "dropout", "--seed", 3, "--threads", 2]
    done = run(*options, "--data", small_mnist, "--json", report, "--save", file, "--plot", plot)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Data: {small_mnist / 'mnist.npz'}, 640 images to train on, 200 to test on\n")
    assert " Total params: 225,034 (879.04 KB)\n" in done.stdout
    assert "Epoch 6/6\n20/20 ━━━━━━━━━━━━━━━━━━━━" in done.stdout
    result = json.loads(report.read_text())
    assert f"Test accuracy: {result['test_accuracy']:.4f}\n" in done.stdout
    assert len(re.findall(r"^  \d \(\d+\.\d% sure\), label \d$", done.stdout, re.MULTILINE)) == 5
    assert result["test_accuracy"] > 0.8
    assert result["parameters"] == 225_034
    assert set(result["history"]) == {"accuracy", "loss"}
    assert len(result["history"]["loss"]) == 6
    assert result["images_per_second"] == pytest.approx(640 * 6 / result["seconds"])
    assert result["data"] == str(small_mnist / "mnist.npz")
    assert result["build_info"]["threads"] == 2
    assert models.load_model(file).count_params() == 225_034
    assert plot.read_text().startswith("<?xml")


def test_the_seed_decides_the_result(small_mnist, tmp_path):
    def loss(seed, threads):
        report = tmp_path / "result.json"
        done = run("--epochs", 1, "--model", "mlp", "--data", small_mnist, "--seed", seed, "--threads", threads, "--json", report)
        assert done.returncode == 0, done.stderr
        return json.loads(report.read_text())["test_loss"]

    first = loss(1, 1)
    assert loss(1, 2) == first
    assert loss(2, 1) != first


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--epochs", "0"], "argument --epochs: 0 is less than 1"),
        (["--model", "resnet"], "invalid choice: 'resnet'"),
        (["--save", "/nowhere/at/all/model"], "--save: the folder of /nowhere/at/all/model does not exist"),
    ],
)
def test_what_would_fail_after_training_fails_before(options, message):
    done = run(*options)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Data:" not in done.stdout


def test_absent_data_is_told(tmp_path):
    done = run("--data", tmp_path)
    assert done.returncode == 1
    assert "has neither mnist.npz nor the four IDX files" in done.stderr
    assert done.stderr.startswith("python -m swiftcnn.mnist: error: ")
    assert done.stderr.count("\n") == 1
