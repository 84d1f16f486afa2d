"""OpenVINO: in float32, or as it is by default, in bfloat16 on processors that have it."""

import numpy as np
import openvino

from benchmarks.clock import now, seconds_of_each
from benchmarks.data import channels_first, channels_last
from benchmarks.libraries.onnx_file import onnx_bytes


class Model:
    def __init__(self, network, threads, use):
        """`use`: "" for float32, or "bfloat16" for the default."""
        options = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        if not use:
            options["INFERENCE_PRECISION_HINT"] = "f32"
        core = openvino.Core()
        self.compiled = core.compile_model(core.read_model(onnx_bytes(network)), "CPU", options)
        self.request = self.compiled.create_infer_request()

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
        return self.request.infer([x], share_inputs=True)[0]
