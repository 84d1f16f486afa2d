"""OpenVINO: in float32, or as it is by default, in bfloat16 on processors that have it."""

import openvino

from benchmarks.libraries import onnx_like
from benchmarks.libraries.onnx_file import onnx_bytes


class Model(onnx_like.Model):
    def __init__(self, network, threads, use):
        """`use`: "" for float32, or "bfloat16" for the default."""
        options = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        if not use:
            options["INFERENCE_PRECISION_HINT"] = "f32"
        core = openvino.Core()
        self.compiled = core.compile_model(core.read_model(onnx_bytes(network)), "CPU", options)
        self.request = self.compiled.create_infer_request()

    def answer(self, x):
        return self.request.infer([x], share_inputs=True)[0]
