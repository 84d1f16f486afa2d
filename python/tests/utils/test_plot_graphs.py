"""`utils.plot_model` of networks with branches: boxes do not overlap, and arrows go from box to box around all others."""

import itertools

import pytest
import swiftcnn
from summary_cases import BUILDERS
from swiftcnn import Input, Model, layers, utils
from swiftcnn.utils._aligned import aligned
from swiftcnn.utils._boxes import Box, Frame, Shown, Way
from swiftcnn.utils._layout import Edge, Layout
from swiftcnn.utils._parts import parts_of

DIRECTIONS = ("TB", "BT", "LR", "RL")
SPREAD = 0.5  # points; lines of half a point's width are not seen


def frames_in(frame, corner=(0.0, 0.0)):
    """The frame and those within it, each with its corner."""
    yield frame, corner
    for item, place in frame.places(corner):
        if isinstance(item, Frame):
            yield from frames_in(item, place)


def laid_out(model, rankdir, whole):
    """What `model_to_dot` draws; with `whole`, models within too, and all that boxes can tell."""
    return Frame(parts_of(model, whole), Shown(whole, whole, True, whole, whole, Way(rankdir)))


def rectangle(item, corner):
    return corner[0], corner[1], corner[0] + item.size[0], corner[1] + item.size[1]


def overlap(one, other, spread=0.0):
    return one[0] < other[2] - spread and other[0] < one[2] - spread and one[1] < other[3] - spread and other[1] < one[3] - spread


def points_of(route, steps=16):
    """Points along a route, curves included."""
    here = route.start
    yield here
    for end, controls in route.steps:
        corners = [here, *(controls or (here, end)), end]
        for number in range(1, steps + 1):
            t = number / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield tuple(sum(weight * point[axis] for weight, point in zip(weights, corners, strict=True)) for axis in (0, 1))
        here = end


def check(frame):
    """Of each frame: places of its items, and the way of its arrows."""
    for each, corner in frames_in(frame):
        placed = [rectangle(item, place) for item, place in each.places(corner)]
        outside = rectangle(each, corner)
        for one, other in itertools.combinations(placed, 2):
            assert not overlap(one, other)
        for one in placed:
            assert within(one[:2], outside)
            assert within(one[2:], outside)
        check_arrows(each)


def within(point, box, spread=1e-6):
    return box[0] - spread <= point[0] <= box[2] + spread and box[1] - spread <= point[1] <= box[3] + spread


def check_arrows(frame):
    layout = frame.layout
    sizes = [(0.0, 0.0)] * frame.first + [frame.way.turned(item.size) for item in frame.items]
    sizes += [(0.0, 0.0)] * (len(layout.centers) - len(sizes))
    boxes = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in zip(layout.centers, sizes, strict=True)]
    for edge, route in zip(frame.edges, layout.routes, strict=True):
        (left, _, right, bottom), (left_of_target, top, right_of_target, _) = boxes[edge.source], boxes[edge.target]
        assert within(route.start, (left, bottom, right, bottom))
        assert within(route.end, (left_of_target, top, right_of_target, top))
        for point in points_of(route):
            assert within(point, (0, 0, *layout.size))
            assert not any(overlap((*point, *point), box, SPREAD) for box in boxes)


def edges_of(frame):
    """The names of the boxes that arrows tie, frames within by theirs."""
    names = [item.name if isinstance(item, Frame) else item.lines[0][0][0].text for item in frame.items]
    return {(names[edge.source], names[edge.target]) for edge in frame.edges}


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("rankdir", DIRECTIONS)
def test_boxes_do_not_overlap_and_arrows_go_from_box_to_box(name, rankdir):
    model = BUILDERS[name](swiftcnn)
    check(laid_out(model, rankdir, False))
    check(laid_out(model, rankdir, True))


@pytest.mark.parametrize("rankdir", DIRECTIONS)
def test_what_is_drawn_is_what_was_laid_out(rankdir):
    drawing = utils.model_to_dot(BUILDERS["two_in_two_out"](swiftcnn), rankdir=rankdir)
    (axes,) = drawing.figure.axes
    arrows = [patch for patch in axes.patches if hasattr(patch, "get_arrowstyle")]
    assert len(arrows) == len(drawing.frame.edges) == 11
    assert {text.get_text() for text in axes.texts} == {item.lines[0][0][0].text for item in drawing.frame.items}
    boxes = [rectangle(item, corner) for item, corner in drawing.frame.places((10, 10))]
    for edge, arrow in zip(drawing.frame.edges, arrows, strict=True):
        path = arrow._path_original.vertices
        assert within(path[0], boxes[edge.source], 0.1)
        assert within(path[-1], boxes[edge.target], 0.1)


def test_arrows_are_those_of_the_graph():
    found = edges_of(utils.model_to_dot(BUILDERS["two_in_two_out"](swiftcnn), show_layer_names=True).frame)
    assert ("dense_1 (Dense)", "concatenate_1 (Concatenate)") in found
    assert ("numbers (InputLayer)", "concatenate_1 (Concatenate)") in found
    assert ("numbers (InputLayer)", "dense (Dense)") in found
    assert len(found) == 11


def test_arrows_may_go_back_to_a_layer_that_is_used_again():
    model = BUILDERS["shared_convolution"](swiftcnn)
    found = edges_of(utils.model_to_dot(model).frame)
    assert ("conv2d (Conv2D)", "conv2d (Conv2D)") in found
    assert ("average_pooling2d (AveragePooling2D)", "conv2d (Conv2D)") in found


def test_models_within_have_frames_into_which_arrows_lead():
    frame = utils.model_to_dot(BUILDERS["nested"](swiftcnn), expand_nested=True).frame
    assert {
        ("before (Conv2D)", "block"),
        ("block", "smooth (AveragePooling2D)"),
        ("smooth (AveragePooling2D)", "block"),
    } <= edges_of(frame)
    (block,) = [item for item in frame.items if isinstance(item, Frame)]
    assert (len(block.enters), len(block.leaves)) == (1, 1)
    assert [item.name for item in block.items if isinstance(item, Frame)] == ["gate"]
    place = frame.items.index(block) + frame.first
    for edge, route in zip(frame.edges, frame.layout.routes, strict=True):
        if edge.target == place:
            assert route.end[0] - frame.layout.centers[place][0] == pytest.approx(block.enters[0])


def test_shapes_of_several_inputs_and_outputs():
    frame = utils.model_to_dot(BUILDERS["several_outputs_inside"](swiftcnn), show_shapes=True).frame
    told = {lines[0][0][0].text: [cell.text for cell, _ in lines[-1]] for lines in (item.lines for item in frame.items)}
    assert told["inner (Functional)"] == ["Input shape: [(None, 4), (None, 3)]", "Output shape: [(None, 2), (None, 5)]"]
    assert told["end (Concatenate)"] == ["Input shape: [(None, 5), (None, 2)]", "Output shape: (None, 7)"]


def test_an_arrow_past_many_layers_is_straight():
    inputs = Input((4,))
    x = first = layers.Dense(4)(inputs)
    for _ in range(20):
        x = layers.ReLU()(x)
    frame = utils.model_to_dot(Model(inputs, layers.Add()([first, x]))).frame
    check(frame)
    longest = max(frame.layout.routes, key=lambda route: len(route.steps))
    places = [x for x, y in points_of(longest) if longest.start[1] + 60 < y < longest.end[1] - 60]
    assert len(places) > 20
    assert max(places) - min(places) < 0.01


def test_crossings_that_need_not_be_are_none():
    """Two chains whose boxes begin in one order and go on in the other."""
    edges = [Edge(0, 3), Edge(1, 2), *(Edge(place, place + 2) for place in range(2, 10))]
    layout = Layout([(50.0, 20.0)] * 12, edges)
    chains = [1, 2, 4, 6, 8, 10], [0, 3, 5, 7, 9, 11]
    assert [len({round(layout.centers[place][0], 6) for place in chain}) for chain in chains] == [1, 1]


def test_a_line_past_layers_stays_straight_where_another_crosses_it():
    """From 0 to 6, past the layers of 1 to 5; 1 and 2 are tied to both of 3 and 4, one of which is on the other side."""
    edges = [
        Edge(0, 1),
        Edge(0, 2),
        Edge(0, 6),
        *(Edge(one, other) for one in (1, 2) for other in (3, 4)),
        Edge(3, 5),
        Edge(5, 6),
    ]
    layout = Layout([(50.0, 20.0)] * 7, edges)
    layout._layers.rows[1].sort(key=layout._layers.is_point)  # the line to the right of 1 and 2,
    layout._layers.rows[2].sort(key=lambda node: (node == 4, layout._layers.is_point(node)))  # and to the left of 4
    across = aligned(layout._layers, layout._room)
    assert len({round(across[node], 6) for node in layout._layers.paths[2][1:-1]}) == 1


@pytest.mark.parametrize("depth", [40])
def test_many_layers(depth):
    """As many as a ResNet-50 has, with as many branches."""
    inputs = Input((4,))
    x = layers.Dense(4)(inputs)
    for _ in range(depth):
        y = layers.ReLU()(layers.Dense(4)(layers.Dense(4)(x)))
        x = layers.Add()([x, y])
    drawing = utils.model_to_dot(Model(inputs, x))
    check(drawing.frame)
    assert len(drawing.frame.items) == 162
    assert all(isinstance(item, Box) for item in drawing.frame.items)


def test_a_picture_too_large_for_matplotlib_has_fewer_pixels_an_inch():
    inputs = Input((4,))
    x = inputs
    for _ in range(30):
        x = layers.ReLU()(x)
    figure = utils.model_to_dot(Model(inputs, x), dpi=5000).figure
    assert max(figure.get_size_inches()) * figure.dpi <= 60_000
    assert figure.get_size_inches().prod() * figure.dpi**2 <= 25_000_001
