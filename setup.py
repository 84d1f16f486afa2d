"""Builds the Swift library, then the extension module that is linked to it. Everything else is in pyproject.toml."""

import os
import shutil
import subprocess
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, ExecError

ROOT = Path(__file__).resolve().parent
LIBRARY = "libswiftcnn.so"
SCRATCH = ROOT / ".build-python"

NO_SWIFT = """

swiftcnn is built from Swift sources, and the Swift compiler was not found: there is no 'swift' on PATH.
Install Swift 6.3 or newer (https://www.swift.org/install/linux/), or name it with SWIFT=/path/to/swift, and try again.
"""


def find_swift() -> str:
    swift = shutil.which(os.environ.get("SWIFT", "swift"))
    if swift is None:
        raise ExecError(NO_SWIFT)
    return swift


def forget_build_of_another_folder() -> None:
    """Compiled Swift modules name their folder: after a move or a copy they are worse than useless."""
    stamp = SCRATCH / "built-in"
    if not stamp.exists() or stamp.read_text() != str(ROOT):
        shutil.rmtree(SCRATCH, ignore_errors=True)
        SCRATCH.mkdir()
        stamp.write_text(str(ROOT))


def build_swift_library() -> Path:
    """A library without dependencies beyond libc: the Swift runtime is linked into it."""
    swift = find_swift()
    forget_build_of_another_folder()
    command = [swift, "build", "--package-path", str(ROOT), "--scratch-path", str(SCRATCH)]
    command += ["--configuration", "release", "--product", "swiftcnn"]
    command += ["-Xswiftc", "-static-stdlib", "-Xswiftc", "-no-toolchain-stdlib-rpath"]
    for option in ("-s", f"--version-script={ROOT / 'exports.map'}", f"-soname={LIBRARY}"):
        command += ["-Xlinker", option]
    if jobs := os.environ.get("SWIFTCNN_BUILD_JOBS"):
        command += ["--jobs", jobs]
    status = subprocess.run(command, env=dict(os.environ, SWIFTCNN_WHEEL="1")).returncode
    if status != 0:
        raise CompileError(f"swiftcnn: 'swift build' failed with exit status {status}; its messages are above")
    return SCRATCH / "release" / LIBRARY


def place(source: Path, target: Path) -> None:
    """Replaces the file instead of writing into it: a running process may have the old one mapped."""
    if target.exists() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    shutil.copy2(source, temporary)
    os.replace(temporary, target)


class BuildLibraryAndExtension(build_ext):
    """The Swift library travels beside the extension module, which finds it there by its run path `$ORIGIN`."""

    def run(self) -> None:
        self.swift_library = build_swift_library()
        super().run()

    def build_extension(self, ext: Extension) -> None:
        ext.library_dirs.append(str(self.swift_library.parent))
        # Some Pythons link extensions with a run path to their own folder, which no wheel should name.
        self.compiler.linker_so = [word for word in self.compiler.linker_so if not word.startswith("-Wl,-rpath")]
        super().build_extension(ext)
        place(self.swift_library, self.library_in(Path(self.build_lib)))

    # setuptools knows only the extension itself; these three tell it of the library, for editable installs above all.

    def copy_extensions_to_source(self) -> None:
        super().copy_extensions_to_source()
        place(self.swift_library, self.library_in(ROOT / "python"))

    def get_outputs(self) -> list[str]:
        return [*super().get_outputs(), str(self.library_in(Path(self.build_lib)))]

    def get_output_mapping(self) -> dict[str, str]:
        mapping: dict[str, str] = super().get_output_mapping()
        if self.inplace:
            mapping[str(self.library_in(Path(self.build_lib)))] = str(self.library_in(ROOT / "python"))
        return mapping

    @staticmethod
    def library_in(folder: Path) -> Path:
        return folder / "swiftcnn" / LIBRARY


extension = Extension(
    "swiftcnn._native",
    sources=sorted(str(path.relative_to(ROOT)) for path in (ROOT / "python/native").glob("*.c")),
    depends=["setup.py", "python/native/native.h", "Sources/CSwiftCNN/include/swiftcnn.h"],
    include_dirs=["Sources/CSwiftCNN/include"],
    define_macros=[("Py_LIMITED_API", "0x030B0000")],
    extra_compile_args=["-std=c11", "-fvisibility=hidden", "-Wall", "-Wextra", *os.environ.get("SWIFTCNN_CFLAGS", "").split()],
    libraries=["swiftcnn"],
    # libc is named although the module might need nothing from it: auditwheel reads the wheel's minimum from that.
    extra_link_args=["-Wl,-rpath,$ORIGIN", "-Wl,-s", "-Wl,--no-as-needed", "-lc"],
    py_limited_api=True,
)

setup(
    ext_modules=[extension],
    cmdclass={"build_ext": BuildLibraryAndExtension},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
