"""Runs the notebooks of examples/ and saves their outputs: `python tools/run_notebooks.py [NAME ...]`; without names, all of
them.

Each runs in its own folder, which is then removed. The saved file omits everything that depends on the machine.

If the metadata of a cell have a "picture", the cell's first picture is also written to docs/pictures, under that name.
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
    """Runs the notebook from its first cell to its last."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": folder}}, coalesce_streams=True
        )
        client.execute()
    return notebook


def without_traces(notebook):
    """The notebook without the parts that depend on the machine: times, and the version of Python."""
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
