"""A network as an ONNX model, for ONNX Runtime and OpenVINO."""

from onnx import TensorProto, helper, numpy_helper

from benchmarks import networks

OPSET, IR_VERSION = 17, 9


def onnx_bytes(network):
    graph = Graph(network.input_shape)
    flattened = None
    for (layer, shape, _), arrays in zip(networks.shapes(network), networks.weights(network), strict=True):
        flattened = shape if isinstance(layer, networks.Flatten) else flattened
        add_layer(graph, layer, shape, arrays, flattened)
        flattened = None if isinstance(layer, networks.Dense) else flattened
    return graph.model_bytes()


class Graph:
    """A line of nodes, each reading what the one before it made."""

    def __init__(self, shape):
        first = (shape[2], *shape[:2]) if len(shape) == 3 else shape
        self.input = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", *first])
        self.last, self.nodes, self.constants = "images", [], []

    def add(self, operation, *arrays, **attributes):
        names = [f"{len(self.nodes)}.{i}" for i in range(len(arrays))]
        self.constants += [numpy_helper.from_array(array, name) for array, name in zip(arrays, names, strict=True)]
        made = f"{operation}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, [self.last, *names], [made], **attributes))
        self.last = made

    def model_bytes(self):
        output = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "network", [self.input], [output], self.constants)
        opsets = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString()


def add_layer(graph, layer, shape, arrays, flattened):
    match layer:
        case networks.Conv():
            kernel, bias = arrays
            pads = [networks.same_padding(size, layer) for size in shape[:2]]
            graph.add("Conv", kernel.transpose(3, 2, 0, 1).copy(), bias, strides=[layer.stride] * 2,
                      pads=[before for before, _ in pads] + [after for _, after in pads])  # fmt: skip
            graph.add("Relu")
        case networks.MaxPool():
            graph.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
        case networks.BatchNorm():
            graph.add("BatchNormalization", *arrays, epsilon=1e-3)
        case networks.Flatten():
            graph.add("Flatten")
        case networks.Dense(_, activation):
            kernel, bias = arrays
            graph.add("Gemm", kernel if flattened is None else reordered(kernel, flattened), bias)
            graph.add("Relu") if activation == "relu" else graph.add("Softmax", axis=-1)


def reordered(kernel, flattened):
    """The rows of a dense kernel behind a Flatten of `flattened`, which in ONNX has the channels first."""
    rows = kernel.reshape(*flattened, -1)
    return rows.transpose(2, 0, 1, 3).reshape(kernel.shape).copy()
