"""`utils.model_to_mermaid`: a box for each layer, an arrow for each tie, and nothing in a name that ends a label."""

import re

import pytest
import swiftcnn
from summary_cases import BUILDERS
from swiftcnn import Input, Model, Sequential, layers, utils

BOX = re.compile(r'^ +(n\d+)\["([^"]*)"\]$')
FRAME = re.compile(r'^ +subgraph (n\d+)\["([^"]*)"\]$')
ARROW = re.compile(r"^    (n\d+) --> (n\d+)$")


def read(text):
    """The boxes, frames and arrows of a flowchart, which must have nothing else."""
    first, *lines = text.rstrip("\n").split("\n")
    assert re.fullmatch(r"flowchart (TB|BT|LR|RL)", first)
    boxes, frames, arrows, depth = {}, {}, [], 0
    for line in lines:
        if found := BOX.match(line):
            boxes[found[1]] = found[2]
        elif found := FRAME.match(line):
            frames[found[1]] = found[2]
            depth += 1
        elif found := ARROW.match(line):
            arrows.append((found[1], found[2]))
        elif line.strip() == "end":
            depth -= 1
        else:
            assert line.strip() == f"direction {first.split()[1]}"
        assert depth >= 0
    assert depth == 0
    return boxes, frames, arrows


def test_a_line():
    model = Sequential([Input((4,)), layers.Dense(3), layers.Dense(2)])
    assert utils.model_to_mermaid(model) == ('flowchart TB\n    n0["dense (Dense)"]\n    n1["dense_1 (Dense)"]\n    n0 --> n1\n')
    assert 'n0["Dense"]' in utils.model_to_mermaid(model, show_layer_names=False)


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("expand", [False, True])
def test_the_boxes_and_arrows_of_each_network(name, expand):
    model = BUILDERS[name](swiftcnn)
    boxes, frames, arrows = read(utils.model_to_mermaid(model, show_shapes=True, rankdir="LR", expand_nested=expand))
    assert len(set(arrows)) == len(arrows)
    assert {end for arrow in arrows for end in arrow} <= set(boxes)
    if not expand:
        assert not frames
        assert [label.split(" ")[0] for label in boxes.values()] == [item.name for item in model._graph.items]
        ties = {(each.node.item.name, node.item.name) for node in model._graph.nodes for each in node.inputs}
        names = {key: label.split(" ")[0] for key, label in boxes.items()}
        assert {(names[source], names[target]) for source, target in arrows} == ties


def test_models_within():
    text = utils.model_to_mermaid(BUILDERS["nested"](swiftcnn), expand_nested=True)
    boxes, frames, arrows = read(text)
    assert list(frames.values()) == ["block", "gate"]
    told = {(boxes[source].split(" ")[0], boxes[target].split(" ")[0]) for source, target in arrows}
    into_and_out = {("before", "inner_input"), ("inner_sum", "smooth"), ("smooth", "inner_input"), ("inner_sum", "means")}
    assert into_and_out | {("normal", "valve"), ("valve", "gated")} <= told
    assert len(told) == 14
    assert '        n3["inner_input (InputLayer)"]' in text.split("\n")


def test_shapes():
    text = utils.model_to_mermaid(BUILDERS["several_outputs_inside"](swiftcnn), show_shapes=True)
    shapes = "Input shape: [(None, 4), (None, 3)]<br/>Output shape: [(None, 2), (None, 5)]"
    assert f'["inner (Functional)<br/>{shapes}"]' in text
    assert '["a (InputLayer)<br/>Output shape: (None, 4)"]' in text


def test_names_are_escaped():
    inputs = Input((4,), name='say "end"]')
    inner = Sequential([Input((4,)), layers.Dense(2, name="`a` #1; <b>&amp;\nend")], name="sub\ngraph")
    boxes, frames, arrows = read(utils.model_to_mermaid(Model(inputs, inner(inputs)), expand_nested=True))
    assert list(boxes.values()) == [
        "say #quot;end#quot;] (InputLayer)",
        "#96;a#96; #35;1; #lt;b#gt;#amp;amp;#92;nend (Dense)",
    ]
    assert list(frames.values()) == ["sub#92;ngraph"]
    assert arrows == [("n0", "n2")]


def test_what_cannot_be_written():
    with pytest.raises(ValueError, match="model 'sequential' does not know its shapes yet"):
        utils.model_to_mermaid(Sequential([layers.Dense(3)]))
    with pytest.raises(TypeError, match="model must be a model, received 3"):
        utils.model_to_mermaid(3)
    model = Sequential([Input((4,)), layers.Dense(3)])
    with pytest.raises(ValueError, match="rankdir must be one of TB, BT, LR, RL, received 'TD'"):
        utils.model_to_mermaid(model, rankdir="TD")
    with pytest.raises(TypeError, match="show_shapes must be True or False"):
        utils.model_to_mermaid(model, show_shapes="yes")
