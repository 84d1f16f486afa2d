"""ONNX Runtime."""

import numpy as np
import onnxruntime

from benchmarks.clock import now, seconds_of_each
from benchmarks.data import channels_first, channels_last
from benchmarks.libraries.onnx_file import onnx_bytes


class Model:
    def __init__(self, network, threads, use):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(onnx_bytes(network), options, providers=["CPUExecutionProvider"])

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

    def answer(self, x):
        return self.session.run(None, {"images": x})[0]
