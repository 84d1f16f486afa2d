"""Functions of Keras's backend that scripts call before they build a model. Each has one fixed answer here."""

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
    """Accepts "channels_last", the only format.

    Raises:
        ValueError: for any other.
    """
    if data_format != image_data_format():
        raise ValueError(
            f"data_format must be 'channels_last', received {data_format!r}; "
            "move the images' channels to the end: np.moveaxis(images, 1, -1)"
        )


def floatx() -> str:
    """ "float32": the dtype in which models compute."""
    return "float32"


def set_floatx(value: str) -> None:
    """Accepts "float32", the only dtype.

    Raises:
        ValueError: for any other.
    """
    if value != floatx():
        raise ValueError(f"models compute in 'float32', received {value!r}; data of other types are converted batch by batch")


def epsilon() -> float:
    """The distance that the losses keep probabilities from 0 and 1, before they take the logarithm."""
    return 1e-7


def int_shape(x: Any) -> tuple[int | None, ...]:
    """The shape of a symbolic tensor or of an array. In scripts that build graphs, `int_shape(x)[-1]` is the channel count."""
    return tuple(x.shape)


def is_keras_tensor(x: Any) -> bool:
    """Whether this is a symbolic tensor: an `Input`, or the result of a layer's call on one."""
    return isinstance(x, Symbolic)


def get_value(x: Any) -> Any:
    """Returns the value of a weight or a learning rate, which is already an array or a number here."""
    return x.numpy() if hasattr(x, "numpy") else x


def set_value(x: Any, value: Any) -> None:
    """Sets `model.optimizer.learning_rate`, the only variable that this function supports.

    Raises:
        TypeError: for anything else, such as weights: they are copies.
    """
    if not isinstance(x, Rate):
        raise TypeError(
            f"set_value sets a model.optimizer.learning_rate, received {x!r:.60} (a {type(x).__name__}); "
            "weights are set by layer.set_weights([...])"
        )
    x.assign(value)
