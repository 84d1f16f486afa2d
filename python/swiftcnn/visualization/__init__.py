"""Plots of training and of a network's inner values, as matplotlib figures: `pip install 'swiftcnn[plot]'`.

Each `plot_...` function returns its figure. Notebooks display it, and `figure.savefig(...)` saves it.
"""

from ._curves import plot_history
from ._grad_cam import grad_cam, plot_grad_cam
from ._inside import feature_maps, plot_feature_maps, plot_filters
from ._results import plot_confusion_matrix, plot_misclassified

__all__ = [
    "feature_maps",
    "grad_cam",
    "plot_confusion_matrix",
    "plot_feature_maps",
    "plot_filters",
    "plot_grad_cam",
    "plot_history",
    "plot_misclassified",
]
