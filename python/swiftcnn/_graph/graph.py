"""Graphs of layers: the calls between a model's inputs and its outputs, in Keras's order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .input_layer import InputLayer
from .symbolic_tensor import Node, SymbolicTensor, input_symbol


class Graph:
    """The calls that lead from some symbolic tensors to others.

    Args:
        inputs: where the graph begins. A tensor that is no `Input` is replaced by a new one; the calls after it are copied.
        outputs: where the graph ends.
    """

    def __init__(self, inputs: Sequence[SymbolicTensor], outputs: Sequence[SymbolicTensor]) -> None:
        starts = {symbol: symbol if symbol.node.is_input else input_symbol(InputLayer(symbol.sample_shape)) for symbol in inputs}
        if len(starts) < len(inputs):
            raise ValueError(f"each input must be given once, received {inputs!r}")
        found = _nodes_between(starts, outputs)
        self.inputs = [starts[symbol] for symbol in inputs]
        if any(start is not symbol for symbol, start in starts.items()):
            found, outputs = _moved(found, starts, outputs)
        self.outputs = list(outputs)
        self.nodes = sorted(found, key=lambda node: node.number)  # in call order
        self.items = _in_order(found, self.inputs, self.outputs)

    def calls(self, item: Any) -> list[Node]:
        """The calls of a layer or a model in this graph."""
        return [node for node in self.nodes if node.item is item]


def _nodes_between(starts: Iterable[SymbolicTensor], outputs: Sequence[SymbolicTensor]) -> list[Node]:
    """The calls between the starts and the outputs, in depth-first order: each call follows the calls that it reads."""
    known, found, done = set(starts), [], set()
    for output in outputs:
        waiting = [output]
        while waiting:
            symbol = waiting[-1]
            if symbol in known or id(symbol.node) in done:
                waiting.pop()
                continue
            if symbol.node.is_input:
                names = ", ".join(repr(each.name) for each in known)
                raise ValueError(
                    f"the outputs must lie behind the inputs: output {output!r} needs the input {symbol.name!r}, and the inputs "
                    f"are {names}"
                )
            missing = [each for each in symbol.node.inputs if each not in known and id(each.node) not in done]
            if missing:
                waiting.append(missing[0])
                continue
            waiting.pop()
            done.add(id(symbol.node))
            found.append(symbol.node)
    if not found:
        raise ValueError(f"the outputs must lie behind the inputs, received outputs {list(outputs)!r}, without a layer between")
    return found


def _moved(
    nodes: Sequence[Node], starts: dict[SymbolicTensor, SymbolicTensor], outputs: Sequence[SymbolicTensor]
) -> tuple[list[Node], list[SymbolicTensor]]:
    """The same calls on other inputs."""
    twins = dict(starts)
    moved = []
    for node in sorted(nodes, key=lambda node: node.number):
        twin = Node(node.item, [twins[each] for each in node.inputs], node.shapes)
        moved.append(twin)
        twins.update(zip(node.outputs, twin.outputs, strict=True))
    numbers = {id(node): place for place, node in enumerate(sorted(nodes, key=lambda node: node.number))}
    return [moved[numbers[id(node)]] for node in nodes], [twins[each] for each in outputs]


def _in_order(nodes: Sequence[Node], inputs: Sequence[SymbolicTensor], outputs: Sequence[SymbolicTensor]) -> list[Any]:
    """The layers and models in Keras's order: those farthest from the outputs first. At equal distance, the search order decides.

    `nodes` are in depth-first order.
    """
    places = _places(outputs)
    depths: dict[int, int] = {}  # depth of each call
    of_items: dict[int, int] = {}
    for node in reversed([*_input_nodes(nodes), *nodes]):
        key = _key(node)
        depth = max(depths.get(key, 0), of_items.get(id(node.item), 0))
        depths[key] = of_items[id(node.item)] = depth
        for each in node.inputs:
            depths[_key(each.node)] = max(depths.get(_key(each.node), 0), depth + 1)
    items = {id(node.item): node.item for node in [*nodes, *(symbol.node for symbol in inputs)]}
    items.update((id(each.node.item), each.node.item) for node in nodes for each in node.inputs)
    return sorted(items.values(), key=lambda item: (-of_items.get(id(item), 0), places.get(id(item), -1)))


def _key(node: Node) -> int:
    return id(node.item) if node.is_input else id(node)


def _input_nodes(nodes: Sequence[Node]) -> list[Node]:
    """The inputs that the calls read, each once."""
    found = {_key(each.node): each.node for node in nodes for each in node.inputs if each.node.is_input}
    return list(found.values())


def _places(outputs: Sequence[SymbolicTensor]) -> dict[int, int]:
    """The order in which a search from the outputs reaches each item; it visits each call's first input first."""
    places: dict[int, int] = {}
    seen = set()
    for output in outputs:
        waiting = [output.node]
        while waiting:
            node = waiting.pop()
            if _key(node) in seen:
                continue
            seen.add(_key(node))
            places.setdefault(id(node.item), len(places))
            waiting.extend(each.node for each in reversed(node.inputs))
    return places
