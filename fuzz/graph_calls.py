"""A random graph and some random calls with it: what several inputs and outputs take, nested in every way."""

import numpy as np
from swiftcnn import Model, layers, utils, visualization

from fuzz import arrays, by_hand, data, model_calls, odd_callbacks
from fuzz.calls import make_ready, start_anew
from fuzz.cases import CALLS_PER_CASE
from fuzz.choices import LOSS_NAMES, compile_settings, loss, metric, optimizer, or_bad
from fuzz.graphs import network
from fuzz.networks import model_is_small
from fuzz.values import bad, count, flag, of, settings, share, shown, shown_call

OPEN_SIZES = (1, 2, 3, 4, 5, 7)
BATCH = of(None, 1, 2, 32)


def run(draw, session):
    start_anew(draw)
    model = network(draw, session)
    compiled(draw, session, model)
    for _ in range(CALLS_PER_CASE):
        make_ready(draw, session, model)
        made = draw.choice(CALLS)(draw, session, model)
        model = made if made is not None and model_is_small(session, made) else model


# Structures.


def names_of(model, what):
    try:
        return list(getattr(model, what))
    except Exception:
        return ["a"]


def shapes_of(model, what, samples, draw):
    """Of each input or output, with sizes where they are open."""
    try:
        found = [each.shape[1:] for each in getattr(model, what)]
    except Exception:
        return [(samples, 3)]
    return [(samples, *(draw.choice(OPEN_SIZES) if size is None else size for size in shape)) for shape in found]


def structure(draw, names, values):
    """A value for each name, as users nest them."""
    values = list(values)
    if draw.spoils():
        return _odd_structure(draw, names, values)
    kind = draw.random()
    if len(values) == 1 and kind < 0.7:
        return values[0]
    if kind < 0.75:
        return values
    return tuple(values) if kind < 0.85 else dict(zip(names, values, strict=False))


def _odd_structure(draw, names, values):
    named = dict(zip(names, values, strict=False))
    return draw.choice(
        (
            *(values[:-1], [*values, values[0]], values[0], [values], [[each] for each in values], {}, [], None),
            *(values[::-1], [None, *values[1:]], {**named, "of_nobody": values[0]}, {**named, names[0]: None}),
            *({**named, names[0]: [values[0]]}, {1: values[0]}, {None: values[0]}, (values[0],), iter(values), bad(draw)),
            *(dict.fromkeys(names, bad(draw)), dict(list(named.items())[1:]), [bad(draw) for _ in values], {names[0]: named}),
        )
    )


def samples_for(draw, model, samples):
    shapes = shapes_of(model, "inputs", samples, draw)
    made = [arrays.floats(draw, arrays.misshapen(draw, shape) if draw.spoils() else shape) for shape in shapes]
    if draw.spoils(0.3):
        made[draw.randrange(len(made))] = arrays.cut_file(draw, shapes[0])
    return structure(draw, names_of(model, "input_names"), made)


def targets_for(draw, model, samples):
    made = [_target(draw, shape, samples) for shape in shapes_of(model, "outputs", samples, draw)]
    if draw.chance(0.1):
        made[draw.randrange(len(made))] = None
    return structure(draw, names_of(model, "output_names"), made)


def _target(draw, shape, samples):
    kind = draw.random()
    if kind < 0.2:
        return arrays.labels(draw, shape[:-1] or (samples,), shape[-1])
    return arrays.floats(draw, arrays.misshapen(draw, shape) if draw.spoils() else shape)


def weights_for(draw, model, samples):
    if draw.chance(0.7):
        return None
    if draw.chance(0.4):
        return arrays.floats(draw, (samples,))
    names = names_of(model, "output_names")
    return structure(draw, names, [arrays.floats(draw, (samples,)) if draw.chance(0.8) else None for _ in names])


def class_weights_for(draw, model):
    if draw.chance(0.8):
        return None
    names, some = names_of(model, "output_names"), {0: 1.0, 1: 0.5}
    return draw.choice((some, {names[0]: some}, dict.fromkeys(names, some), {names[-1]: None}, [some], {names[0]: bad(draw)}))


# Calls.


def compiled(draw, session, model):
    names = names_of(model, "output_names")
    given = {"optimizer": or_bad(draw, optimizer)}
    losses = [draw.choice((None, "mse", "mse", "mse", draw.choice(LOSS_NAMES), or_bad(draw, loss))) for _ in names]
    given["loss"] = draw.choice(("mse", structure(draw, names, losses)))
    if draw.chance(0.4):
        given["loss_weights"] = structure(
            draw, names, [draw.choice((1, 0.5, None, 0, np.float32(2), share(draw))) for _ in names]
        )
    for argument in ("metrics", "weighted_metrics"):
        if draw.chance(0.3):
            some = [[or_bad(draw, metric) for _ in range(count(draw) % 3)] for _ in names]
            given[argument] = structure(draw, names, some if draw.chance(0.6) else [each[:1] and each[0] for each in some])
    if draw.spoils(0.5):
        given = compile_settings(draw)
    session.attempt(shown_call("compile", given), lambda: model.compile(**given))


def fit(draw, session, model):
    samples = draw.choice(data.SAMPLES)
    given = {"x": samples_for(draw, model, samples), "y": targets_for(draw, model, samples)}
    given |= {"sample_weight": weights_for(draw, model, samples), "class_weight": class_weights_for(draw, model)}
    given |= {"verbose": draw.choice((0, 0, 1, 2)), "epochs": draw.choice((1, 2))}
    given |= settings(draw, {"batch_size": BATCH, "validation_split": of(0, 0.3), "steps_per_epoch": of(None, 1)})
    if draw.chance(0.2):
        given["validation_data"] = (samples_for(draw, model, samples), targets_for(draw, model, samples))
    if draw.chance(0.2):
        given["callbacks"] = odd_callbacks.some(draw, session)
    session.attempt(shown_call("fit", given), lambda: model.fit(**given))


def evaluate(draw, session, model):
    samples = draw.choice(data.SAMPLES)
    given = {"x": samples_for(draw, model, samples), "y": targets_for(draw, model, samples), "verbose": draw.choice((0, 1))}
    given |= {"sample_weight": weights_for(draw, model, samples)} | settings(draw, {"batch_size": BATCH, "return_dict": flag})
    session.attempt(shown_call("evaluate", given), lambda: model.evaluate(**given))


def predict(draw, session, model):
    given = {"x": samples_for(draw, model, draw.choice(data.SAMPLES)), "verbose": 0} | settings(draw, {"batch_size": BATCH})
    session.attempt(shown_call("predict", given), lambda: model.predict(**given))


def on_batch(draw, session, model):
    samples = draw.choice(data.SAMPLES)
    x, y, weights = samples_for(draw, model, samples), targets_for(draw, model, samples), weights_for(draw, model, samples)
    calls = {
        "train_on_batch": lambda: model.train_on_batch(x, y, weights, class_weights_for(draw, model)),
        "test_on_batch": lambda: model.test_on_batch(x, y, weights),
        "predict_on_batch": lambda: model.predict_on_batch(x),
        "a call": lambda: model(x, training=draw.choice((None, True, False))),
        "compute_gradients": lambda: model.compute_gradients(x, y, weights, flag(draw)),
    }
    name = draw.choice(sorted(calls))
    session.attempt(f"{name}({shown(x)}, {shown(y)}, {shown(weights)})", calls[name])


def differentiate(draw, session, model):
    samples = draw.choice(data.SAMPLES)
    x = samples_for(draw, model, samples)
    shapes = [np.shape(each) for each in _outputs(session, model, x)] or shapes_of(model, "outputs", samples, draw)
    gradients = [None if draw.chance(0.15) else arrays.floats(draw, shape) for shape in shapes]
    if draw.spoils():
        gradients = [arrays.floats(draw, arrays.misshapen(draw, shape)) for shape in shapes]
    given = structure(draw, names_of(model, "output_names"), gradients)
    training = draw.choice((True, False)) if not draw.spoils() else bad(draw)
    session.attempt(f"differentiate({shown(x)}, {shown(given)}, {training!r})", lambda: model.differentiate(x, given, training))


def _outputs(session, model, x):
    found = session.attempt("outputs", lambda: model.predict_on_batch(x))
    if isinstance(found, dict):
        return [found[key] for key in sorted(found)]
    return found if isinstance(found, (list, tuple)) else [] if found is None else [found]


def _batches(draw, model):
    """Tuples of structures, or something near them."""
    for _ in range(draw.choice((1, 2, 20))):
        samples = draw.choice(data.SAMPLES)
        batch = (samples_for(draw, model, samples), targets_for(draw, model, samples), weights_for(draw, model, samples))
        yield (
            batch[: draw.choice((2, 2, 3))] if not draw.spoils() else draw.choice((batch[0], list(batch), batch[:1], (*batch, 1)))
        )


class Batches(utils.PyDataset):
    """The same by their places."""

    def __init__(self, draw, model):
        super().__init__()
        self._draw, self._model = draw, model

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return next(_batches(self._draw, self._model))


def run_batches(draw, session, model):
    source = draw.choice((_batches, Batches))(draw, model)
    method = draw.choice(("fit", "fit", "evaluate", "predict"))
    options = {"steps_per_epoch": draw.choice((1, 2))} if method == "fit" else {"steps": draw.choice((1, 2))}
    if method == "fit" and draw.chance(0.3):
        options["validation_data"] = Batches(draw, model)
    session.attempt(f"{method} of batches", lambda: getattr(model, method)(source, verbose=0, **options))


def part(draw, session, model):
    """Other models of the same layers."""
    items = [*model.layers, *(node.item for node in getattr(getattr(model, "_graph", None), "nodes", ()))]
    one, other = draw.choice(items), draw.choice(items)
    kind = draw.randrange(5)
    if kind == 0:
        return session.attempt("all outputs", lambda: Model(model.input, [each.output for each in model.layers[1:]]))
    if kind == 1:
        return session.attempt(f"from {shown(one)} to {shown(other)}", lambda: Model(one.output, other.output))
    if kind == 2:
        return session.attempt(f"up to {shown(one)}", lambda: Model(model.inputs, {"a": one.output, "b": model.output}))
    if kind == 3:
        return session.attempt("more behind it", lambda: Model(model.input, layers.Dense(2)(layers.Flatten()(one.output))))
    return session.attempt(f"inputs of {shown(one)}", lambda: Model(one.input, model.output))


def ask(draw, session, model):
    for layer in model.layers[:6]:
        session.attempt(f"about {shown(layer)}", lambda layer=layer: (layer.input, layer.output))
    session.attempt("shapes", lambda: (model.input_shape, model.output_shape, model.input_names, model.output_names))
    shapes = draw.choice((model.input_shape, bad(draw), [(None, 3)], {"a": (None, 3)}, (None,)))
    session.attempt(f"compute_output_shape({shown(shapes)})", lambda: model.compute_output_shape(shapes))
    session.attempt("summary", lambda: model.summary(print_fn=lambda _: None, expand_nested=flag(draw)))
    session.attempt("mermaid", lambda: utils.model_to_mermaid(model))
    x = samples_for(draw, model, 1)
    session.attempt(f"feature_maps({shown(x)})", lambda: visualization.feature_maps(model, x, draw.choice(model.layers)))
    session.attempt("grad_cam", lambda: visualization.grad_cam(model, x, None, draw.choice((None, *model.layers))))


def flow(draw, session, model):
    by_hand.flow_of_files(draw, session)


CALLS = (
    *(fit, fit, fit, evaluate, predict, predict, on_batch, on_batch, differentiate, differentiate, run_batches, run_batches),
    *(compiled, part, part, ask, flow, model_calls.weights, model_calls.save, model_calls.save, model_calls.copied),
    *(model_calls.forged_config, model_calls.compile_again),
)
