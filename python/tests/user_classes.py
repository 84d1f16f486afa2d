"""Every class of the library that users derive from, and how a test does so."""

from swiftcnn import constraints, layers, losses, metrics, optimizers, regularizers


def _sorted(kinds):
    return sorted({*kinds}, key=lambda kind: (kind.__module__, kind.__name__))


LAYERS = _sorted(layers._KNOWN.values())
LOSSES = _sorted(losses._KNOWN.values())
OPTIMIZERS = _sorted(optimizers._KNOWN.values())
METRICS = _sorted(metrics.CLASSES)
RULES = _sorted([*regularizers._KNOWN.values(), *constraints._KNOWN.values()])

# What the constructors of layers need; the others need nothing.
ARGUMENTS = {
    "Activation": ("relu",),
    "AdaptiveAveragePooling2D": (2,),
    "AdaptiveMaxPooling2D": (2,),
    "AlphaDropout": (0.5,),
    "CenterCrop": (2, 2),
    "Conv2D": (2, 1),
    "Conv2DTranspose": (2, 1),
    "SeparableConv2D": (2, 1),
    "DepthwiseConv2D": (1,),
    "Dense": (2,),
    "Dot": (1,),
    "Dropout": (0.5,),
    "SpatialDropout2D": (0.5,),
    "GaussianDropout": (0.5,),
    "GaussianNoise": (0.5,),
    "GroupNormalization": (1,),
    "Permute": ((2, 1, 3),),
    "RepeatVector": (2,),
    "Reshape": ((-1,),),
    "Rescaling": (2.0,),
    "Resizing": (3, 3),
    "RandomBrightness": (0.1,),
    "RandomContrast": (0.1,),
    "RandomCrop": (2, 2),
    "RandomRotation": (0.1,),
    "RandomTranslation": (0.1, 0.1),
    "RandomZoom": (0.1,),
}


def subclass(kind, **members):
    """A user's class, of a module of the user's."""
    return type("Mine", (kind,), {"__module__": __name__, **members})
