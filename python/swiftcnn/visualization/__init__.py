"""Pictures of training and of what a network does, as matplotlib figures: `pip install 'swiftcnn[plot]'`.

Each `plot_...` returns its figure, which notebooks show and `figure.savefig(...)` keeps.
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
