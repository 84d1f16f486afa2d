"""Where Keras 2 had poolings; all layers are here."""

from __future__ import annotations

from .._base.user_warnings import warn_user
from . import *

warn_user("layers.pooling is a name of Keras 2, which newer releases lack: use swiftcnn.layers")
