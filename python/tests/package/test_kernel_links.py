"""`make kernel-links`: the links of the kernel modules for newer processors."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("kernel_links", ROOT / "tools" / "kernel_links.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def kernels(tmp_path: Path) -> Path:
    (tmp_path / "Shared" / "Pooling").mkdir(parents=True)
    (tmp_path / "Shared" / "Pooling" / "A.swift").write_text("shared")
    (tmp_path / "AVX2").mkdir()
    return tmp_path


def test_a_missing_link_is_reported_and_made(tool, kernels):
    assert [message for message in tool.check(kernels) if "AVX2/Pooling/A.swift: is missing" in message]
    tool.make(kernels)
    assert (kernels / "AVX2/Pooling/A.swift").readlink() == Path("../../Shared/Pooling/A.swift")
    assert tool.check(kernels) == []


def test_a_link_to_nothing_is_reported_and_removed(tool, kernels):
    tool.make(kernels)
    (kernels / "Shared/Pooling/A.swift").unlink()
    assert [message for message in tool.check(kernels) if "AVX2/Pooling/A.swift: leads to nothing" in message]
    tool.make(kernels)
    assert list(kernels.rglob("*.swift")) == []


def test_a_file_of_its_own_stays(tool, kernels):
    own = kernels / "AVX2/Pooling/A.swift"
    own.parent.mkdir()
    own.write_text("other code")
    tool.make(kernels)
    assert own.read_text() == "other code"
    assert tool.check(kernels) == []


def test_every_kernel_is_linked(tool):
    assert tool.check() == []
