"""Where Keras 2 kept its older optimizers, `tf.keras.optimizers.legacy.Adam`: here they are the same as the others."""

from ._optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, Nadam, Optimizer, RMSprop

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "Optimizer", "RMSprop"]
