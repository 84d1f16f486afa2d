"""What ONNX Runtime and OpenVINO have in common: both read an ONNX model, whose images have the channels first."""

import numpy as np

from benchmarks.clock import now, seconds_of_each
from benchmarks.data import channels_first, channels_last


class Model:
    """Its heirs say how to `answer` an array."""

    def outputs(self, x):
        return channels_last(self.answer(channels_first(x)))

    def predict(self, x, batch):
        batches = np.split(channels_first(x), len(x) // batch)
        start = now()
        np.concatenate([self.answer(part) for part in batches])
        return now() - start

    def one(self, image, calls):
        image = channels_first(image)
        return seconds_of_each(lambda: self.answer(image), calls)
