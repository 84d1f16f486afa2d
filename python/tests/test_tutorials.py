"""The tutorials' scripts run with nothing but their import lines changed, and learn."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

SCRIPTS = sorted((Path(__file__).parent / "tutorials").glob("*.py"))


def with_our_imports(text):
    """`from tensorflow import keras` becomes `import swiftcnn as keras`, and so on; no other line is touched."""
    lines = []
    for line in text.splitlines():
        if re.match(r"(from|import) (tensorflow|keras)\b", line):
            line = re.sub(r"^from tensorflow import keras$", "import swiftcnn as keras", line)
            line = re.sub(r"\b(tensorflow\.)?keras(?=[. ])(?! *$)", "swiftcnn", line) if " as keras" not in line else line
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_tutorial_runs_as_it_is(script, digits, tmp_path, monkeypatch, capsys):
    (x_train, y_train), (x_test, y_test) = digits
    np.savez(tmp_path / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    monkeypatch.setenv("SWIFTCNN_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    text = with_our_imports(script.read_text())
    assert "tensorflow" not in text
    assert not re.search(r"^(from|import) keras", text, re.MULTILINE)
    names = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "final_model.keras is written in swiftcnn's own format")
        exec(compile(text, str(script), "exec"), names)
    assert names["score"][1] > 0.9


def test_there_are_scripts():
    assert len(SCRIPTS) == 3
