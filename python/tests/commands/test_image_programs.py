"""`python -m swiftcnn.cifar10` and `python -m swiftcnn.imagenette` from the command line to their files."""

import json
import re
import subprocess
import sys

import pytest
from real_data import write_cifar10, write_imagenette
from swiftcnn import Input, Sequential, models
from swiftcnn.commands import cifar10, imagenette


def run(module, *arguments):
    return subprocess.run([sys.executable, "-m", f"swiftcnn.{module}", *map(str, arguments)], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("module", "name", "parameters"),
    [(cifar10, "dropout", 4_247_985), (cifar10, "small", 122_570), (imagenette, "normalized", 419_460)],
)
def test_the_networks_have_the_tutorials_parameters(module, name, parameters):
    assert Sequential([Input(module.COMMAND.input_shape), *module.MODELS[name]()]).count_params() == parameters


def assert_told_and_kept(module, folder, options, wanted, tmp_path):
    """Runs the command, and looks at what it prints and writes; returns both."""
    report, file, plot = tmp_path / "result.json", tmp_path / "model.safetensors", tmp_path / "plot.svg"
    done = run(module, *options, "--data", folder, "--json", report, "--save", file, "--plot", plot)
    assert done.returncode == 0, done.stderr
    result = json.loads(report.read_text())
    assert wanted in done.stdout
    assert f"Test accuracy: {result['test_accuracy']:.4f}\n" in done.stdout
    assert len(result["history"]["loss"]) == int(options[1])
    assert result["history"]["loss"][-1] < result["history"]["loss"][0]
    assert models.load_model(file).count_params() == result["parameters"]
    assert plot.read_text().startswith("<?xml")
    return done.stdout, result


def test_cifar10(tmp_path):
    write_cifar10(tmp_path, train=60, test=10)
    options = ("--epochs", 4, "--model", "small", "--batch-size", 32, "--threads", 2)
    told = f"Data: {tmp_path / 'cifar-10-batches-bin'}, 600 images to train on, 100 to test on\n"
    printed, result = assert_told_and_kept("cifar10", tmp_path, options, told, tmp_path)
    assert result["parameters"] == 122_570
    assert len(re.findall(r"^  [a-z]+ \(\d+\.\d% sure\), label [a-z]+$", printed, re.MULTILINE)) == 5


def test_imagenette(tmp_path):
    write_imagenette(tmp_path, train=6, val=2)
    told = f"Data: {tmp_path / 'imagenette2'}, 60 images to train on, 20 to test on\n"
    printed, result = assert_told_and_kept("imagenette", tmp_path, ("--epochs", 3, "--size", "full"), told, tmp_path)
    assert result["parameters"] == 419_460
    labels = re.findall(r"^  .* \(\d+\.\d% sure\), label (.*)$", printed, re.MULTILINE)
    assert labels == ["tench", "cassette player", "church", "gas pump", "parachute"]


@pytest.mark.parametrize("module", ["cifar10", "imagenette"])
def test_absent_data_is_told(module, tmp_path):
    done = run(module, "--data", tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path} neither is nor holds" in done.stderr
    assert "Data:" not in done.stdout
