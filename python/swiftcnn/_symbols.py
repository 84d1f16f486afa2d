"""What `model.output` and `Dense(10)(x)` are: a place on a line of layers, before any numbers run through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._checks import printable
from ._symbolic import Symbolic

if TYPE_CHECKING:
    from ._layer import Layer
    from ._model import Model
    from .layers import InputLayer


class Symbol(Symbolic):
    """The output of a line of layers, as Keras's functional style hands it from layer to layer.

    Models are lines here: one input, each layer's output the next one's input.
    """

    def __init__(self, source: InputLayer, line: tuple[Layer | Model, ...]) -> None:
        self.source = source
        self.line = line

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Shape of a batch; the batch axis is None."""
        from ._model import Model

        if not self.line:
            return (None, *(self.source._declared_input or ()))
        known = self._known_shape()
        return Model(self.source, self).output_shape if known is None else known

    def _known_shape(self) -> tuple[int | None, ...] | None:
        """The shape from the model in which the line's last layer is, if that begins as this line: there is nothing to build."""
        model = getattr(self.line[-1], "_owner", None)
        if model is None or model._input != self.source._declared_input:
            return None
        if len(model._line) < len(self.line) or any(a is not b for a, b in zip(model._line, self.line, strict=False)):
            return None
        return (None, *model._item_facts()[len(self.line) - 1].output_shape)

    def then(self, item: Layer | Model) -> Symbol:
        if any(item is each for each in self.line):
            raise ValueError(f"layer {item.name!r} is on this line already, and a line has each layer once: make a new one")
        return Symbol(self.source, (*self.line, item))

    def __repr__(self) -> str:
        names = " -> ".join(str(each.name or type(each).__name__) for each in (self.source, *self.line))
        return f"<Symbol {printable(names)}>"


def as_symbol(what: str, value: Any) -> Symbol:
    """A symbol, an `Input`, or a list of one of these."""
    from .layers import InputLayer

    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, Symbol):
        return value
    if isinstance(value, InputLayer):
        return Symbol(value, ())
    if isinstance(value, (list, tuple)):
        message = (
            f"{what} must be one, received {len(value)}: models are lines of layers here, without branches; for the outputs of "
            "several layers make a model for each, or ask visualization.feature_maps(model, x, layer)"
        )
        raise ValueError(message)  # noqa: TRY004 (a list may be right, its length is not)
    raise TypeError(
        f"{what} must be an Input(shape=...), a model's .input or .output, or what a layer returned for one, received "
        f"{value!r:.80} (a {type(value).__name__})"
    )


def is_symbolic(value: Any) -> bool:
    """Whether a layer that is called with this extends a line, rather than computes."""
    from .layers import InputLayer

    return isinstance(value, (Symbol, InputLayer)) or (
        isinstance(value, (list, tuple)) and any(isinstance(each, (Symbol, InputLayer)) for each in value)
    )
