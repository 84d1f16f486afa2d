"""Runs the notebooks of examples/ and keeps their outputs: `python tools/run_notebooks.py [NAME ...]`; all without a name.

Each runs in a folder of its own, which is then removed. What would differ from machine to machine is left out of the file.

A cell whose metadata have a "picture" writes the first picture that it shows to docs/pictures too, under that name.
"""

import base64
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLES, PICTURES = REPOSITORY / "examples", REPOSITORY / "docs" / "pictures"


def run(path, timeout=3600):
    """The notebook, run from its first cell to its last."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": folder}}, coalesce_streams=True
        )
        client.execute()
    return notebook


def without_traces(notebook):
    """The notebook without what depends on the machine: times, and the version of Python."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def keep_pictures(notebook):
    for cell in notebook.cells:
        shown = [output.data["image/png"] for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
        if "picture" in cell.metadata:
            (PICTURES / f"{cell.metadata['picture']}.png").write_bytes(base64.b64decode(shown[0]))


def main(names):
    for path in [EXAMPLES / f"{name}.ipynb" for name in names] or sorted(EXAMPLES.glob("*.ipynb")):
        print(path.name, flush=True)
        notebook = without_traces(run(path))
        keep_pictures(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
