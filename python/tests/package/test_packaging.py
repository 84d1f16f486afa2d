"""What is shipped: a wheel that needs neither Swift nor this repository, and a source distribution that has everything."""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import swiftcnn
from swiftcnn import _native

REPOSITORY = Path(__file__).resolve().parents[3]
SYSTEM_PYTHON = Path("/usr/bin/python3")
SYSTEM_PATH = "/usr/bin:/bin"

TRAIN = """
import numpy as np, swiftcnn
from swiftcnn import Input, Sequential
from swiftcnn.layers import Conv2D, Dense, Flatten

x, y = np.random.default_rng(0).random((64, 8, 8, 1), np.float32), np.arange(64) % 4
model = Sequential([Input((8, 8, 1)), Conv2D(4, 3), Flatten(), Dense(4, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
assert model.fit(x, y, epochs=20, verbose=0).history["loss"][-1] < 1.4
print(swiftcnn.__file__)
"""


def system_python_has_numpy() -> bool:
    test = "import numpy, sys; assert sys.version_info >= (3, 11)"
    return SYSTEM_PYTHON.exists() and subprocess.run([SYSTEM_PYTHON, "-c", test], capture_output=True).returncode == 0


def run_setup(*arguments: str) -> None:
    command = [sys.executable, "setup.py", "--quiet", *arguments]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (REPOSITORY / ".build-python").exists():
        pytest.skip("the package was not built in this repository")
    folder = tmp_path_factory.mktemp("wheel")
    run_setup("build", "--build-base", str(folder / "build"), "bdist_wheel", "--dist-dir", str(folder))
    (path,) = folder.glob("*.whl")
    return path


def test_one_wheel_serves_all_pythons(wheel: Path) -> None:
    assert wheel.name == f"swiftcnn-0.1.0-cp311-abi3-linux_{platform.machine()}.whl"


def test_the_wheel_is_small_and_whole(wheel: Path) -> None:
    assert wheel.stat().st_size <= 5e6
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = REPOSITORY / "python/swiftcnn"
    sources = {f"swiftcnn/{path.relative_to(package)}" for path in package.rglob("*.py*") if path.suffix in (".py", ".pyi")}
    shipped = {"swiftcnn/_native.abi3.so", "swiftcnn/libswiftcnn.so", "swiftcnn/py.typed"}
    assert {name for name in names if not name.startswith("swiftcnn-0.1.0.dist-info/")} == sources | shipped


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not installed (Debian: binutils)")
def test_the_libraries_need_only_the_system(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    for library in (tmp_path / "swiftcnn").glob("*.so"):
        dynamic = subprocess.run(["readelf", "--dynamic", library], capture_output=True, text=True, check=True).stdout
        values = [line.split("[")[1].rstrip("]") for line in dynamic.splitlines() if "NEEDED" in line or "RUNPATH" in line]
        system = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
        assert set(values) <= system | {"$ORIGIN", "libswiftcnn.so"}


@pytest.mark.skipif(not system_python_has_numpy(), reason="no system Python 3.11 with NumPy (Debian: python3-numpy)")
def test_the_wheel_works_with_the_systems_python_and_without_swift(wheel: Path, tmp_path: Path) -> None:
    environment = {"PATH": SYSTEM_PATH, "HOME": str(tmp_path)}
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    command = [SYSTEM_PYTHON, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n{TRAIN}"]
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(str(tmp_path))


def test_the_source_distribution_has_every_source(tmp_path: Path) -> None:
    listing = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True)
    if listing.returncode != 0:
        pytest.skip("this is no git repository")
    run_setup("egg_info", "--egg-base", str(tmp_path), "sdist", "--dist-dir", str(tmp_path))
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        members = {member.name.split("/", 1)[-1]: member for member in archive.getmembers()}
    needed = (
        "Sources/",
        "Tests/",
        "python/",
        "Package.swift",
        "exports.map",
        "setup.py",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    )
    missing = [name for name in listing.stdout.splitlines() if name.startswith(needed) and name not in members]
    assert missing == []
    assert all(member.isfile() or member.isdir() for member in members.values())  # links would not survive everywhere
    assert not [name for name in members if name.endswith((".so", ".o"))]


def test_missing_swift_is_told_in_one_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "SWIFT": str(tmp_path / "no-swift")}
    command = [sys.executable, "setup.py", "build_ext", "--build-lib", str(tmp_path), "--build-temp", str(tmp_path)]
    run = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    assert run.returncode != 0
    assert "the Swift compiler was not found" in run.stderr
    assert "Install Swift 6.3 or newer" in run.stderr


def test_versions_agree():
    assert version("swiftcnn") == swiftcnn.__version__ == _native.version == swiftcnn.build_info()["version"]


def test_the_extension_uses_the_stable_interface():
    assert Path(_native.__file__).name == "_native.abi3.so"
