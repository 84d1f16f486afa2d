"""Networks whose `summary()` is compared with Keras's, by the same code in Keras and in swiftcnn."""

from typing import Any

from graph_networks import NETWORKS


def operators(module: Any) -> Any:
    """Sums, products and parts, which have rows of their own."""
    first, second = module.Input((6, 6, 3), name="first"), module.Input((6, 6, 3), name="second")
    x = first + 2.0 * second
    x = -x / 3.0
    x = module.layers.Conv2D(4, 3, padding="same")(x - first)
    return module.Model([first, second], module.layers.Add()([x[:, 1:], x[:, :-1] * 0.5]))


def operators_in_a_line(module: Any) -> Any:
    inputs = module.Input((6, 6, 3))
    return module.Model(inputs, module.layers.Conv2D(4, 3)(inputs / 255.0) * 2.0)


def line(module: Any) -> Any:
    """A functional model that needs no fourth column."""
    layers = module.layers
    inputs = module.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, trainable=False)(inputs)
    x = layers.BatchNormalization()(x)
    return module.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))


def line_with_one_layer_twice(module: Any) -> Any:
    inputs = module.Input((4,))
    shared = module.layers.Dense(4)
    return module.Model(inputs, shared(module.layers.ReLU()(shared(inputs))))


def one_layer_twice_in_a_row(module: Any) -> Any:
    inputs = module.Input((4,))
    shared = module.layers.Dense(4)
    return module.Model(inputs, shared(shared(inputs)))


def unused_input(module: Any) -> Any:
    """An input that nothing reads."""
    used, unused = module.Input((4,), name="used"), module.Input((3,), name="unused")
    return module.Model([used, unused], module.layers.Dense(2)(used))


def two_outputs_of_a_line(module: Any) -> Any:
    """An output that another layer reads too."""
    inputs = module.Input((4,))
    hidden = module.layers.Dense(3)(inputs)
    return module.Model(inputs, [hidden, module.layers.Dense(2)(hidden)])


def part_of_a_model(module: Any) -> Any:
    """A model to the middle of another, and on from there: calls are counted in all models."""
    layers = module.layers
    inputs = module.Input((4,))
    shared = layers.Dense(4, name="shared")
    once = shared(inputs)
    whole = module.Model(inputs, layers.Dense(2, name="other")(shared(once)))
    return module.Model(
        whole.input, layers.Concatenate()([shared(once), whole.output, layers.Dense(2, name="third")(once)[:, :1]])
    )


def several_outputs_inside(module: Any) -> Any:
    """A model within it that puts out two tensors, and reads two."""
    layers = module.layers
    left, right = module.Input((4,), name="left"), module.Input((3,), name="right")
    joined = layers.Concatenate(name="joined")([left, right])
    inner = module.Model(
        [left, right], [layers.Dense(2, name="short")(joined), layers.Dense(5, name="long")(joined)], name="inner"
    )
    inner.trainable = False
    a, b = module.Input((4,), name="a"), module.Input((3,), name="b")
    short, long = inner([a, b])
    return module.Model([a, b], layers.Concatenate(name="end")([long, short]))


def operators_inside(module: Any) -> Any:
    """A model with an operator within the model: it is no layer, so an expanded summary leaves it out.

    The inner model is called before `body` gets it: Keras counts a call in each Sequential as soon as that is made, ours when it
    is called.
    """
    layers = module.layers
    inner_inputs = module.Input((4,), name="inner_input")
    inner = module.Model(inner_inputs, layers.Dense(4, name="hidden")(inner_inputs) + inner_inputs, name="inner")
    inputs = module.Input((4,), name="outer_input")
    alone = inner(inputs)
    body = module.Sequential([module.Input((4,)), inner, layers.Dense(3, name="last")], name="body")
    return module.Model(inputs, layers.Concatenate(name="both")([body(inputs), alone]), name="outer")


def continued(module: Any) -> Any:
    """A Sequential that goes on with branches."""
    layers = module.layers
    base = module.Sequential(
        [module.Input((8, 8, 3)), layers.Conv2D(4, 3, name="one"), layers.Conv2D(4, 3, padding="same", name="two")]
    )
    x = layers.Add()([base.layers[0].output, base.outputs[0]])
    return module.Model(base.inputs, layers.GlobalAveragePooling2D()(x), name="continued_network")


BUILDERS = {
    **{name: network.build for name, network in NETWORKS.items()},
    **{
        build.__name__: build
        for build in (
            operators,
            operators_in_a_line,
            line,
            line_with_one_layer_twice,
            one_layer_twice_in_a_row,
            unused_input,
            two_outputs_of_a_line,
            part_of_a_model,
            several_outputs_inside,
            operators_inside,
            continued,
        )
    },
}
WHOLE = {"expand_nested": True, "show_trainable": True}
NESTED = ("siamese", "nested", "several_outputs_inside", "operators_inside")
CASES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in BUILDERS),
    *((name, {"line_length": 90, **WHOLE}) for name in NESTED),
    *((name, {"expand_nested": True}) for name in NESTED),
    ("line", {"show_trainable": True}),
    ("residual", {"line_length": 72}),
    ("two_in_two_out", {"line_length": 130, "positions": [0.2, 0.5, 0.6, 1.0]}),
    ("two_in_two_out", {"line_length": 110, "positions": [0.2, 0.5, 0.6, 1.0], "show_trainable": True}),
]


def title(name: str, options: dict[str, Any]) -> str:
    """The line before a text in golden/graph_summaries.txt."""
    return f"### {name} {options}"
