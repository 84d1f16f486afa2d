"""Where Keras 2 kept its older optimizers, `tf.keras.optimizers.legacy.Adam`: here they are the same as the others."""

from ._optimizers import SGD, Adam, Optimizer, RMSprop
from ._rare import Adadelta, Adagrad, Adamax, Ftrl, Nadam

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]
