"""What scripts ask of Keras's backend before they build a model. Each question has one answer here."""

from __future__ import annotations

__all__ = ["clear_session", "epsilon", "floatx", "image_data_format", "set_floatx", "set_image_data_format"]


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


def clear_session() -> None:
    """Does nothing: models share nothing, and what one has goes with it."""
