"""Every class of the library that users derive from, and how a test does so."""

from swiftcnn import constraints, layers, losses, metrics, optimizers, regularizers


def _sorted(kinds):
    return sorted({*kinds}, key=lambda kind: (kind.__module__, kind.__name__))


LAYERS = _sorted(layers._KNOWN.values())
LOSSES = _sorted(losses._KNOWN.values())
OPTIMIZERS = _sorted(optimizers._KNOWN.values())
METRICS = _sorted(metrics.CLASSES)
RULES = _sorted([*regularizers._KNOWN.values(), *constraints._KNOWN.values()])


def subclass(kind, **members):
    """A user's class, of a module of the user's."""
    return type("Mine", (kind,), {"__module__": __name__, **members})
