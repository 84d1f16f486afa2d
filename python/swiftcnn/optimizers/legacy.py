"""Where Keras 2 kept its older optimizers, `tf.keras.optimizers.legacy.Adam`: here they are the same as the others."""

from ._classes import SGD, Adadelta, Adagrad, Adam, Adamax, Ftrl, Nadam, RMSprop
from ._optimizer import Optimizer

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]
