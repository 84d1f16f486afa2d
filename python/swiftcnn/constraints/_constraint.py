"""The base class of the constraints."""

from .._base.configurable import Configurable
from .._base.engine_work import OF_CONSTRAINTS


class Constraint(Configurable):
    """Base class of the constraints."""

    _kind = "constraint"
    _engine_computes = OF_CONSTRAINTS
    _abstract = "use one of swiftcnn.constraints, such as MaxNorm"
