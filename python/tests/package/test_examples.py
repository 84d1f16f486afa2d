"""The notebooks of examples/ run from the first cell to the last, on little data; what they show is kept in them."""

import base64
import importlib.util
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from real_data import write_cifar10, write_imagenette

REPOSITORY = Path(__file__).resolve().parents[3]
NOTEBOOKS = {path.stem: path for path in sorted((REPOSITORY / "examples").glob("*.ipynb"))}
DATA = {
    "mnist": "mnist",
    "save_and_resume": "mnist",
    "cifar10": "cifar10",
    "image_folder": "imagenette",
    "transfer_learning": "imagenette",
}
LARGEST_PICTURE = 300_000

specification = importlib.util.spec_from_file_location("run_notebooks", REPOSITORY / "tools" / "run_notebooks.py")
run_notebooks = importlib.util.module_from_spec(specification)
specification.loader.exec_module(run_notebooks)


@pytest.fixture
def little_data(request, tmp_path, monkeypatch):
    """A function that puts a little of a data set where the notebook will look for it."""

    def put(name):
        if name == "mnist":
            (x_train, y_train), (x_test, y_test) = request.getfixturevalue("digits")
            np.savez(tmp_path / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
        elif name == "cifar10":
            write_cifar10(tmp_path, train=20, test=10)
        else:
            write_imagenette(tmp_path, train=17, val=3, name="imagenette-mini")
        monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path))
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))

    return put


def outputs(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def pictures(notebook):
    found = (output.get("data", {}).get("image/png") for output in outputs(notebook))
    return [base64.b64decode(picture) for picture in found if picture]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name, little_data):
    little_data(DATA[name])
    kept, now = nbformat.read(NOTEBOOKS[name], as_version=4), run_notebooks.run(NOTEBOOKS[name])
    assert not [output.text for output in outputs(now) if output.get("name") == "stderr"]
    assert len(pictures(now)) == len(pictures(kept))
    assert [len(cell.outputs) for cell in now.cells if cell.cell_type == "code"] == [
        len(cell.outputs) for cell in kept.cells if cell.cell_type == "code"
    ]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_with_what_it_shows(name):
    text = NOTEBOOKS[name].read_text(encoding="utf-8")
    notebook = nbformat.read(NOTEBOOKS[name], as_version=4)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert not any(output.output_type == "error" for output in outputs(notebook))
    assert all(len(picture) < LARGEST_PICTURE for picture in pictures(notebook))
    assert not re.search(r"/(home|root|tmp|usr|work)/", re.sub(r'"image/png": "[^"]*"', "", text))


def test_every_notebook_has_its_data():
    assert set(NOTEBOOKS) == set(DATA)


def test_the_page_of_pictures_shows_what_there_is():
    page = (REPOSITORY / "docs" / "visualization.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((pictures/[a-z_]+\.png)\)", page)
    assert sorted(shown) == sorted(f"pictures/{path.name}" for path in (REPOSITORY / "docs" / "pictures").iterdir())
    from swiftcnn import visualization

    for name in visualization.__all__:
        assert f"`{name}(" in page or f".{name}(" in page, name
