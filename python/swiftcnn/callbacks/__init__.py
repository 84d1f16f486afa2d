"""Callbacks: `Callback`, the base class, and the built-in callbacks."""

from ._base import Callback, LambdaCallback, Logs
from ._checkpoints import BackupAndRestore, ModelCheckpoint
from ._monitors import EarlyStopping, TerminateOnNaN
from ._progress_logger import ProgbarLogger
from ._rates import LearningRateScheduler, ReduceLROnPlateau
from ._records import CSVLogger, History
from ._tensorboard import TensorBoard

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "Logs",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "TensorBoard",
    "TerminateOnNaN",
]
