"""How a step changes the weights: `SGD`, `RMSprop`, `Adam`, `AdamW`, and learning rates that follow `schedules`."""

from . import schedules
from ._optimizers import SGD, Adam, AdamW, Optimizer, RMSprop, get

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop", "get", "schedules"]
