"""Networks with weights that were trained on ImageNet, for direct use or for transfer learning.

`applications.vgg16` and `applications.vgg19` each contain the network, `preprocess_input` and `decode_predictions`.
"""

import sys

from .._base import missing_names as _missing_names
from . import vgg16, vgg19
from .vgg16 import VGG16
from .vgg19 import VGG19

__all__ = ["VGG16", "VGG19", "vgg16", "vgg19"]

_missing_names.explain(sys.modules[__name__])
