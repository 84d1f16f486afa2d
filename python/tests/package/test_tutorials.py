"""The tutorials' scripts run with nothing but their import lines changed, learn, and are told of their mistakes."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from real_data import write_cifar10, write_imagenette
from run_tutorial import with_our_imports

HERE = Path(__file__).parents[1]
SCRIPTS = {path.stem: path for path in sorted((HERE / "tutorials").glob("*.py"))}


class Expected(NamedTuple):
    data: str
    parameters: tuple[int, ...]  # of each model that it shows
    frozen: int  # parameters that are not trained
    accuracy: float  # which it passes, on a part of the data
    warnings: tuple[str, ...] = ()
    line: str = ""  # which it prints


# As in Keras 3, epochs do not cross the end of the data: every other one has only the batch that the division left over.
OUT_OF_DATA = "x ran out of data after"
OLD_NAMES = ("np_utils is a name of Keras 2", "fit_generator is a name of Keras 2")
EXPECTED = {
    "dropout_cnn": Expected("mnist", (225_034,), 0, 0.85),
    "mlp_add": Expected("mnist", (79_510,), 0, 0.8),
    "two_conv_save": Expected("mnist", (515_146,), 0, 0.85),
    "one_conv_generator": Expected("mnist", (79_510, 1_691_360), 0, 0.85, (*OLD_NAMES, OUT_OF_DATA)),
    "cifar10_cnn": Expected("cifar10", (4_247_985,), 0, 0.2),
    "cifar10_callbacks": Expected("cifar10", (60_746,), 192, 0.05, ("decay is a name of Keras 2", *2 * (OUT_OF_DATA,))),
    "cifar10_logits": Expected("cifar10", (122_570,), 0, 0.2),
    "imagenette_cnn": Expected("imagenette", (419_460,), 240, 0.0),
    "imagenette_dataset": Expected("imagenette", (1_204_650,), 0, 0.0),
    "cifar10_resnet": Expected("cifar10", (274_442,), 1_376, 0.05),
    "digits_siamese": Expected("mnist", (5_374,), 536, 0.65, line="The encoder alone: (5, 10)"),
    "digits_unet": Expected("mnist", (18_387,), 160, 0.85, line="Two digits side by side: (10, 28, 56, 3) True"),
    "functional_guide": Expected(
        "mnist",
        (18_672, 9_569, 28_241, 4_687),
        0,
        0.6,
        line="Names: ['category_accuracy', 'category_loss', 'ink_loss', 'ink_mean_absolute_error', 'loss', "
        "'val_category_accuracy', 'val_category_loss', 'val_ink_loss', 'val_ink_mean_absolute_error', 'val_loss']",
    ),
    "sigmoid_digits": Expected("mnist", (7_850, 79_510), 0, 0.75, ("has from_logits=True, but the model ends in softmax",)),
    "tf_logits": Expected("mnist", (101_770,), 0, 0.8),
    "tf_augmentation": Expected("imagenette", (1_204_650,), 0, 0.0, line="The first image changed: True"),
    "tf_fine_tuning": Expected("imagenette", (14_748_170,), 14_714_688, 0.0),
    "traps": Expected(
        "imagenette",
        (116_010,),
        0,
        0.0,
        (*OLD_NAMES, "come sorted by class", "these look like unscaled pixels", "takes every sample for class"),
    ),
}


@pytest.fixture(scope="session")
def mnist(digits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mnist")
    (x_train, y_train), (x_test, y_test) = digits
    np.savez(folder / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return folder


@pytest.fixture(scope="session")
def cifar10(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cifar10")
    write_cifar10(folder)
    return folder


@pytest.fixture(scope="session")
def imagenette(tmp_path_factory):
    folder = tmp_path_factory.mktemp("imagenette")
    write_imagenette(folder)
    return folder


@pytest.fixture
def run(request, tmp_path):
    """Runs a script with one of the libraries; returns what it prints, and its warnings."""

    def run(name, library):
        folder = request.getfixturevalue(EXPECTED[name].data)
        for each in folder.iterdir():
            (tmp_path / each.name).symlink_to(each)
        environment = os.environ | {"SWIFTCNN_DATA": str(folder), "MPLBACKEND": "agg", "COLUMNS": "100"}
        command = [sys.executable, HERE / "run_tutorial.py", library, SCRIPTS[name]]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout, re.findall(r"^.*Warning: (.*)$", done.stderr, re.MULTILINE)

    return run


def numbers(label, text):
    return tuple(int(number.replace(",", "")) for number in re.findall(rf"{label}: ([\d,]+)", text))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_tutorial_runs_as_it_is(name, run):
    expected = EXPECTED[name]
    text = with_our_imports(SCRIPTS[name].read_text())
    assert "tensorflow" not in text
    assert not re.search(r"^(from|import) keras", text, re.MULTILINE)
    printed, warned = run(name, "swiftcnn")
    assert numbers("Total params", printed) == expected.parameters
    assert sum(numbers("Non-trainable params", printed)) == expected.frozen
    assert float(re.search(r"Test accuracy: ([\d.]+)", printed)[1]) > expected.accuracy
    assert expected.line in printed
    assert len(warned) == len(expected.warnings), warned
    for message in expected.warnings:
        assert sum(message in each for each in warned) == 1, (message, warned)


@pytest.mark.skipif(find_spec("keras") is None, reason="keras is not installed; run_tutorial.py runs a script with it")
@pytest.mark.parametrize("name", [name for name in EXPECTED if "# Keras 2" not in SCRIPTS[name].read_text()])
def test_the_same_script_runs_in_keras(name, run):
    printed, _ = run(name, "keras")
    assert numbers("Total params", printed)[: len(EXPECTED[name].parameters)] == EXPECTED[name].parameters
    assert float(re.search(r"Test accuracy: ([\d.]+)", printed)[1]) >= 0


def test_every_script_is_run():
    assert set(SCRIPTS) == set(EXPECTED)
