"""Every class of the library that users derive from, and how a test does so."""

import inspect

from swiftcnn import constraints, layers, losses, metrics, optimizers, regularizers


def _sorted(kinds):
    return sorted({*kinds}, key=lambda kind: (kind.__module__, kind.__name__))


LAYERS = _sorted(layers._KNOWN.values())
LOSSES = _sorted(losses._KNOWN.values())
OPTIMIZERS = _sorted(optimizers._KNOWN.values())
METRICS = _sorted(metrics.CLASSES)
RULES = _sorted([*regularizers._KNOWN.values(), *constraints._KNOWN.values()])

# Good values of arguments that must be given, by their types, and where that is not enough by the class.
VALUES = {"int": 2, "float": 0.5, "Size": 1, "Factor": 0.1, "Axes": 1, "Any": "relu"}
SETTINGS = {
    "GroupNormalization": {"groups": 1},
    "Permute": {"dims": (2, 1, 3)},
    "Reshape": {"target_shape": (-1,)},
}


def needed(kind):
    """Settings with which an object of the class can be made."""
    arguments = inspect.signature(kind).parameters.values()
    must = [each for each in arguments if each.default is each.empty and each.kind is not each.VAR_KEYWORD]
    given = {each.name: VALUES[each.annotation] for each in must if each.annotation in VALUES}
    return {**given, **SETTINGS.get(kind.__name__, {})}


def subclass(kind, **members):
    """A user's class, of a module of the user's."""
    return type("Mine", (kind,), {"__module__": __name__, **members})
