"""What a model may be trained on: arrays, generators and data sets, that fit it or do not."""

import numpy as np
from swiftcnn import utils

from fuzz import arrays
from fuzz.values import bad
from fuzz.verdict import DeliberateError

SAMPLES = (1, 1, 2, 3, 4, 7, 9)


def shapes(model):
    """(of a sample, of its outputs); something for a model that does not know them yet."""
    try:
        return tuple(size or 3 for size in model.input_shape[1:]), tuple(size or 3 for size in model.output_shape[1:])
    except (AttributeError, ValueError, RuntimeError, TypeError, MemoryError):
        return (4, 4, 1), (3,)


def inputs(draw, model, samples):
    shape = (samples, *shapes(model)[0])
    if draw.spoils():
        shape = arrays.misshapen(draw, shape)
    if draw.spoils(0.2) and 0 < np.prod(shape[1:], dtype=float) < 1000:
        return arrays.cut_file(draw, shape)
    if draw.spoils(0.2) and np.prod(shape[1:], dtype=float) < 1000:
        return arrays.changed_meanwhile(draw, shape)
    return arrays.floats(draw, shape)


def targets(draw, model, samples):
    """What the model's loss wants, or another kind."""
    outputs = shapes(model)[1]
    classes = outputs[-1] if outputs else 1
    sparse = model.compiled and "sparse" in str(model.loss).lower()
    kind = draw.random() if draw.spoils(2) else 0 if sparse else draw.choice((0.5, 1) if len(outputs) == 1 else (1,))
    if draw.spoils():
        samples += 1
    if kind < 0.35:
        return arrays.labels(draw, (samples, *outputs[:-1]), classes)
    if kind < 0.6:
        return arrays.one_hot(draw, samples, classes)
    shape = (samples, *outputs)
    return arrays.floats(draw, arrays.misshapen(draw, shape) if draw.spoils() else shape)


def weights(draw, samples):
    if draw.chance(0.75):
        return None
    if draw.spoils():
        return bad(draw)
    return arrays.floats(draw, (samples,))


def class_weight(draw, model):
    if draw.spoils():
        keys, weights = (0, 1, 2, 3, -1, "0", 2**63, np.int64(1), 0.5), (0, 1, 2.5, -1, np.nan, "1", None)
        return draw.choice((bad(draw), {draw.choice(keys): draw.choice(weights) for _ in range(3)}))
    return None if draw.chance(0.85) else dict.fromkeys(range((shapes(model)[1] or (1,))[-1]), 0.5)


def batch(draw, model):
    samples = draw.choice(SAMPLES)
    pair = inputs(draw, model, samples), targets(draw, model, samples)
    if draw.spoils():
        return draw.choice(
            (pair[0], (pair[0],), (*pair, np.ones(samples)), (*pair, 1, 2), None, (), {"x": 1}, [pair], "ab", (None, None))
        )
    return pair


def generator(draw, model):
    """Batches without an end, or with an early or a violent one."""
    for _ in range(draw.choice((1, 3, 50, 50)) if not draw.spoils() else 0):
        if draw.spoils(0.5):
            raise DeliberateError
        yield batch(draw, model)


class EndsEarlyError(IndexError, DeliberateError):
    """As a sequence says that it has no more."""


class Batches(utils.PyDataset):
    """Some batches with a length, which may lie."""

    def __init__(self, draw, model):
        super().__init__(workers=draw.choice((1, 1, 1, 2)))
        self._length = bad(draw) if draw.spoils() else draw.choice((1, 3, 3)) if not draw.spoils() else 0
        self._draw, self._model = draw, model

    def __len__(self):
        return self._length

    def __getitem__(self, index):
        if self._draw.spoils(0.5):
            raise self._draw.choice((DeliberateError, EndsEarlyError))
        return batch(self._draw, self._model)

    def on_epoch_end(self):
        if self._draw.spoils(0.5):
            raise DeliberateError


def batches(draw, model):
    kind = draw.random()
    if kind < 0.4:
        return generator(draw, model)
    if kind < 0.8:
        return Batches(draw, model)
    return draw.choice((list, tuple, iter))([batch(draw, model) for _ in range(2)])
