"""The Swift program and a Python script train the same network on the same data: the same bits, in the same file."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from dataset_files import arrays, write_idx, write_npz
from swiftcnn import Input, Sequential, models, utils
from swiftcnn.commands.mnist import dropout

PROGRAMS = [Path(__file__).resolve().parents[3] / ".build" / kind / "swiftcnn-mnist" for kind in ("debug", "release")]


@pytest.fixture(scope="module")
def program() -> Path:
    built = [program for program in PROGRAMS if program.is_file()]
    if not built:
        pytest.skip("swiftcnn-mnist is not built; run swift build first")
    return max(built, key=lambda program: program.stat().st_mtime)


def run(program: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *options], capture_output=True, text=True, timeout=250)


@pytest.mark.parametrize("write", [lambda folder: write_npz(folder / "mnist.npz"), write_idx], ids=["npz", "idx"])
def test_it_trains_as_python_does(program: Path, tmp_path: Path, write) -> None:
    write(tmp_path / "data")
    saved = tmp_path / "model.safetensors"
    common = ("--data", str(tmp_path / "data"), "--batch-size", "8")
    trained = run(program, *common, "--epochs", "2", "--seed", "5", "--threads", "1", "--save", str(saved))
    assert trained.returncode == 0, trained.stderr
    x_train, y_train, x_test, y_test = arrays()
    utils.set_random_seed(5)
    twin = Sequential([Input((28, 28, 1)), *dropout()])
    twin.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    twin.fit(x_train[..., None] / np.float32(255), y_train, batch_size=8, epochs=2, verbose=0)
    loaded = models.load_model(saved)
    for ours, theirs in zip(twin.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    loss, accuracy = loaded.evaluate(x_test[..., None] / np.float32(255), y_test, verbose=0)
    evaluated = run(program, *common, "--epochs", "0", "--load", str(saved))
    assert re.search(r"test: (.*)", evaluated.stdout).group(1) == f"loss {loss:.4f}, accuracy {accuracy:.4f}"


def test_it_says_what_data_it_lacks(program: Path, tmp_path: Path) -> None:
    refused = run(program, "--data", str(tmp_path))
    assert refused.returncode != 0
    assert "holds neither mnist.npz nor any of" in refused.stderr
