"""A plain C program trains through swiftcnn.h and the installed library."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from swiftcnn import _native

REPOSITORY = Path(__file__).resolve().parents[3]
LIBRARY_FOLDER = Path(_native.__file__).parent


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which(os.environ.get("CC", "cc"))
    assert compiler, "these tests need a C compiler; install gcc"
    result = tmp_path_factory.mktemp("c") / "train"
    command = [compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", f"-I{REPOSITORY / 'Sources/CSwiftCNN/include'}"]
    command += [str(REPOSITORY / "Tests/CProgram/train.c"), "-o", str(result)]
    command += [f"-L{LIBRARY_FOLDER}", "-lswiftcnn", f"-Wl,-rpath,{LIBRARY_FOLDER}"]
    subprocess.run(command, check=True)
    return result


@pytest.fixture(scope="module")
def output(program: Path) -> dict[str, str]:
    """What the program printed: the first word of each line, and the rest."""
    run = subprocess.run([program, program.with_suffix(".safetensors")], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return dict(line.split(" ", 1) for line in run.stdout.splitlines())


def test_trains_every_batch(output: dict[str, str]) -> None:
    assert output["batches"] == "30"  # five epochs of five batches of 48 and one of 16


def test_learns(output: dict[str, str]) -> None:
    loss, _, accuracy = output["loss"].split()
    assert float(loss) < 0.1
    assert float(accuracy) == 1


def test_reports_the_build(output: dict[str, str]) -> None:
    info = json.loads(output["build_info"])
    assert info["version"] == output["version"] == _native.version
    assert info["isa"] in info["isas"]


def test_error_tells_what_was_received_and_expected(output: dict[str, str]) -> None:
    assert "(256, 8)" in output["message"]
    assert "8, 8, 1" in output["message"]


def test_only_the_interface_is_exported() -> None:
    header = (REPOSITORY / "Sources/CSwiftCNN/include/swiftcnn.h").read_text()
    declared = set(re.findall(r"[ *](scnn_\w+)\((?!\*)", header))
    command = ["nm", "--dynamic", "--defined-only", "--extern-only", LIBRARY_FOLDER / "libswiftcnn.so"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert {line.split()[-1] for line in listing.splitlines()} == declared


@pytest.mark.parametrize(("processor", "usable"), [("Nehalem", ["baseline"]), ("Haswell", ["baseline", "avx2"])])
def test_older_processors(program: Path, processor: str, usable: list[str]) -> None:  # bad input 70
    emulator = shutil.which("qemu-x86_64")
    if emulator is None:
        pytest.skip("qemu-x86_64 is not installed (Debian: qemu-user)")
    command = [emulator, "-cpu", processor, program, program.with_suffix(f".{processor}")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr
    printed = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    assert json.loads(printed["build_info"])["isas"] == usable
    assert printed["loss"].endswith("accuracy 1.000000")
