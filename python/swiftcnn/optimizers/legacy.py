"""The module of Keras 2's older optimizers, `tf.keras.optimizers.legacy.Adam`. Here they are the same as the current ones."""

from ._classes import SGD, Adadelta, Adagrad, Adam, Adamax, Ftrl, Nadam, RMSprop
from ._optimizer import Optimizer

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]
