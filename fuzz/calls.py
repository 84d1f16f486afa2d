"""A random model and some random calls with it."""

import os

import numpy as np
import swiftcnn
from swiftcnn import backend, layers, utils

from fuzz import at_once, by_hand, model_calls
from fuzz.cases import CALLS_PER_CASE
from fuzz.choices import compile_settings
from fuzz.networks import network, plain
from fuzz.values import shown_call


def run(draw, session):
    start_anew(draw)
    if draw.chance(0.12):
        for _ in range(CALLS_PER_CASE):
            by_hand.call(draw, session)
        return
    model = plain(draw) if draw.chance(0.15) else network(draw, session)
    given = compile_settings(draw)
    session.attempt(shown_call("compile", given), lambda: model.compile(**given))
    for _ in range(CALLS_PER_CASE):
        make_ready(draw, session, model)
        model = draw.choice(CALLS)(draw, session, model) or model


def make_ready(draw, session, model):
    """Most calls want a model with layers that is compiled."""
    if draw.chance(0.07):
        return
    if not model.layers:
        model.add(layers.Dense(3))
    if not model.compiled:
        session.attempt("compile plainly", lambda: compile_plainly(draw, model))


def compile_plainly(draw, model):
    several = model.built and len(model.output_names) > 1  # then there would have to be metrics for each
    model.compile(draw.choice(("adam", "sgd")), "mse", metrics=None if several else ["mae"])


def start_anew(draw):
    """Nothing that a case before this one set may be seen here."""
    backend.set_floatx("float32")
    backend.set_image_data_format("channels_last")
    swiftcnn.set_num_threads(2)
    utils.set_random_seed(draw.getrandbits(31))
    np.seterr(all="ignore")
    os.environ.pop("SWIFTCNN_DATA", None)


CALLS = (
    *(model_calls.fit,) * 4,
    *(model_calls.evaluate,) * 2,
    *(model_calls.predict,) * 2,
    *(model_calls.on_batch,) * 3,
    model_calls.fit_batches,
    model_calls.fit_batches,
    model_calls.adapt,
    model_calls.run_batches,
    model_calls.compile_again,
    model_calls.grow,
    model_calls.weights,
    model_calls.save,
    model_calls.save,
    model_calls.copied,
    model_calls.part,
    model_calls.ask,
    model_calls.look_inside,
    model_calls.forged_config,
    at_once.threads,
    at_once.threads,
)
