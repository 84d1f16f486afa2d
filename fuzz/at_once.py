"""Calls of one model from several threads."""

import numpy as np

from fuzz import data, model_calls


def threads(draw, session, model):
    """Some of the calls at the same time, each some times, mostly beside a long training."""
    chosen = [draw.choice(AT_ONCE) for _ in range(draw.choice((1, 2, 2)))]
    chosen += [long_fit if draw.chance(0.7) else draw.choice(AT_ONCE)]
    draw.alone = False  # from here on files and weights may change at any time
    session.together([(each.__name__, lambda each=each: _repeated(each, draw, session, model)) for each in chosen])


def _repeated(each, draw, session, model):
    for _ in range(1 if each is long_fit else draw.choice((1, 3, 6))):
        each(draw, session, model)


def long_fit(draw, session, model):
    inputs, _ = data.shapes(model)
    x, y = np.ones((64, *inputs), "f4"), data.targets(draw, model, 64)
    session.attempt(
        "long fit", lambda: model.fit(x, y, batch_size=8, epochs=draw.choice((5, 30)), verbose=0, validation_split=0.2)
    )


AT_ONCE = (
    model_calls.fit,
    model_calls.evaluate,
    model_calls.predict,
    model_calls.on_batch,
    model_calls.compile_again,
    model_calls.weights,
    model_calls.save,
    model_calls.copied,
    model_calls.ask,
    model_calls.grow,
    model_calls.fit_batches,
)
