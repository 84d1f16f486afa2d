"""PyTorch, in its own layout (NCHW) or channels_last; the faster of the two counts."""

import torch
from torch import nn

from benchmarks import networks
from benchmarks.clock import now, seconds, seconds_of_each
from benchmarks.data import channels_first, channels_last


class Model:
    def __init__(self, network, threads, use):
        """`use`: "", or "channels_last"."""
        torch.set_num_threads(threads)
        self.layout = torch.channels_last if use else torch.contiguous_format
        self.module = module(network).to(memory_format=self.layout)
        self.optimizer = torch.optim.Adam(self.module.parameters(), eps=1e-7, fused=True)
        self.ends_in_softmax = isinstance(network.layers[-1], networks.Dense)

    def outputs(self, x):
        return channels_last(self.answer(self.tensor(x)).numpy())

    def train(self, x, y, batch):
        images, labels = self.tensor(x), torch.from_numpy(y)
        self.epoch(images, labels, batch)
        return seconds(lambda: self.epoch(images, labels, batch))

    def epoch(self, images, labels, batch):
        """The loop of PyTorch's tutorials, with the running loss and accuracy that `fit` reports."""
        self.module.train()
        loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        order = torch.randperm(len(images))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            x, y = images[chosen].contiguous(memory_format=self.layout_of(images)), labels[chosen]
            logits = self.module(x)
            loss = nn.functional.cross_entropy(logits, y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            loss_sum += loss.detach() * len(y)
            correct += (logits.detach().argmax(1) == y).sum()
        return loss_sum.item() / len(order), correct.item() / len(order)

    def predict(self, x, batch):
        batches = self.tensor(x).split(batch)
        start = now()
        answers = [self.answer(part) for part in batches]
        torch.cat(answers)
        return now() - start

    def one(self, image, calls):
        tensor = self.tensor(image)
        return seconds_of_each(lambda: self.answer(tensor), calls)

    def answer(self, x):
        self.module.eval()
        with torch.inference_mode():
            y = self.module(x)
            return y.softmax(1) if self.ends_in_softmax else y

    def tensor(self, x):
        tensor = torch.from_numpy(channels_first(x))
        return tensor.contiguous(memory_format=self.layout_of(tensor))

    def layout_of(self, tensor):
        return self.layout if tensor.ndim == 4 else torch.contiguous_format


def module(network):
    """The network up to the last layer's softmax, which PyTorch puts into the loss."""
    layers, flattened = [], None
    for (layer, shape, _), arrays in zip(networks.shapes(network), networks.weights(network), strict=True):
        flattened = shape if isinstance(layer, networks.Flatten) else flattened
        layers += same_layers(layer, shape, [torch.from_numpy(array) for array in arrays], flattened)
        flattened = None if isinstance(layer, networks.Dense) else flattened
    return nn.Sequential(*layers)


def same_layers(layer, shape, arrays, flattened):
    match layer:
        case networks.Residual():
            return [Residual(layer, shape, arrays)]
        case networks.Conv():
            return [*convolution(layer, shape, *arrays), *([nn.ReLU()] if layer.activation else [])]
        case networks.MaxPool():
            return [nn.MaxPool2d(2)]
        case networks.BatchNorm():
            return [nn.BatchNorm2d(shape[2], eps=1e-3, momentum=0.01)]
        case networks.Relu():
            return [nn.ReLU()]
        case networks.GlobalAveragePool():
            return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        case networks.Dropout(rate):
            return [nn.Dropout(rate)]
        case networks.Flatten():
            return [nn.Flatten()]
        case networks.Dense(_, activation):
            return [dense(*arrays, flattened)] + ([nn.ReLU()] if activation == "relu" else [])


class Residual(nn.Module):
    def __init__(self, block, shape, arrays):
        super().__init__()
        self.body, self.shortcut = (
            nn.Sequential(*branch_of(branch, shape, arrays)) for branch in (block.body, block.shortcut(shape))
        )

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def branch_of(layers, shape, arrays):
    """Takes its weights from the front of `arrays`."""
    made = []
    for layer, size, _ in networks.shapes_of(layers, shape):
        count = len(networks.weight_shapes(layer, size))
        made += same_layers(layer, size, arrays[:count], None)
        del arrays[:count]
    return made


def convolution(layer, shape, kernel, bias):
    (top, bottom), (left, right) = (networks.same_padding(size, layer) for size in shape[:2])
    is_even = top == bottom and left == right
    made = nn.Conv2d(shape[2], layer.filters, layer.kernel, layer.stride, (top, left) if is_even else 0)
    made.weight.data, made.bias.data = kernel.permute(3, 2, 0, 1).contiguous(), bias
    return [made] if is_even else [nn.ZeroPad2d((left, right, top, bottom)), made]


def dense(kernel, bias, flattened):
    """`flattened`: the shape before a Flatten just before; PyTorch's has the channels first."""
    if flattened is not None:
        kernel = kernel.reshape(*flattened, -1).permute(2, 0, 1, 3).reshape(kernel.shape)
    made = nn.Linear(*kernel.shape)
    made.weight.data, made.bias.data = kernel.T.contiguous(), bias
    return made
