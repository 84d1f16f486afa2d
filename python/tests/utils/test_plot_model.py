"""`utils.plot_model`: what the boxes say, where they lie, what is written. The lines are those of Keras 3.15."""

import os
import sys

import pytest
from PIL import Image
from swiftcnn import Input, Model, Sequential, utils
from swiftcnn.layers import BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D


@pytest.fixture
def network():
    body = [Conv2D(4, 3, activation="relu"), MaxPooling2D(), BatchNormalization(trainable=False), Flatten()]
    return Sequential([Input((8, 8, 1)), *body, Dense(2, name="end")])


def texts(drawing):
    (axes,) = drawing.figure.axes
    return [text.get_text() for text in axes.texts if text.get_text()]


def places(drawing):
    """Where each header stands, (x, y), y downwards."""
    (axes,) = drawing.figure.axes
    return {text.get_text(): text.get_position() for text in axes.texts if text.get_color() == "white"}


def test_names_and_classes(network):
    assert texts(utils.model_to_dot(network)) == [
        "conv2d (Conv2D)",
        "max_pooling2d (MaxPooling2D)",
        "batch_normalization (BatchNormalization)",
        "flatten (Flatten)",
        "end (Dense)",
    ]
    assert texts(utils.model_to_dot(network, show_layer_names=False))[-1] == "Dense"


def test_all_that_a_box_can_tell(network):
    told = texts(utils.model_to_dot(network, show_shapes=True, show_dtype=True, show_layer_activations=True, show_trainable=True))
    shapes = ["Input shape: (None, 8, 8, 1)", "Output shape: (None, 6, 6, 4)"]
    assert told[:6] == ["conv2d (Conv2D)", "Activation: relu", *shapes, "Output dtype: float32", "Trainable"]
    assert told[6] == "max_pooling2d (MaxPooling2D)"
    assert told[7] == "Input shape: (None, 6, 6, 4)"
    assert told[told.index("flatten (Flatten)") - 1] == "Non-trainable"


def test_models_within_the_model(network):
    inputs = Input((8, 8, 1), name="picture")
    outer = Model(inputs, Dense(3, name="head")(network(inputs)))
    assert texts(utils.model_to_dot(outer)) == ["picture (InputLayer)", "sequential (Sequential)", "head (Dense)"]
    told = texts(utils.model_to_dot(outer, show_shapes=True, expand_nested=True))
    assert told[:2] == ["picture (InputLayer)", "Output shape: (None, 8, 8, 1)"]
    assert told[2:5] == ["sequential", "conv2d (Conv2D)", "Input shape: (None, 8, 8, 1)"]
    assert told[-3:] == ["head (Dense)", "Input shape: (None, 2)", "Output shape: (None, 3)"]


@pytest.mark.parametrize(("rankdir", "axis", "sign"), [("TB", 1, 1), ("BT", 1, -1), ("LR", 0, 1), ("RL", 0, -1)])
def test_directions(network, rankdir, axis, sign):
    found = places(utils.model_to_dot(network, rankdir=rankdir))
    order = [f"{layer.name} ({type(layer).__name__})" for layer in network.layers]
    assert sorted(found, key=lambda name: sign * found[name][axis]) == order
    assert len({round(place[1 - axis]) for place in found.values()}) == 1


def test_files(network, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert utils.plot_model(network, tmp_path / "a.png", show_shapes=True, dpi=72) is None
    assert utils.plot_model(network, str(tmp_path / "b"), dpi=144) is None
    with Image.open(tmp_path / "a.png") as small, Image.open(tmp_path / "b") as large:
        assert small.format == large.format == "PNG"
        assert small.width > 200
        assert large.height > small.height
    utils.plot_model(network, tmp_path / "c.svg")
    utils.plot_model(network, tmp_path / "d.pdf")
    assert b"<svg" in (tmp_path / "c.svg").read_bytes()
    assert (tmp_path / "d.pdf").read_bytes().startswith(b"%PDF")
    drawing = utils.model_to_dot(network, dpi=65)
    assert b"<svg" in drawing.create(prog="dot", format="svg")
    assert drawing.write(tmp_path / "e.png")


def test_a_notebook_gets_the_picture(network, tmp_path):
    display = pytest.importorskip("IPython.display")
    picture = utils.plot_model(network, tmp_path / "a.png", dpi=30)
    assert isinstance(picture, display.Image)
    assert picture.data == (tmp_path / "a.png").read_bytes()
    assert isinstance(utils.plot_model(network, tmp_path / "a.svg"), display.SVG)
    assert utils.plot_model(network, tmp_path / "a.pdf") is None


def test_what_cannot_be_drawn(network, monkeypatch):
    with pytest.raises(ValueError, match="model 'sequential' does not know its shapes yet: begin it with Input"):
        utils.plot_model(Sequential([Dense(3)]))
    with pytest.raises(ValueError, match="rankdir must be one of TB, BT, LR, RL, received 'down'"):
        utils.plot_model(network, rankdir="down")
    with pytest.raises(TypeError, match="model must be a model, received 3"):
        utils.plot_model(3)
    with pytest.raises(TypeError, match="layer_range"):
        utils.plot_model(network, layer_range=("a", "b"))
    monkeypatch.setitem(sys.modules, "matplotlib.textpath", None)
    with pytest.raises(ImportError, match=r"plot_model needs matplotlib, which is not installed: pip install 'swiftcnn\[plot\]'"):
        utils.plot_model(network)


def test_long_names_are_cut(network):
    """Matplotlib takes many seconds to measure a text of thousands of characters."""
    name = "beginning" + "x" * 5000 + "end"
    model = Sequential([Input((4,)), Dense(2, name=name)], name=name)
    (text,) = [each for each in texts(utils.model_to_dot(model)) if each.startswith("beginning")]
    assert len(text) == 80
    assert text.endswith("end (Dense)")


def test_a_picture_is_written_to_plain_files_only(network, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ValueError, match=r"the picture's file must be a plain file, and .*pipe\.png is none"):
        utils.plot_model(network, tmp_path / "pipe.png")
    with pytest.raises(TypeError, match="to_file must be a path, received 3"):
        utils.plot_model(network, 3)
    with pytest.raises(ValueError, match="dpi must be greater than 0, received 0"):
        utils.plot_model(network, tmp_path / "a.png", dpi=0)
    with pytest.raises(ValueError, match=r"rankdir must be one of TB, BT, LR, RL, received \['TB'\]"):
        utils.plot_model(network, tmp_path / "a.png", rankdir=["TB"])
