"""The example of the README and its twin in docs/swift.md run as they stand there, and end in the accuracy that is shown."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from swiftcnn import build_info

REPOSITORY = Path(__file__).resolve().parents[3]
TEXTS = "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in ("README.md", "docs/swift.md"))

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Example", dependencies: [.package(url: "{source}", from: "0.1.0")],
  targets: [.executableTarget(name: "Example", dependencies: [.product(name: "SwiftCNN", package: "engine")])])
"""


def blocks(language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", TEXTS, re.DOTALL | re.MULTILINE)
    return [text for name, text in fenced if name == language]


def accuracies(text: str) -> list[str]:
    return re.findall(r"Test accuracy: ([\d.]+)", text)


@pytest.fixture(scope="module")
def shown() -> str:
    """What both examples are said to print."""
    outputs = [accuracy for block in blocks("") for accuracy in accuracies(block)]
    assert len(outputs) == 2
    assert len(set(outputs)) == 1
    return outputs[0]


@pytest.fixture(scope="module")
def folder() -> Path:
    folder = os.environ.get("SWIFTCNN_DATA")
    if folder is None or not (Path(folder) / "mnist.npz").is_file():
        pytest.skip("SWIFTCNN_DATA names no folder with mnist.npz, the real MNIST")
    if build_info()["isa"] == "baseline":
        pytest.skip("the README shows the bits of processors with fused multiply-add; this one has none")
    return Path(folder)


def test_python_example(shown: str, folder: Path) -> None:
    (example,) = blocks("python")
    run = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=250)
    assert run.returncode == 0, run.stderr
    assert accuracies(run.stdout) == [shown]


@pytest.mark.timeout(900)
def test_swift_example_as_a_package_of_its_own(shown: str, folder: Path, tmp_path: Path) -> None:
    """A package elsewhere depends on a version of this one, though its kernels are built with unsafe flags."""
    if not (REPOSITORY / ".git").exists() or shutil.which("swift") is None:
        pytest.skip("this test needs a git checkout and the Swift compiler")
    source = tmp_path / "engine"
    subprocess.run(["git", "clone", "--quiet", "--bare", REPOSITORY, source], check=True)
    subprocess.run(["git", "-C", source, "tag", "--force", "0.1.0", "HEAD"], check=True)
    package = tmp_path / "example"
    (package / "Sources" / "Example").mkdir(parents=True)
    (package / "Package.swift").write_text(MANIFEST.format(source=source.as_uri()))
    (example,) = blocks("swift")
    (package / "Sources" / "Example" / "main.swift").write_text(example)
    (package / "mnist.npz").symlink_to(folder / "mnist.npz")
    environment = dict(os.environ, SWIFTCNN_WHEEL="1")
    command = ["swift", "run", "--package-path", str(package), "--configuration", "release"]
    run = subprocess.run(command, cwd=package, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert accuracies(run.stdout) == [shown]
