"""The module in which Keras 2 had pooling layers. It contains all layers here."""

from __future__ import annotations

from .._base.user_warnings import warn_user
from . import *

warn_user("layers.pooling is a name of Keras 2, which newer releases lack: use swiftcnn.layers")
