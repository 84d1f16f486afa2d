"""Where Keras 2 had convolutions, and what goes with them; all layers are here."""

from __future__ import annotations

from .._base.user_warnings import warn_user
from . import *

warn_user("layers.convolutional is a name of Keras 2, which newer releases lack: use swiftcnn.layers")
