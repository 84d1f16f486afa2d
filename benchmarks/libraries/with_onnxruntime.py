"""ONNX Runtime."""

import onnxruntime

from benchmarks.libraries import onnx_like
from benchmarks.libraries.onnx_file import onnx_bytes


class Model(onnx_like.Model):
    def __init__(self, network, threads, use):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(onnx_bytes(network), options, providers=["CPUExecutionProvider"])

    def answer(self, x):
        return self.session.run(None, {"images": x})[0]
