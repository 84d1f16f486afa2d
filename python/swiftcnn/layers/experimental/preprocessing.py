"""Where Keras 2 had Rescaling, Resizing and the random changes of images; all layers are here."""

from __future__ import annotations

from ..._base.user_warnings import warn_user
from .. import *

warn_user("layers.experimental is a name of Keras 2, which newer releases lack: use swiftcnn.layers")
