"""Graphs for files of Keras, built by the same code in Keras and in swiftcnn.

Each builder takes the module, `keras` or `swiftcnn`, and returns a functional model with names of its own.
"""

from collections.abc import Callable
from typing import Any

import graph_networks
import numpy as np

ROWS = 4


def operators(module: Any) -> Any:
    """Constants on both sides, arrays, and slices of every kind."""
    layers = module.layers
    x, y = module.Input((6, 5, 3), name="x"), module.Input((6, 5, 3), name="y")
    total = (2 - x) / 255.0 + y * np.array([0.5, 1.0, -2.0], np.float32)
    ratio = -total / (y * y + 5)
    cut = ratio[:, 1:, ::-1][:, :4:2, None, -1]
    total = total[..., 0] - 3
    flat = layers.Concatenate(name="all")([layers.Flatten(name="cut")(cut), layers.Flatten(name="total")(1 + total)])
    return module.Model([x, y], layers.Dense(2, name="out")(flat), name="operators")


def shared(module: Any) -> Any:
    """A layer on two inputs and on its own output; of its second call something is made later than of its third."""
    layers = module.layers
    a, b = module.Input((3,), name="a"), module.Input((3,), name="b")
    dense = layers.Dense(3, activation="tanh", name="dense")
    first, second = dense(b), dense(a)
    third = dense(first)
    joined = layers.Average(name="mean")([third, layers.Subtract(name="less")([second, first])])
    return module.Model([a, b], layers.Dense(2, name="out")(joined), name="shared")


def nested(module: Any) -> Any:
    """Models in models: one of operators three times, a Sequential twice, and a Functional within that."""
    layers = module.layers
    inner = _inner(module, "inner")
    line = module.Sequential([module.Input((4,)), _inner(module, "other"), layers.Dense(4, name="line_dense")], name="line")
    a = module.Input((4,), name="a")
    x = inner(inner(a))
    return module.Model(a, layers.Add(name="sum")([line(x), line(a), inner(x)]), name="nested")


def _inner(module: Any, name: str) -> Any:
    layers = module.layers
    begin = module.Input((4,), name="inner_in")
    x = layers.Dense(4, name="inner_dense", activation="tanh")(begin)
    x = layers.BatchNormalization(name="inner_norm")(x)
    return module.Model(begin, 2 * x + begin, name=name)


def across(module: Any) -> Any:
    """A model and a layer that lie in the model and in one within it; Keras 3.15 cannot open its own file of this."""
    layers = module.layers
    inner, dense = _inner(module, "inner"), layers.Dense(4, name="dense")
    begin = module.Input((4,), name="middle_in")
    middle = module.Model(begin, layers.Maximum(name="greater")([inner(dense(begin)), begin]), name="middle")
    a = module.Input((4,), name="a")
    return module.Model(a, layers.Add(name="sum")([dense(a), inner(middle(a))]), name="across")


def last_is_nested(module: Any) -> Any:
    """A model's second call is the output."""
    begin = module.Input((3,), name="inner_in")
    inner = module.Model(begin, module.layers.Dense(3, name="inner_dense", activation="tanh")(begin), name="inner")
    a = module.Input((3,), name="a")
    return module.Model(a, inner(inner(a)), name="last_is_nested")


def in_line(module: Any) -> Any:
    """A graph within a Sequential."""
    layers = module.layers
    begin = module.Input((4,), name="inner_in")
    x = layers.Dense(4, name="inner_dense")(begin)
    inner = module.Model(begin, layers.Multiply(name="product")([x, begin]), name="inner")
    return module.Sequential([module.Input((4,)), inner, layers.Dense(2, name="out")], name="in_line")


def dicts(module: Any) -> Any:
    """Inputs and outputs by names, not in their alphabetical order."""
    layers = module.layers
    a, b = module.Input((4,), name="a"), module.Input((3,), name="b")
    x = layers.Concatenate(name="both")([a, b])
    kind = layers.Dense(3, activation="softmax", name="kind")(x)
    return module.Model({"b": b, "a": a}, {"size": layers.Dense(1, name="size")(x), "kind": kind}, name="dicts")


def nested_dicts(module: Any) -> Any:
    """A model with inputs and outputs by names within another, which has a tuple of outputs."""
    layers = module.layers
    a, b = module.Input((2,), name="inner_a"), module.Input((3,), name="inner_b")
    x = layers.Concatenate(name="both")([b, a])
    inner = module.Model({"q": b, "p": a}, {"z": layers.Dense(2, name="z")(x), "y": layers.Dense(3, name="y")(x)}, name="inner")
    one, two = module.Input((3,), name="one"), module.Input((2,), name="two")
    found = inner({"p": two, "q": one})
    again = inner({"q": found["y"], "p": found["z"]})
    return module.Model([one, two], (again["z"], found["y"]), name="nested_dicts")


def lists(module: Any) -> Any:
    """A model with lists of inputs and outputs, whose outputs are some of the outputs of all."""
    layers = module.layers
    a, b = module.Input((2,), name="inner_a"), module.Input((3,), name="inner_b")
    x = layers.Concatenate(name="both")([b, a])
    inner = module.Model([a, b], [layers.Dense(2, name="z")(x), layers.Dense(3, name="y")(x)], name="inner")
    one, two = module.Input((3,), name="one"), module.Input((2,), name="two")
    found = inner([two, one])
    return module.Model([one, two], [layers.Softmax(name="likely")(found[1]), *inner(found)], name="lists")


def merges(module: Any) -> Any:
    """Every layer that joins tensors."""
    layers = module.layers
    x, y = module.Input((4, 5, 3), name="x"), module.Input((4, 5, 3), name="y")
    kinds = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    joined = [getattr(layers, kind)(name=kind.lower())([x, y]) for kind in kinds]
    joined.append(layers.Concatenate(axis=1, name="below")([x, y])[:, 2:6])
    wide = layers.Concatenate(axis=-1, name="wide")(joined)
    one, two = (layers.Flatten(name=f"flat_{name}")(each) for name, each in (("x", x), ("y", y)))
    cosine = layers.Dot(axes=1, normalize=True, name="cosine")([one, two])
    means = layers.GlobalAveragePooling2D(name="means")(wide)
    return module.Model(
        [x, y], layers.Concatenate(name="all")([means, cosine, layers.Dot(axes=(1, 1), name="dot")([one, two])]), name="merges"
    )


GRAPHS: dict[str, Callable[[Any], Any]] = {
    each.__name__: each
    for each in (operators, shared, nested, across, last_is_nested, in_line, dicts, nested_dicts, lists, merges)
}
OPERATORS = ("operators", "nested", "across", "merges")  # have operators, which Keras cannot read from its own `.h5`
NETWORKS = {f"network_{name}": network.build for name, network in graph_networks.NETWORKS.items()}
ALL = GRAPHS | NETWORKS


def weights(shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Weights for layers in Keras's order, of which all are positive, as variances must be."""
    generator = np.random.default_rng(7)
    return [generator.uniform(0.05, 0.5, shape).astype(np.float32) for shape in shapes]


def data(model: Any, rows: int = ROWS) -> Any:
    """An array for each input, in the form in which the model takes them."""
    generator = np.random.default_rng(3)
    arrays = {symbol.name: generator.normal(size=(rows, *symbol.shape[1:])).astype(np.float32) for symbol in model.inputs}
    given = model.inputs if type(model).__name__ == "Sequential" else model.input
    if isinstance(given, dict):
        return {key: arrays[each.name] for key, each in given.items()}
    return [arrays[each.name] for each in model.inputs] if len(arrays) > 1 else next(iter(arrays.values()))


def flat(values: Any) -> list[Any]:
    """Outputs in flat order."""
    if isinstance(values, dict):
        return [values[key] for key in sorted(values)]
    return list(values) if isinstance(values, (list, tuple)) else [values]
