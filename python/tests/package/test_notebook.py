"""swiftcnn in a notebook: the progress line redrawn, the summary as a table."""

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = [
    "import time, numpy as np, swiftcnn\nfrom swiftcnn.layers import Dense\nfrom swiftcnn.callbacks import LambdaCallback",
    "model = swiftcnn.Sequential([swiftcnn.Input((4,)), Dense(2, activation='softmax')])\nmodel",
    "model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['accuracy'])\n"
    "slow = LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(0.25))\n"
    "history = model.fit(np.zeros((8, 4)), np.zeros(8), batch_size=2, epochs=2, callbacks=[slow])",
    "model.predict(np.zeros((1, 4)), verbose=0).round(3)",
]


def test_a_notebook_shows_a_picture_once():
    pytest.importorskip("matplotlib")
    code = (
        "import numpy as np\nfrom swiftcnn import visualization\n"
        "visualization.plot_confusion_matrix(np.array([0, 1]), np.array([0, 1]))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert ["image/png" in output.data for output in notebook.cells[0].outputs] == [True]


def test_a_notebook_shows_the_table_and_the_progress():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    _, shown, trained, predicted = (cell.outputs for cell in notebook.cells)
    html = shown[0].data["text/html"]
    assert "<table>" in html
    assert "dense (Dense)" in html
    text = "".join(output.text for output in trained)
    first, second = text.split("Epoch 2/2\n")
    assert first.startswith("Epoch 1/2\n\r")
    assert 3 <= first.count("\r") <= 5
    assert second.endswith("\n")
    assert "accuracy: " in second
    assert predicted[0].data["text/plain"].endswith("dtype=float32)")
