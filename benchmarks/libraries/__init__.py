"""One file for each library: it builds a network and does the three kinds of work.

    outputs(x)                         what the network says of these images, for the comparison
    train(x, y, batch)                 seconds of one epoch of training, after an epoch to warm up
    predict(x, batch)                  seconds of asking for all images
    one(image, calls)                  seconds of each single call, at most so many

Images come in height x width x channels; what a library needs otherwise is done before the clock starts.
"""

from importlib import import_module

MODULES = {
    "swiftcnn": "with_swiftcnn",
    "keras": "with_keras",
    "torch": "with_torch",
    "onnxruntime": "with_onnxruntime",
    "openvino": "with_openvino",
}
NEEDS = {
    "swiftcnn": ("swiftcnn",),
    "keras": ("keras", "tensorflow"),
    "torch": ("torch",),
    "onnxruntime": ("onnxruntime", "onnx"),
    "openvino": ("openvino", "onnx"),
}


def library_of(contender):
    """A contender is a library, perhaps with words on how it is used: "torch channels_last" is torch."""
    return contender.split()[0]


def model(contender, network, threads):
    module = import_module(f".{MODULES[library_of(contender)]}", __name__)
    return module.Model(network, threads, contender.removeprefix(library_of(contender)).strip())
