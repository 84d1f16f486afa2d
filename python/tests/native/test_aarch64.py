"""The kernels on 64-bit ARM: compiled from the same sources, run by an emulator, compared with AVX2 bit by bit.

No Swift standard library for Linux on ARM comes with the tool chain on x86-64, so this covers the kernels (as Embedded
Swift, which needs none) and the C support library, but not the engine above them.
"""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
ARM_COMPILER = shutil.which("aarch64-linux-gnu-gcc")
SWIFT = shutil.which("swiftc")

pytestmark = [
    pytest.mark.skipif(platform.machine() != "x86_64", reason="compares ARM with AVX2, so it needs an x86-64 machine"),
    pytest.mark.skipif(ARM_COMPILER is None, reason="needs Debian's gcc-aarch64-linux-gnu and libc6-dev-arm64-cross"),
    pytest.mark.skipif(SWIFT is None, reason="needs swiftc"),
]


def compile_kernels(folder: Path, name: str, target: str, *flags: str) -> Path:
    """An object file with the kernel sources compiled for `target`."""
    modules = folder / "modules"
    modules.mkdir(exist_ok=True)
    header = REPOSITORY / "Sources/CKernels/include/kernels.h"
    (modules / "module.modulemap").write_text(f'module CKernels {{ header "{header}" export * }}')
    command = [SWIFT, "-target", target, "-enable-experimental-feature", "Embedded", "-wmo", "-Ounchecked", "-parse-as-library"]
    command += ["-module-name", name, "-I", modules, "-Xcc", "-fno-math-errno", *flags, "-emit-object"]
    command += [*sorted((REPOSITORY / "Sources/Kernels/Shared").rglob("*.swift")), "-o", folder / f"{name}.o"]
    subprocess.run(command, check=True)
    return folder / f"{name}.o"


def build_program(folder: Path, compiler: str, kernels: Path) -> Path:
    """The digest program with these kernels, which lie in a shared library beside it."""
    library, program = kernels.with_suffix(".so"), kernels.with_suffix("")
    subprocess.run([compiler, "-shared", kernels, "-o", library], check=True)
    command = [compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{REPOSITORY / 'Sources/CKernels/include'}"]
    command += [REPOSITORY / "Tests/CrossProgram/kernels.c", library, f"-Wl,-rpath,{folder}", "-o", program]
    subprocess.run(command, check=True)
    return program


def digests(*command: str | Path) -> dict[str, str]:
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    return dict(line.split() for line in run.stdout.splitlines())


def test_kernels_give_the_bits_of_avx2(tmp_path: Path) -> None:
    emulator = shutil.which("qemu-aarch64")
    if emulator is None:
        pytest.skip("qemu-aarch64 is not installed (Debian: qemu-user)")
    arm = build_program(tmp_path, ARM_COMPILER, compile_kernels(tmp_path, "KernelsARM", "aarch64-none-none-elf"))
    flags = ("-DKERNELS_AVX2", "-Xcc", "-march=x86-64-v3")
    intel = build_program(tmp_path, "gcc", compile_kernels(tmp_path, "KernelsIntel", "x86_64-unknown-linux-gnu", *flags))
    expected = digests(intel)
    assert len(expected) > 20
    assert digests(emulator, "-L", "/usr/aarch64-linux-gnu", arm) == expected


@pytest.mark.parametrize("instructions", ["AVX2", "AVX512"])
def test_modules_of_other_processors_compile(tmp_path: Path, instructions: str) -> None:
    """The package has them on ARM too, without their instructions."""
    assert compile_kernels(tmp_path, "Kernels", "aarch64-none-none-elf", f"-DKERNELS_{instructions}").stat().st_size > 0


def test_kernels_use_vector_registers_and_fused_products(tmp_path: Path) -> None:
    kernels = compile_kernels(tmp_path, "KernelsARM", "aarch64-none-none-elf")
    command = ["aarch64-linux-gnu-objdump", "--disassemble", "--no-show-raw-insn", kernels]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert listing.count("fmla\tv") > 100


def test_support_library_flushes_denormals_and_restores(tmp_path: Path) -> None:
    emulator = shutil.which("qemu-aarch64")
    if emulator is None:
        pytest.skip("qemu-aarch64 is not installed (Debian: qemu-user)")
    support = REPOSITORY / "Sources/CSwiftCNN"
    command = [ARM_COMPILER, "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pthread", f"-I{support / 'include'}"]
    command += [REPOSITORY / "Tests/CrossProgram/denormals.c", *sorted(support.glob("*.c")), "-o", tmp_path / "denormals"]
    subprocess.run(command, check=True)
    subprocess.run([emulator, "-L", "/usr/aarch64-linux-gnu", tmp_path / "denormals"], check=True, timeout=60)
