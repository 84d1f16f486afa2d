"""What scripts ask of Keras's backend before they build a model. Each question has one answer here."""

from __future__ import annotations

from typing import Any

from ._base.tensor_like import Rate
from ._graph.operators import Symbolic
from .utils import clear_session

__all__ = [
    "clear_session",
    "epsilon",
    "floatx",
    "get_value",
    "image_data_format",
    "int_shape",
    "is_keras_tensor",
    "set_floatx",
    "set_image_data_format",
    "set_value",
]


def image_data_format() -> str:
    """ "channels_last": images are (height, width, channels)."""
    return "channels_last"


def set_image_data_format(data_format: str) -> None:
    """Takes what holds anyway, "channels_last".

    Raises:
        ValueError: for any other.
    """
    if data_format != image_data_format():
        raise ValueError(
            f"data_format must be 'channels_last', received {data_format!r}; "
            "move the images' channels to the end: np.moveaxis(images, 1, -1)"
        )


def floatx() -> str:
    """ "float32": what models compute in."""
    return "float32"


def set_floatx(value: str) -> None:
    """Takes what holds anyway, "float32".

    Raises:
        ValueError: for any other.
    """
    if value != floatx():
        raise ValueError(f"models compute in 'float32', received {value!r}; data of other types are converted batch by batch")


def epsilon() -> float:
    """What keeps probabilities from 0 and 1 in the losses' logarithms."""
    return 1e-7


def int_shape(x: Any) -> tuple[int | None, ...]:
    """The shape of a symbolic tensor or of an array, as scripts that build graphs ask for it: `int_shape(x)[-1]` channels."""
    return tuple(x.shape)


def is_keras_tensor(x: Any) -> bool:
    """Whether this is a symbolic tensor: what an `Input` is, and what layers return for one."""
    return isinstance(x, Symbolic)


def get_value(x: Any) -> Any:
    """The numbers of a weight or a learning rate, which are plain here anyway."""
    return x.numpy() if hasattr(x, "numpy") else x


def set_value(x: Any, value: Any) -> None:
    """Sets `model.optimizer.learning_rate`; there is nothing else that scripts set so.

    Raises:
        TypeError: for anything else, such as weights: they are copies.
    """
    if not isinstance(x, Rate):
        raise TypeError(
            f"set_value sets a model.optimizer.learning_rate, received {x!r:.60} (a {type(x).__name__}); "
            "weights are set by layer.set_weights([...])"
        )
    x.assign(value)
