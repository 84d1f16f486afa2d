"""`make lint`: the check that imports of the Python package only go down."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / "tools" / "check_python_imports.py"


@pytest.fixture
def check():
    spec = importlib.util.spec_from_file_location(TOOL.stem, TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check


@pytest.fixture
def package(tmp_path):
    """A package with two rooms, of which `_graph` is above `_base`."""
    root = tmp_path / "swiftcnn"
    for room in ("_base", "_graph", "utils"):
        (root / room).mkdir(parents=True)
        (root / room / "__init__.py").write_text("")
    (root / "__init__.py").write_text("from . import utils\nfrom ._graph import graph\n")
    (root / "_base" / "names.py").write_text("from .. import _native\nimport json\n")
    (root / "_graph" / "graph.py").write_text("from .._base.names import name\nfrom .._base import names\n")
    return root


def test_imports_that_go_down_are_right(check, package):
    assert check(package) == []


PLANTED = {
    "module level": "from .._graph.graph import Graph",
    "function": "def name():\n    from .._graph import graph\n    return graph",
    "TYPE_CHECKING": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import swiftcnn._graph.graph",
}


@pytest.mark.parametrize("kind", PLANTED)
def test_an_import_that_goes_up_is_found(kind, check, package):
    (package / "_base" / "names.py").write_text(PLANTED[kind])
    above, circle = check(package)
    line = PLANTED[kind].split("\n").index(next(line for line in PLANTED[kind].split("\n") if "_graph" in line)) + 1
    assert f"names.py:{line}: _base.names imports _graph.graph ({kind}), but _graph is above _base" in above
    assert circle.startswith("2 modules import one another in a circle:")


def test_rooms_of_one_line_do_not_import_one_another(check, package):
    (package / "layers.py").write_text("from . import losses")
    (package / "losses.py").write_text("")
    (found,) = check(package)
    assert "layers.py:1: layers imports losses (module level), but losses is beside layers" in found


@pytest.mark.parametrize("kind", PLANTED)
def test_a_circle_within_a_room_is_found(kind, check, package):
    (package / "_base" / "names.py").write_text(PLANTED[kind].replace("_graph.graph", "_base.words").replace("_graph", "_base"))
    (package / "_base" / "words.py").write_text("from .names import name\n")
    if kind == "function":
        (package / "_base" / "graph.py").write_text("from .names import name\n")
    (found,) = check(package)
    assert found.startswith("2 modules import one another in a circle:")
    assert f"({kind})" in found


def test_submodules_that_are_loaded_on_demand_may_import_their_package(check, package):
    (package / "utils" / "__init__.py").write_text("if TYPE_CHECKING:\n    from . import late\n")
    (package / "utils" / "late.py").write_text("from . import name\n")
    assert check(package) == []
    (package / "utils" / "__init__.py").write_text("if TYPE_CHECKING:\n    pass\nelse:\n    from . import late\n")
    assert len(check(package)) == 1


def test_a_room_must_have_its_place(check, package):
    (package / "colors.py").write_text("from . import _native")
    (found,) = check(package)
    assert "ROOMS of check_python_imports.py does not say where colors stands" in found


def test_the_package_passes():
    done = subprocess.run([sys.executable, TOOL], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("imports only go down\n", 0)
