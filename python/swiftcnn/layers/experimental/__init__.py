"""Where Keras 2 had the layers of images before they were settled: `layers.experimental.preprocessing`."""

from . import preprocessing

__all__ = ["preprocessing"]
