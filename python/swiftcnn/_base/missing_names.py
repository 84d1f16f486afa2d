"""Error messages for names that this library lacks: whether Keras has the name, and which similar name exists."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from .engine_work import BUILT_IN_LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

# Layers of Keras 3.15 that this library lacks, except those whose names end in 1D or 3D.
_KERAS_LAYERS = frozenset(
    """AdditiveAttention Attention AugMix AutoContrast Bidirectional CategoryEncoding
    ContrastLimitedAdaptiveHistogramEqualization ConvLSTM2D CutMix Discretization EinsumDense Embedding Equalization
    FlaxLayer GRU GRUCell GroupQueryAttention HashedCrossing Hashing InputSpec IntegerLookup JaxLayer LSTM LSTMCell
    Lambda Masking MaxNumBoundingBoxes MelSpectrogram MixUp MultiHeadAttention Pipeline RMSNormalization RNN RandAugment
    RandomColorDegeneration RandomColorJitter RandomElasticTransform RandomErasing RandomGaussianBlur RandomGrayscale
    RandomHue RandomInvert RandomPerspective RandomPosterization RandomSaturation RandomSharpness RandomShear
    ReversibleEmbedding STFTSpectrogram SimpleRNN SimpleRNNCell Solarization SpectralNormalization StackedRNNCells
    StringLookup TFSMLayer TextVectorization TimeDistributed TorchModuleWrapper Wrapper""".split()  # noqa: SIM905
)
_KERAS_MODULES = frozenset(("config", "distribution", "mixed_precision", "ops", "quantizers", "tree", "wrappers"))


def message(module: ModuleType, name: str) -> str:
    """The error message for a name that is not in a module."""
    start = f"module {module.__name__!r} has no attribute {name!r}"
    if name.startswith("_"):  # mostly Python's own, which it looks up in many objects
        return start
    known = _public(module)
    if module.__name__.endswith(".layers") and _is_layer_of_keras(name, known):
        return f"{start}, which Keras has: {BUILT_IN_LAYERS}, for images, without sequences or code of your own"
    close = closest(name, known)
    return f"{start}: did you mean {close}?" if close else f"{start}; it has: {', '.join(known)}"


def explain(*modules: ModuleType) -> None:
    """Makes the modules raise this error for names that they lack."""
    for module in modules:
        vars(module)["__getattr__"] = partial(_raise, module)


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name of which a name is probably a misspelling, if there is one."""
    import difflib  # here, so that importing swiftcnn stays quick

    by_lowercase = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), by_lowercase, 1, 0.75)
    return by_lowercase[found[0]] if found else None


def _raise(module: ModuleType, name: str) -> Any:
    raise AttributeError(message(module, name))


def _is_layer_of_keras(name: str, known: Iterable[str]) -> bool:
    of_images = f"{name[:-2]}2D"
    return name in _KERAS_LAYERS or (name.endswith(("1D", "3D")) and of_images in {*known, *_KERAS_LAYERS})


def _public(module: ModuleType) -> list[str]:
    members = vars(module)
    classes = [name for name, value in members.items() if getattr(value, "__module__", "") == module.__name__ and name[0] != "_"]
    return list(members.get("__all__", classes))


class Finder:
    """The last finder that Python asks: `from swiftcnn.layers import Add` found neither an attribute nor a module.

    Python's own error would only say that it cannot import the name.
    """

    def __init__(self, package: str) -> None:
        self.package = package

    def install(self) -> None:
        if not any(isinstance(finder, Finder) and finder.package == self.package for finder in sys.meta_path):
            sys.meta_path.append(self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        parent, _, last = name.rpartition(".")
        module = sys.modules.get(parent)
        if module is None or parent.partition(".")[0] != self.package:
            return
        if last[:1].isupper() or last in _KERAS_LAYERS or last in _KERAS_MODULES:
            try:
                getattr(module, last)
            except AttributeError as error:
                raise ImportError(str(error), name=name) from None
