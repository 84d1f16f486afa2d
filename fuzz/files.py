"""One damaged file, and what a user does with it."""

import json
import os
import pathlib

import numpy as np
from swiftcnn import callbacks, datasets, models

from fuzz import containers, image_files, samples
from fuzz.calls import start_anew
from fuzz.damage import harmed_bytes
from fuzz.networks import model_is_small

SAMPLES = 2


def run(draw, session):
    start_anew(draw)
    draw.choice(CASES)(draw, session)


def _model_file(draw, session):
    name = draw.choice(samples.MODELS)
    if name.endswith(".json"):
        text = containers.harmed(draw, name, samples.content(name)).decode("utf-8", "replace")
        use(draw, session, session.attempt(f"model_from_json of {name}", lambda: models.model_from_json(text)))
        return
    path = samples.write(f"damaged-{name}", containers.harmed(draw, name, samples.content(name)))
    use(draw, session, session.attempt(f"load_model({name})", lambda: models.load_model(path), named=os.path.basename(path)))
    if draw.chance(0.2):
        _into_a_model(draw, session, name, path)


def _weights_file(draw, session):
    name = draw.choice(samples.WEIGHTS)
    _into_a_model(draw, session, name, samples.write(f"damaged-{name}", containers.harmed(draw, name, samples.content(name))))


def _into_a_model(draw, session, name, path):
    """Weights that are refused must leave the model as it was."""
    original = name if name in ("line.weights.h5", "by_keras2.weights.h5") else None
    model = samples.small() if original is None else models.load_model(samples.GOLDEN / original.replace(".weights.h5", ".keras"))
    before, arguments = model.get_weights(), {"skip_mismatch": draw.chance(0.2), "by_name": draw.chance(0.2)}
    done = session.attempt(
        f"load_weights({name})", lambda: model.load_weights(path, **arguments) or True, named=os.path.basename(path)
    )
    after = model.get_weights()
    if done is None and any(not np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after, strict=True)):
        session.fails("changed the model though it refused the file", "load_weights", name)
    use(draw, session, model)


def use(draw, session, model):
    """A prediction and a step of training with whatever was loaded."""
    if model is None or not model_is_small(session, model):
        return
    session.attempt("summary", lambda: model.summary(print_fn=lambda _: None))
    shape = session.attempt("input_shape", lambda: model.input_shape)
    if shape is None or np.prod([size or 2 for size in shape], dtype=float) > 1e6:
        return
    x = np.ones((SAMPLES, *(size or 2 for size in shape[1:])), "f4")
    outputs = session.attempt("predict", lambda: model.predict(x, verbose=0))
    if model.compiled and outputs is not None:
        y = np.zeros(SAMPLES) if "sparse" in str(model.loss).lower() else np.zeros(outputs.shape)
        session.attempt("train_on_batch", lambda: model.train_on_batch(x, y))
        session.attempt("fit", lambda: model.fit(x, y, epochs=1, verbose=0))
    if draw.chance(0.3):
        name = draw.choice(("again.safetensors", "again.keras", "again.h5"))
        session.attempt(f"save({name})", lambda: model.save(name))
        session.attempt("load again", lambda: models.load_model(name))


def _backup(draw, session):
    """A training that was interrupted goes on from a damaged backup."""
    x, y = np.ones((4, 6, 6, 1), "f4"), np.zeros(4)
    stop = callbacks.LambdaCallback(on_epoch_end=_interrupt_second)
    backup = [callbacks.BackupAndRestore("backup"), stop]
    session.attempt("interrupted fit", lambda: samples.small().fit(x, y, epochs=3, verbose=0, callbacks=backup))
    for path in [path for path in pathlib.Path("backup").rglob("*") if path.is_file()]:
        path.write_bytes(containers.harmed(draw, path.name, path.read_bytes()))
    session.attempt("fit goes on", lambda: samples.small().fit(x, y, epochs=3, verbose=0, callbacks=backup[:1]))


def _interrupt_second(epoch, logs):
    if epoch == 1:
        raise KeyboardInterrupt


def _long_line(draw, session):
    """A small file of many layers."""
    many = [{"class": draw.choice(("ReLU", "Dropout")), "name": f"a{index}", "config": {}} for index in range(5000)]
    for each in many:
        each["config"] = {"rate": 0.1} if each["class"] == "Dropout" else {}
    config = json.loads(samples.content("own.json")) | {"layers": many}
    session.attempt("model_from_json of 5,000 layers", lambda: models.model_from_json(json.dumps(config)))


def _dataset(draw, session):
    name = draw.choice(samples.DATASETS)
    if name.startswith("idx"):
        parts = samples.idx_parts(name.endswith(".gz"))
        chosen = draw.choice(sorted(parts))
        for each, data in parts.items():
            samples.write(f"digits/{each}", harmed_bytes(draw, data) if each == chosen else data)
        path = "digits"
    else:
        parts = samples.npz_parts()
        chosen = draw.choice(sorted(parts))
        if draw.chance(0.7):
            parts[chosen] = draw.choice((containers.npy, harmed_bytes))(draw, parts[chosen])
        path = samples.write("mnist.npz", containers.zipped(draw, parts))
    module = datasets.mnist if "cifar" not in name else datasets.cifar10
    session.attempt(f"load_data of {name}", lambda: module.load_data(path))


CASES = (*(_model_file,) * 30, *(_weights_file,) * 12, *(_dataset,) * 8, *(_backup,) * 4, _long_line)
CASES += (*(image_files.image,) * 12, *(image_files.folder,) * 8)
