"""The module in which Keras 2 had LeakyReLU, PReLU and ELU. It contains all layers here."""

from __future__ import annotations

from .._base.user_warnings import warn_user
from . import *

warn_user("layers.advanced_activations is a name of Keras 2, which newer releases lack: use swiftcnn.layers")
