"""The names by which layers pass activations to the engine. Functions of these names are in `swiftcnn.activations`."""

from __future__ import annotations

from typing import Any

KNOWN = tuple(
    """linear relu softmax sigmoid tanh leaky_relu elu gelu relu6
    silu swish selu celu softplus softsign exponential hard_sigmoid
    hard_silu hard_swish hard_tanh mish log_sigmoid log_softmax""".split()  # noqa: SIM905
)


class NamedFunction:
    """Base of the functions in `swiftcnn.activations`."""

    def __init__(self, name: str) -> None:
        self.__name__ = name


def name_of(identifier: Any) -> str:
    """The activation's name. Accepted are a name, Keras's description of one in a file, None (linear) or a function."""
    if isinstance(identifier, NamedFunction):
        return identifier.__name__
    name = "linear" if identifier is None else identifier
    if isinstance(name, dict):
        name = name.get("config")
    if not isinstance(name, str):
        raise TypeError(
            f"an activation must be a name such as 'relu', one of swiftcnn.activations, or None, received {identifier!r}"
        )
    if name.lower() not in KNOWN:
        raise ValueError(f"unknown activation {name!r}; known: {', '.join(KNOWN)}")
    return name.lower()
