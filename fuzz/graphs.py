"""Functional models drawn at random: several inputs and outputs, layers called again, merges, operators, models inside."""

import numpy as np
from swiftcnn import Input, Model, Sequential, layers

from fuzz import arrays
from fuzz.networks import FOR_ALL, FOR_IMAGES, MERGES, TO_VECTORS, layer, model_is_small, plain
from fuzz.values import bad, count, name, shown

MOST_ELEMENTS = 20_000  # of a value: some layers make much of little
KEYS = (
    (slice(None), slice(None, None, -1)),
    (slice(None), 0),
    (slice(None), -1),
    (Ellipsis, slice(0, 1)),
    (slice(None), None),
    (Ellipsis, None, slice(None, None, 2)),
    (slice(None), slice(1, -1)),
)
ODD_KEYS = (
    *(0, slice(1, 2), Ellipsis, None, (), (slice(None), 2**70), (Ellipsis, Ellipsis), (slice(None),) * 9, "a", 1.5),
    *((slice(None), [0, 1]), (slice(None), True), (slice(None), np.array([0])), (slice(None), slice(5, 1))),
    *((slice(None), slice(None, None, 0)), (slice(None), slice(2**63, None)), (slice(None), np.int64(-1)), slice("a", None)),
)


class Growing:
    """The values so far, and the layers that may be called again."""

    def __init__(self, draw, session):
        self.draw, self.session = draw, session
        self.values, self.items = [], []

    def value(self):
        return self.draw.choice(self.values[-4:] if self.draw.chance(0.7) else self.values)

    def attempt(self, what, call):
        """What a call returns joins the values, if it is a symbolic tensor of a size that may rightly be computed."""
        made = self.session.attempt(what, call)
        for each in _flat(made):
            if _size(each) <= MOST_ELEMENTS:
                self.values.append(each)

    def grow(self):
        self.draw.choice(STEPS)(self)


def _flat(made):
    made = list(made.values()) if isinstance(made, dict) else made if isinstance(made, (list, tuple)) else [made]
    return [each for each in made if hasattr(each, "shape")]


def _size(value):
    return np.prod([size or 3 for size in value.shape[1:]], dtype=float)


# Steps.


def _new_layer(growing):
    draw, x = growing.draw, growing.value()
    tables = (FOR_IMAGES, FOR_IMAGES, FOR_ALL, TO_VECTORS) if len(x.shape) == 4 else (FOR_ALL,)
    made = layer(draw, growing.session, draw.choice(tables))
    if made is not None:
        growing.items.append(made)
        growing.attempt(f"{shown(made)}({shown(x)})", lambda: made(x))


def _called_again(growing):
    draw, x = growing.draw, growing.value()
    if not growing.items:
        return
    item = draw.choice(growing.items)
    given = x if not draw.spoils() else draw.choice(([x], [x, x], {"a": x}, [], bad(draw), (x, bad(draw))))
    growing.attempt(f"{shown(item)}({shown(given)}) again", lambda: item(given))


def _merged(growing):
    draw, x = growing.draw, growing.value()
    fitting = [each for each in growing.values if each.shape == x.shape] or [x]
    given = [x, *(draw.choice(fitting if draw.chance(0.8) else growing.values) for _ in range(draw.choice((1, 1, 1, 2, 3))))]
    if draw.spoils():
        given = draw.choice((given[:1], [], x, [*given, bad(draw)], tuple(given), [given], {"a": x}, [x, np.ones((2, 3), "f4")]))
    made = layer(draw, growing.session, MERGES)
    if made is not None:
        growing.items.append(made)
        growing.attempt(f"{shown(made)}({shown(given)})", lambda: made(given))


def _function(growing):
    """A merge by its name in small letters."""
    draw, x = growing.draw, growing.value()
    function = getattr(
        layers, draw.choice(("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot"))
    )
    options = {"axis": bad(draw)} if draw.spoils(2) else {}
    growing.attempt(f"{function.__name__}({shown(x)}, {options})", lambda: function([x, growing.value()], **options))


FUNCTIONS = ("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot")
OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "reversed +": lambda a, b: b + a,
    "reversed -": lambda a, b: b - a,
    "reversed /": lambda a, b: b / a,
}
ODD_OPERATORS = (
    *(lambda a, b: a**b, lambda a, b: a @ b, lambda a, b: a // b, lambda a, b: a % b, lambda a, b: a < b, lambda a, b: abs(a)),
    *(lambda a, b: bool(a), lambda a, b: len(a), lambda a, b: list(a), lambda a, b: float(a), lambda a, b: np.add(a, b)),
    *(lambda a, b: np.concatenate([a, b]), lambda a, b: a == b, lambda a, b: hash(a), lambda a, b: a in [b], np.asarray),
)


def _operator(growing):
    draw, x = growing.draw, growing.value()
    last = x.shape[-1] or 3
    operand = draw.choice((growing.value(), growing.value(), 2, 0.5, 1 / 255, np.float32(3), np.ones(last, "f4"), np.int64(1)))
    if draw.spoils(2):
        operand = draw.choice((bad(draw), bad(draw), np.ones((2, 7)), arrays.floats(draw, (last,)), [1, 2], 0))
    if draw.spoils():
        odd = draw.choice(ODD_OPERATORS)
        growing.session.attempt(f"an odd operator on {shown(x)}", lambda: odd(x) if odd is np.asarray else odd(x, operand))
        return
    sign = draw.choice(sorted(OPERATORS))
    growing.attempt(f"{shown(x)} {sign} {shown(operand)}", lambda: OPERATORS[sign](x, operand))


def _negative(growing):
    x = growing.value()
    growing.attempt(f"-{shown(x)}", lambda: -x)


def _slice(growing):
    draw, x = growing.draw, growing.value()
    key = draw.choice(ODD_KEYS) if draw.spoils(3) else draw.choice(KEYS)
    growing.attempt(f"{shown(x)}[{shown(key)}]", lambda: _cut(x, key))


def _cut(x, key):
    try:
        return x[key]
    except IndexError as error:  # as lists and arrays have it; anywhere else it would be a fault
        raise ValueError(str(error)) from None


def _model_inside(growing):
    """Of some of the values, or of a shape of its own; it may be called again."""
    draw, x = growing.draw, growing.value()
    if draw.chance(0.5):
        other = growing.value()
        ends = draw.choice((x, [x], [x, other], {"a": x, "b": other}, (other, x)))
        starts = draw.choice((growing.values[0], growing.values[:2], {"a": growing.values[0]}, bad(draw), growing.value()))
        made = growing.session.attempt(f"Model({shown(starts)}, {shown(ends)})", lambda: Model(starts, ends, name=name(draw)))
    else:
        made = growing.session.attempt(f"inner model of {x.shape}", lambda: _inner(draw, x.shape[1:]))
    if made is not None:
        growing.items.append(made)
        given = draw.choice((x, [x], growing.values[:2], {"a": x, "b": x}))
        growing.attempt(f"{shown(made)}({shown(given)})", lambda: made(given))


def _inner(draw, shape):
    begin = Input(shape)
    norm, dense = layers.BatchNormalization(), layers.Dense(shape[-1] or 3, activation="relu")
    if draw.chance(0.5):
        return Sequential([begin, norm, dense])
    end = layers.Add()([begin, dense(norm(begin))])
    return Model(begin, draw.choice((end, [end], [end, begin * 2], {"z": end, "a": norm.output})))


STEPS = (
    *(_new_layer,) * 6,
    *(_called_again,) * 2,
    *(_merged,) * 4,
    *(_operator,) * 2,
    *(_slice,) * 2,
    _function,
    _negative,
    _model_inside,
)


# Models.


def input_of(draw):
    kind = draw.random()
    if kind < 0.4:
        shape = (count(draw),)
    elif kind < 0.85:
        shape = (draw.choice((4, 4, 5, 8)), draw.choice((4, 4, 5, 8)), draw.choice((1, 3, 3)))
    elif kind < 0.95:
        shape = draw.choice(((None, None, 3), (None, 4, 3), (4, None, 1)))
    else:
        shape = (draw.randint(1, 4), draw.randint(1, 4))
    return Input(bad(draw) if draw.spoils(0.5) else shape, name=draw.choice(("a", "b", "a", None, None, None)))


def form(draw, values):
    """Values as users nest them."""
    kind = draw.random()
    if len(values) == 1 and kind < 0.6:
        return values[0]
    if kind < 0.75:
        return list(values)
    if kind < 0.85:
        return tuple(values)
    if not draw.spoils(3):
        return dict(zip("dacb", values, strict=False))
    return draw.choice(([values], [[each] for each in values], {1: values[0]}, [*values, *values[:1]], [], {}, {"a": values}))


def network(draw, session):
    """A functional model, built."""
    growing = Growing(draw, session)
    for _ in range(draw.choice((1, 1, 2, 2, 3))):
        growing.attempt("Input", lambda: input_of(draw))
    inputs = list(growing.values)
    if not inputs:
        return plain(draw)
    for _ in range(draw.choice((1, 3, 6, 10))):
        growing.grow()
    starts, ends = form(draw, inputs), form(draw, _ends(growing))
    what = f"Model({shown(starts)}, {shown(ends)})"
    model = session.attempt(what, lambda: Model(starts, ends, name=name(draw)))
    return model if model is not None and model_is_small(session, model) else plain(draw)


def _ends(growing):
    """Some of the last values; now and then with a head as classifiers have it."""
    draw = growing.draw
    found = [growing.value() for _ in range(draw.choice((1, 1, 2, 3)))]
    if draw.chance(0.5):
        head = layers.Dense(3, activation=draw.choice(("softmax", None, "sigmoid")))
        made = growing.session.attempt("a head", lambda: head(layers.Flatten()(found[0])))
        found = found if made is None else [made, *found[1:]]
    return found
