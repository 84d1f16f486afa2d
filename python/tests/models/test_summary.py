"""`summary()` prints what Keras prints."""

import re
from pathlib import Path

import numpy as np
import pytest
import swiftcnn
from summary_cases import BUILDERS, CASES, title
from swiftcnn import Input, Model, Sequential, layers

GOLDEN = Path(__file__).parents[1] / "golden"


def read_graph_summaries():
    """Keras's texts by their titles."""
    texts, lines = {}, []
    for line in (GOLDEN / "graph_summaries.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            texts[line] = lines = []
        else:
            lines.append(line)
    return {name: "\n".join(text) for name, text in texts.items()}


OF_GRAPHS = read_graph_summaries()


def dropout_cnn():
    from swiftcnn.commands.mnist import MODELS

    return Sequential([Input((28, 28, 1)), *MODELS["dropout"]()])


def long_names():
    return Sequential(
        [
            Input((224, 224, 3)),
            layers.Conv2D(64, 7, strides=2, padding="same"),
            layers.AveragePooling2D(),
            layers.GlobalAveragePooling2D(),
            layers.Activation("relu"),
            layers.Dense(1000, activation="softmax"),
            layers.Dense(2000, name="a_very_long_layer_name_that_does_not_fit_on_one_line_at_all"),
        ],
        name="long_names",
    )


def normalized():
    return Sequential(
        [
            Input((32, 32, 3)),
            layers.Conv2D(8, 3, trainable=False),
            layers.BatchNormalization(),
            layers.Conv2D(16, 3, use_bias=False),
            layers.BatchNormalization(scale=False),
            layers.Flatten(),
            layers.Dense(10),
            layers.BatchNormalization(trainable=False),
        ]
    )


def unbuilt():
    return Sequential([layers.Flatten(), layers.Dense(3)])


def nested():
    base = normalized()
    base.trainable = False
    inside = Sequential([base, layers.Dense(4, name="between")], name="inside")
    return Sequential([Input((32, 32, 3)), inside, layers.ReLU(), layers.Dense(3, name="head")], name="nested")


def without_memory(text):
    """The summary less the line that Keras does not have."""
    return re.sub(r"\n Memory with batches of 32: .*", "", text)


@pytest.mark.parametrize("make", [dropout_cnn, long_names, normalized, unbuilt])
@pytest.mark.parametrize("line_length", [50, 76, 88, 121])
def test_the_text_is_keras_s(make, line_length):
    texts = []
    make().summary(line_length=line_length, print_fn=texts.append)
    expected = (GOLDEN / f"summary_{make.__name__}_{line_length}.txt").read_text(encoding="utf-8")
    assert [without_memory(text) for text in texts] == [expected.rstrip("\n")]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_so_it_is_for_graphs(name, options, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    texts = []
    BUILDERS[name](swiftcnn).summary(print_fn=texts.append, **options)
    # Keras counts the models of the whole process, those that it makes for a Sequential too.
    expected = re.sub(r'^Model: "functional_\d+"', 'Model: "functional"', OF_GRAPHS[title(name, options)])
    assert without_memory(texts[0]) == expected


def test_the_file_holds_what_is_tested():
    assert list(OF_GRAPHS) == [title(name, options) for name, options in CASES]


def test_calls_have_the_numbers_of_all_symbolic_calls():
    """As in Keras: what nothing holds any more counts, what computes does not."""
    shared, inputs = layers.Dense(4, name="shared"), Input((4,), name="x")
    shared(inputs)
    shared(np.zeros((2, 4), np.float32))
    once = shared(inputs)
    texts = []
    Model(inputs, layers.Add(name="end")([once, shared(once)])).summary(print_fn=texts.append)
    assert re.search(r"shared \(Dense\) .* x\[0\]\[0\],.*\n.* shared\[1\]\[0\] ", texts[0])
    assert re.search(r"end \(Add\) .* shared\[1\]\[0\],.*\n.* shared\[2\]\[0\] ", texts[0])


@pytest.mark.parametrize("line_length", [70, 100])
def test_models_inside_and_what_learns(line_length):
    texts = []
    nested().summary(line_length, print_fn=texts.append, expand_nested=True, show_trainable=True)
    expected = (GOLDEN / f"summary_nested_{line_length}.txt").read_text(encoding="utf-8")
    assert without_memory(texts[0]) == expected.rstrip("\n")


def test_columns_where_the_caller_wants_them():
    texts = []
    normalized().summary(90, [0.3, 0.6, 1.0], texts.append, show_trainable=True)
    assert without_memory(texts[0]) == (GOLDEN / "summary_positions.txt").read_text(encoding="utf-8").rstrip("\n")


def test_it_prints_and_fits_the_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert dropout_cnn().summary() is None
    expected = (GOLDEN / "summary_dropout_cnn_76.txt").read_text(encoding="utf-8")
    assert without_memory(capsys.readouterr().out) == expected


def test_too_narrow_a_line_is_refused():
    with pytest.raises(ValueError, match="line_length must be from 40 to 10000, with room for 3 columns, received 20"):
        dropout_cnn().summary(line_length=20)


def test_a_notebook_gets_html_with_names_escaped():
    model = Sequential([Input((4,)), layers.Dense(3, name="<b>bold")], name="a & b")
    html = model._repr_html_()
    assert "Model: a &amp; b" in html
    assert "&lt;b&gt;bold (Dense)" in html
    assert "<td>(None, 3)</td>" in html
    assert re.search(r"Total params: 15 \(60\.00 B\)", html)


def test_html_of_graphs_tells_what_layers_read():
    html = BUILDERS["operators_inside"](swiftcnn)._repr_html_()
    assert "<th>Connected to</th>" in html
    assert "<td>body[0][0], inner[0][0]</td>" in html
    assert "Total params: 35 (140.00 B)" in html
    assert "Connected to" not in BUILDERS["line"](swiftcnn)._repr_html_()


def test_the_memory_is_that_of_the_plan():
    texts = []
    model = dropout_cnn()
    model.summary(print_fn=texts.append)
    info = model.plan_info()
    found = re.search(r"\n Memory with batches of 32: (\S+) MB in training, (\S+) MB in inference$", texts[0])
    assert [float(size) for size in found.groups()] == [
        round(info[key] / 2**20, 2) for key in ("training_bytes", "inference_bytes")
    ]
