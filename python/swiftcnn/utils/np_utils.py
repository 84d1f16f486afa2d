"""The module in which Keras 2 had `to_categorical`."""

from __future__ import annotations

from .._base.user_warnings import warn_user
from . import to_categorical

__all__ = ["to_categorical"]

warn_user("np_utils is a name of Keras 2, which newer releases lack: use swiftcnn.utils.to_categorical")
