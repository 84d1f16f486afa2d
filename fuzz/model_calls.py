"""Calls of a model's methods."""

import copy
import pickle

import numpy as np
from swiftcnn import Input, Model, Sequential, layers, models, utils, visualization

from fuzz import arrays, data, odd_callbacks
from fuzz.choices import compile_settings
from fuzz.networks import any_layer, model_is_small
from fuzz.values import bad, count, flag, of, settings, shown, shown_call

BATCH = of(None, 1, 2, 3, 32, 10**4)  # more than most arrays have, yet no more memory than a case may take
VERBOSE = of(0, 0, 0, 1, 2, "auto")
STEPS = of(None, None, 1, 2)
SUFFIXES = (".safetensors", ".keras", ".h5", ".weights.h5", "", ".json", ".SAFETENSORS", ".h5.keras")
FILES = ("a", "a", "b", "nowhere/a", "ü", "", "a\0", ".", "..", "x" * 300, "\ud800")


def fit(draw, session, model):
    given = settings(draw, {"batch_size": BATCH, "shuffle": flag, "initial_epoch": of(0, 1, 5)})
    given |= settings(draw, {"!validation_split": of(0, 0, 0.3, 0.99), "validation_freq": of(1, 2)})
    given |= {
        "verbose": VERBOSE(draw),
        "epochs": draw.choice((1, 1, 2, 3)) if not draw.spoils() else draw.choice((0, -1, 1.5, None, "3")),
    }
    samples = draw.choice(data.SAMPLES)
    x = given["x"] = data.inputs(draw, model, samples)
    given["y"] = data.targets(draw, model, samples)
    given |= {"sample_weight": data.weights(draw, samples), "class_weight": data.class_weight(draw, model)}
    given |= settings(draw, {"steps_per_epoch": STEPS, "validation_steps": STEPS, "validation_batch_size": BATCH}, 0.15)
    if draw.chance(0.3):
        given["validation_data"] = _validation(draw, model, samples)
    if draw.chance(0.4):
        given["callbacks"] = odd_callbacks.some(draw, session)
    if draw.spoils(0.25) and isinstance(x, np.ndarray) and x.size:
        given |= {"x": arrays.enormous(draw, x), "y": arrays.enormous(draw, np.zeros(1)), "steps_per_epoch": 1}
    session.attempt(shown_call("fit", given), lambda: model.fit(**given))


def _validation(draw, model, samples):
    pair = data.inputs(draw, model, samples), data.targets(draw, model, samples)
    return pair if draw.chance(0.8) else draw.choice(((*pair, np.ones(samples)), pair[0], [*pair], data.batches(draw, model), ()))


def fit_batches(draw, session, model):
    given = settings(draw, {"validation_steps": STEPS, "shuffle": flag}) | {"verbose": 0}
    given |= {"epochs": draw.choice((1, 2)), "steps_per_epoch": draw.choice((1, 2, 3, 5))}
    given["x"] = data.batches(draw, model)
    if draw.chance(0.3):
        given["callbacks"] = odd_callbacks.some(draw, session)
    if draw.chance(0.3):
        given["validation_data"] = data.batches(draw, model)
    if draw.chance(0.2):
        given["class_weight"] = data.class_weight(draw, model)
    method = draw.choice((model.fit, model.fit, model.fit_generator))
    if method == model.fit_generator:
        given["generator"] = given.pop("x")
    session.attempt(shown_call("fit of batches", given), lambda: method(**given))


def evaluate(draw, session, model):
    given = settings(draw, {"batch_size": BATCH, "return_dict": flag})
    samples = draw.choice(data.SAMPLES)
    x = data.inputs(draw, model, samples)
    given |= {"x": x, "y": data.targets(draw, model, samples), "verbose": VERBOSE(draw)}
    given |= {"sample_weight": data.weights(draw, samples), "steps": STEPS(draw)}
    if draw.chance(0.2):
        given["callbacks"] = odd_callbacks.some(draw, session)
    if draw.spoils(0.25) and isinstance(x, np.ndarray) and x.size:
        given |= {"x": arrays.enormous(draw, x), "y": arrays.enormous(draw, np.zeros(1)), "steps": 1, "sample_weight": None}
    session.attempt(shown_call("evaluate", given), lambda: model.evaluate(**given))


def predict(draw, session, model):
    x = data.inputs(draw, model, draw.choice(data.SAMPLES))
    given = settings(draw, {"batch_size": BATCH}) | {"x": x, "verbose": VERBOSE(draw), "steps": STEPS(draw)}
    if draw.chance(0.2):
        given["callbacks"] = odd_callbacks.some(draw, session)
    if draw.spoils(0.25) and isinstance(x, np.ndarray) and x.size:
        given |= {"x": arrays.enormous(draw, x), "steps": draw.choice((1, None))}
    session.attempt(shown_call("predict", given), lambda: model.predict(**given))


def adapt(draw, session, model):
    """The statistics of a layer of the model, or of one by itself, which is then put before the model."""
    found = [layer for layer in model.layers if isinstance(layer, layers.Normalization)]
    layer = found[0] if found else layers.Normalization(draw.choice((-1, -1, None, 1, (1, -1))))
    x = data.inputs(draw, model, 3) if draw.chance(0.7) else data.batches(draw, model)
    x = [x, x] if draw.chance(0.1) else x
    session.attempt(f"adapt({shown(x)})", lambda: layer.adapt(x))
    session.attempt("statistics", lambda: (layer.mean, layer.variance, layer.get_weights()))
    if found:
        return
    before = session.attempt("a model behind it", lambda: Sequential([Input(data.shapes(model)[0]), layer, model]))
    if before is not None:
        session.attempt("predict behind it", lambda: before.predict(data.inputs(draw, model, 2), verbose=0))
    return


def run_batches(draw, session, model):
    source, steps = data.batches(draw, model), draw.choice((1, 2, 3))
    method = draw.choice(("evaluate", "predict", "evaluate_generator", "predict_generator"))
    session.attempt(f"{method}({shown(source)}, steps={steps})", lambda: getattr(model, method)(source, steps=steps, verbose=0))


def on_batch(draw, session, model):
    samples = draw.choice(data.SAMPLES)
    x, y = data.inputs(draw, model, samples), data.targets(draw, model, samples)
    weights, classes = data.weights(draw, samples), data.class_weight(draw, model)
    which = draw.randrange(5)
    if which == 0:
        session.attempt(
            f"train_on_batch({shown(x)}, {shown(y)}, {shown(weights)}, {shown(classes)})",
            lambda: model.train_on_batch(x, y, weights, classes),
        )
    elif which == 1:
        session.attempt(f"test_on_batch({shown(x)}, {shown(y)}, {shown(weights)})", lambda: model.test_on_batch(x, y, weights))
    elif which == 2:
        session.attempt(f"predict_on_batch({shown(x)})", lambda: model.predict_on_batch(x))
    elif which == 3:
        training = draw.choice((None, True, False, "yes"))
        session.attempt(f"model({shown(x)}, training={training!r})", lambda: model(x, training=training))
    else:
        session.attempt(f"compute_gradients({shown(x)}, {shown(y)})", lambda: model.compute_gradients(x, y, weights, flag(draw)))


def compile_again(draw, session, model):
    given = compile_settings(draw)
    session.attempt(shown_call("compile", given), lambda: model.compile(**given))


def grow(draw, session, model):
    if not isinstance(model, Sequential):
        return None
    new = any_layer(draw, session) if draw.chance(0.9) else bad(draw)
    if draw.chance(0.4):
        session.attempt("pop", model.pop)
    if new is not None:
        session.attempt(f"add({shown(new)})", lambda: model.add(new))
    if draw.chance(0.2):
        shape = draw.choice(((None, 4, 4, 1), (4,), bad(draw), None, (None, None), [2, "a"]))
        session.attempt(f"build({shown(shape)})", lambda: model.build(shape))
    return None if model_is_small(session, model) else Sequential()


def weights(draw, session, model):
    weights = session.attempt("get_weights", model.get_weights)
    if not weights:
        return
    changed = [array if not draw.spoils() else arrays.floats(draw, np.shape(array)) for array in weights]
    if draw.spoils():
        changed = draw.choice((changed[:-1], changed + changed[:1], changed[::-1], bad(draw), np.array(changed[0])))
    session.attempt(f"set_weights({shown(changed)})", lambda: model.set_weights(changed))
    item = draw.choice([*model.layers, model])
    session.attempt("layer.set_weights", lambda: item.set_weights(item.get_weights() if draw.chance(0.7) else changed))
    session.attempt("variables", lambda: [variable.name for variable in model.variables])
    if draw.chance(0.3):
        value = draw.choice((True, False, None, "no", 0, np.bool_(False), []))
        session.attempt(f"trainable = {value!r}", lambda: setattr(draw.choice((item, model)), "trainable", value))


def save(draw, session, model):
    path = draw.choice(FILES[:2]) + draw.choice(SUFFIXES[:4])
    if draw.spoils(3):
        path = draw.choice((draw.choice(FILES) + draw.choice(SUFFIXES), bad(draw)))
    if draw.chance(0.5):
        given = settings(draw, {"overwrite": of(True, True, False), "include_optimizer": of(True)}, 0.15)
        saved = session.attempt(shown_call(f"save({shown(path)})", given), lambda: model.save(path, **given) or True)
        return _loaded(draw, session, path, saved and model)
    session.attempt(f"save_weights({shown(path)})", lambda: model.save_weights(path))
    given = {key: True for key in ("skip_mismatch", "by_name") if draw.chance(0.1)}
    session.attempt(f"load_weights({shown(path)})", lambda: model.load_weights(path, **given))
    return None


def _loaded(draw, session, path, original):
    """What is in a file; it has to be as the original, if there is one that was just written there."""
    loaded = session.attempt(f"load_model({shown(path)})", lambda: models.load_model(path, compile=flag(draw)))
    if original and draw.alone and not str(path).endswith(".weights.h5"):
        before = session.attempt("get_weights", original.get_weights)
        after = [] if loaded is None else loaded.get_weights()
        has_copies = len(after) > len(before)  # in Keras's files a layer that lies in several models has one in each
        if loaded is None:
            session.fails("saved what cannot be loaded", "load_model", shown(path))
        elif not has_copies and not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after, strict=True)):
            session.fails("loaded other weights than were saved", "load_model", shown(path))
    return loaded


def copied(draw, session, model):
    kind = draw.randrange(6)
    if kind == 0:
        return session.attempt("clone_model", lambda: models.clone_model(model))
    if kind == 1:
        return session.attempt("pickle", lambda: pickle.loads(pickle.dumps(model)))
    if kind == 2:
        return session.attempt("deepcopy", lambda: copy.deepcopy(model))
    if kind == 3:
        return session.attempt("to_json", lambda: models.model_from_json(model.to_json()))
    if kind == 4:
        return session.attempt("from_config", lambda: type(model).from_config(model.get_config()))
    return session.attempt(
        "inner model", lambda: Sequential([model, *[each for each in [any_layer(draw, session)] if each is not None]])
    )


def part(draw, session, model):
    """A model of some of the layers, which shares their weights."""
    if draw.chance(0.3):
        layer = draw.choice([*model.layers, None])
        return session.attempt(f"Model up to {shown(layer)}", lambda: Model(model.input, layer and layer.output))
    if draw.chance(0.3):
        return session.attempt("Sequential of the first layers", lambda: Sequential(model.layers[: draw.randint(0, 3)]))
    shape = draw.choice(((4,), (4, 4, 1), (None, None, 3), bad(draw)))
    return session.attempt(f"Model around the model, {shown(shape)}", lambda: _around(shape, model))


def _around(shape, model):
    inputs = Input(shape)
    return Model(inputs, model(inputs))


SUMMARY = {
    "line_length": of(None, 20, 0, 200),
    "positions": of(None, [0.5, 0.8, 1.0], [1], [0, 0, 0]),
    "expand_nested": flag,
    "show_trainable": flag,
}


def ask(draw, session, model):
    given = settings(draw, SUMMARY)
    session.attempt(shown_call("summary", given), lambda: model.summary(print_fn=lambda _: None, **given))
    size = bad(draw) if draw.chance(0.3) else count(draw)
    session.attempt(f"plan_info({shown(size)})", lambda: model.plan_info(size))
    index = draw.choice((0, -1, 100, None, "a", 2**63, 1.5)) if draw.spoils(3) else draw.choice((0, -1))
    session.attempt(f"get_layer(index={index!r})", lambda: model.get_layer(index=index))
    session.attempt("get_layer(name)", lambda: model.get_layer("dense"))
    session.attempt("repr", lambda: (repr(model), model._repr_html_()))
    session.attempt("properties", lambda: (model.input, model.output, model.metrics_names, model.count_params(), model.inputs))
    session.attempt("configurations", lambda: [type(each).from_config(each.get_config()) for each in model.layers])
    if draw.chance(0.1):  # it takes a hundred times as long as the rest
        given = settings(draw, {"show_shapes": flag, "dpi": count})
        session.attempt("model_to_dot", lambda: utils.model_to_dot(model, **given))


def look_inside(draw, session, model):
    x, layer = data.inputs(draw, model, 1), draw.choice([*model.layers, 0, -1, "dense", bad(draw)])
    session.attempt(f"feature_maps({shown(layer)})", lambda: visualization.feature_maps(model, x, layer))
    session.attempt(
        f"grad_cam({shown(layer)})", lambda: visualization.grad_cam(model, x, draw.choice((None, 0, bad(draw))), layer)
    )
    if isinstance(model, Sequential):
        session.attempt("predict_classes", lambda: model.predict_classes(x))


def forged_config(draw, session, model):
    config = session.attempt("get_config", model.get_config)
    if isinstance(config, dict) and config:
        target = config
        if draw.chance(0.7) and isinstance(config.get("layers"), list) and config["layers"]:
            target = draw.choice(config["layers"])
            target = target.get("config", target) if draw.chance(0.7) and isinstance(target, dict) else target
        if isinstance(target, dict) and target:
            target[draw.choice(sorted(target))] = bad(draw)
        made = session.attempt(f"from_config({shown(target)})", lambda: type(model).from_config(config))
        return made if made is not None and model_is_small(session, made) else None
    return None
