"""How a step changes the weights: `SGD`, `Adam` and its kin, and learning rates that follow `schedules`.

The names of Keras 2 still work, with a warning: `lr=`, `decay=` and `optimizer.lr`.
"""

from . import legacy, schedules
from ._optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Nadam, Optimizer, RMSprop, get

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "get",
    "legacy",
    "schedules",
]
