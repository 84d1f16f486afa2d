"""The base class of the regularizers."""

from .._base.configurable import Configurable
from .._base.engine_work import OF_REGULARIZERS


class Regularizer(Configurable):
    """Base class of the regularizers."""

    _kind = "regularizer"
    _engine_computes = OF_REGULARIZERS
    _abstract = "use L1, L2 or L1L2 of swiftcnn.regularizers"
