"""What is wrong with a graph is told with the names of the layers."""

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers

MERGES = [layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum, layers.Concatenate]


def image(height=8, name="image"):
    return Input((height, 6, 3), name=name)


def convolved(height, name, filters=4):
    return layers.Conv2D(filters, 1, name=name)(image(height))


def dense(units, name):
    return layers.Dense(units, name=name)(Input((5,)))


@pytest.mark.parametrize("kind", MERGES)
def test_shapes_that_do_not_join_are_told_with_both_layers(kind):
    shapes = r"\(None, 8, 6, 4\), \(None, 4, 6, 4\)"
    with pytest.raises(ValueError, match=f"^join .*{shapes}.*; the inputs come from 'wide', 'narrow'$"):
        kind(name="join")([convolved(8, "wide"), convolved(4, "narrow")])


JOINS = {
    "other channels": (
        lambda: layers.Add()([convolved(8, "six", 6), convolved(8, "four")]),
        r"add cannot join .* \(None, 8, 6, 6\), \(None, 8, 6, 4\).* from 'six', 'four'",
    ),
    "by an operator": (lambda: convolved(8, "wide") + convolved(4, "narrow"), r"add cannot join .* from 'wide', 'narrow'"),
    "by a function": (
        lambda: layers.concatenate([convolved(8, "wide"), convolved(4, "narrow")], axis=2),
        r"equal but for axis 2, got \(None, 8, 6, 4\), \(None, 4, 6, 4\); the inputs come from 'wide', 'narrow'",
    ),
    "without names": (
        lambda: layers.Add()([layers.Conv2D(2, 1)(image()), layers.SeparableConv2D(3, 1)(image())]),
        "come from 'Conv2D', 'SeparableConv2D'",
    ),
    "of models": (lambda: layers.Add()([small("one")(image()), convolved(8, "four")]), "come from 'one', 'four'"),
    "other ranks": (
        lambda: layers.Concatenate(name="join")([convolved(8, "wide"), dense(4, "flat")]),
        r"join needs inputs whose shapes are equal but for axis -1, got \(None, 8, 6, 4\), \(None, 4\).*'wide', 'flat'",
    ),
    "an axis too far": (
        lambda: layers.Concatenate(axis=4, name="join")([convolved(8, "one"), convolved(8, "other")]),
        r"join: axis 4 is out of range for an input of shape \(None, 8, 6, 4\); use 1 to 3, or -1 to -3; .*'one', 'other'",
    ),
    "an axis too far back": (
        lambda: layers.Concatenate(axis=-5, name="join")([convolved(8, "one"), convolved(8, "other")]),
        "join: axis -5 is out of range",
    ),
    "the samples' axis": (
        lambda: layers.Concatenate(axis=0),
        "Concatenate: axis must be an axis of a sample: from 1, or from -1 backwards, since 0 is the batch's, got 0",
    ),
    "three for two": (
        lambda: layers.Subtract(name="join")([dense(3, "a"), dense(3, "b"), dense(3, "c")]),
        "join takes two inputs, got 3; the inputs come from 'a', 'b', 'c'",
    ),
    "three to dot": (lambda: layers.Dot(1, name="join")([dense(3, name) for name in "abc"]), "join takes two inputs, got 3"),
    "sizes to dot": (
        lambda: layers.Dot(axes=1, name="join")([dense(3, "left"), dense(4, "right")]),
        r"join: the axes to sum over must have equal sizes; axis 1 of \(None, 3\) has 3, axis 1 of \(None, 4\) .*'left', 'right'",
    ),
    "an axis to dot": (
        lambda: layers.Dot(axes=(1, 5), name="join")([dense(3, "left"), dense(4, "right")]),
        r"join: axis 5 is out of range for an input of shape \(None, 4\); .*'left', 'right'",
    ),
    "the samples' axis to dot": (lambda: layers.Dot(axes=0), "Dot: axes must be axes of a sample: from 1, or from -1"),
    "three axes to dot": (lambda: layers.Dot(axes=(1, 1, 1)), r"Dot: axes must be one axis, or one of each .* \(1, 1, 1\)"),
    "no list": (
        lambda: layers.Add()(dense(3, "a")),
        r"the layer Add takes a list of inputs, as in Add\(\)\(\[a, b\]\); received <S",
    ),
    "an empty list": (lambda: layers.Concatenate()([]), r"the layer Concatenate takes a list of inputs, .* received \[\]"),
    "a list for one": (
        lambda: layers.Dense(3, name="d")([dense(3, "a"), dense(3, "b")]),
        "d takes one input, got 2; join them first, by Concatenate or Add for example; the inputs come from 'a', 'b'",
    ),
    "arrays": (
        lambda: layers.Add(name="join")([np.zeros((2, 3)), np.zeros((2, 4))]),
        r"join cannot join inputs of the shapes \(None, 3\), \(None, 4\): .* make them so$",
    ),
}


def small(name):
    inputs = image(name="inner")
    return Model(inputs, layers.Conv2D(3, 1)(inputs), name=name)


@pytest.mark.parametrize(("make", "message"), JOINS.values(), ids=JOINS)
def test_what_does_not_join(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def behind(symbol):
    return layers.Dense(2, name="end")(layers.Flatten(name="flat")(symbol))


def with_a_stranger():
    one, other = Input((5,), name="one"), Input((5,), name="other")
    return Model(one, layers.Add(name="sum")([layers.Dense(3)(one), layers.Dense(3)(other)]))


def with_a_name_twice():
    inputs = Input((5,))
    return Model(inputs, layers.Dense(3, name="d")(layers.Dense(3, name="d")(inputs)), name="mine")


def with_an_input_s_name_twice():
    inputs = [Input((5,), name="x"), Input((5,), name="x")]
    return Model(inputs, layers.Add()(inputs), name="mine")


GRAPHS = {
    "an input that is not given": (
        with_a_stranger,
        ValueError,
        "output <SymbolicTensor sum> needs the input 'other', and the inputs are 'one'",
    ),
    "outputs of another input": (
        lambda: Model(image(), behind(image(name="another"))),
        ValueError,
        "output <SymbolicTensor another -> flat -> end> needs the input 'another', and the inputs are 'image'",
    ),
    "an input behind the outputs": (
        lambda: (lambda x: Model(behind(x), x))(convolved(8, "first")),
        ValueError,
        "output <SymbolicTensor image -> first> needs the input 'image', and the inputs are 'end'",
    ),
    "an input twice": (
        lambda: (lambda x: Model([x, x], behind(x)))(image()),
        ValueError,
        "each input must be given once, received .*image",
    ),
    "a layer's name twice": (
        with_a_name_twice,
        ValueError,
        "layer names must be unique, and model 'mine' already has a layer 'd': give one of the two another name",
    ),
    "an input's name twice": (with_an_input_s_name_twice, ValueError, "model 'mine' already has a layer 'x'"),
    "no layer between": (lambda: (lambda x: Model(x, x))(image()), ValueError, "without a layer between"),
    "a layer for an output": (
        lambda: Model(image(), layers.Dense(3)),
        TypeError,
        r"outputs must be .* received Dense\(.*a Dense\)",
    ),
    "an array for an output": (
        lambda: Model(image(), [behind(image()), np.zeros(3)]),
        TypeError,
        r"outputs must be an Input.* or what a layer returned for one, received array",
    ),
    "a layer for an input": (lambda: Model(layers.Dense(3), behind(image())), TypeError, r"inputs must be .* received Dense\("),
    "no inputs": (lambda: Model([], behind(image())), ValueError, "inputs must be at least one symbolic tensor, received none"),
    "no outputs": (lambda: Model(image(), {}), ValueError, "outputs must be at least one symbolic tensor, received none"),
}


@pytest.mark.parametrize(("make", "error", "message"), GRAPHS.values(), ids=GRAPHS)
def test_what_is_no_graph(make, error, message):
    with pytest.raises(error, match=message):
        make()


def flattened(layer):
    inputs = Input((None, None, 3))
    return layer(layers.Flatten()(layers.Conv2D(4, 3)(inputs)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: flattened(layers.Dense(3, name="scores")),
            r"layer 'scores' \(Dense\) needs a fixed size .* received \(None, None\).* GlobalAveragePooling2D in the "
            "place of Flatten.* fixed sizes",
        ),
        (lambda: flattened(layers.Dense(3)), r"layer 'Dense' \(Dense\) needs a fixed size along its input's last axis"),
        (
            lambda: Sequential([Input((None, None, 3)), layers.Flatten(), layers.Dense(3, name="scores")]),
            "scores/kernel would have another shape for each size of image.* GlobalAveragePooling2D",
        ),
        (
            lambda: layers.Conv2D(3, 1, name="mix")(layers.Permute((3, 1, 2))(Input((None, None, 3)))),
            r"layer 'mix' \(Conv2D\) needs a fixed size .* received \(None, 3, None, None\)",
        ),
        (lambda: Input((8, 8, None)), r"fixed size along the last axis, the channels, received \(8, 8, None\)"),
        (
            lambda: layers.Add(name="sum")([Input((None, None, 3), name="open"), layers.Conv2D(3, 1)(Input((4, 4, 3)))]),
            r"sum cannot join .*; the inputs come from 'open', 'Conv2D'; where \(None, None, None, 3\), \(None, 4, 4, 3\) has",
        ),
    ],
)
def test_layers_that_need_a_size_say_so(make, message):
    with pytest.raises(ValueError, match=message):
        make()
