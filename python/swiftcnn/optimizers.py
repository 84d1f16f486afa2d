"""How a step changes the weights. The arithmetic is the engine's; these are its descriptions."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from ._checks import boolean, real, refuse_unknown
from ._described import Described, resolve

if TYPE_CHECKING:
    from ._training import Trainable


class Optimizer(Described):
    """Base of the optimizers.

    `learning_rate` may be set at any time, also from a callback during `fit`; the next step uses it.
    """

    def __init__(self, learning_rate: float, weight_decay: float | None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)
        self._models: weakref.WeakSet[Trainable] = weakref.WeakSet()
        self._learning_rate = real("learning_rate", learning_rate)
        self.weight_decay = None if weight_decay is None else real("weight_decay", weight_decay)

    @property
    def learning_rate(self) -> float:
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        rate = real("learning_rate", value)
        for model in self._models:
            model._set_learning_rate(rate)
        self._learning_rate = rate


class SGD(Optimizer):
    """Stochastic gradient descent, w -= learning_rate · g, with momentum if asked (Sutskever et al., 2013).

    Args:
        learning_rate: step size.
        momentum: share of the last step that is repeated, in [0, 1].
        nesterov: True looks ahead along the momentum.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
    """

    _fields = ("learning_rate", "momentum", "nesterov", "weight_decay")

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **unknown)
        self.momentum = real("momentum", momentum)
        self.nesterov = boolean("nesterov", nesterov)


class RMSprop(Optimizer):
    """Steps divided by a running root mean square of the gradient (Tieleman and Hinton, 2012).

    Args:
        learning_rate: step size.
        rho: share of the running mean that is kept.
        momentum: share of the last step that is repeated.
        epsilon: keeps the division away from 0.
        centered: True divides by the standard deviation instead.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
    """

    _fields = ("learning_rate", "rho", "momentum", "epsilon", "centered", "weight_decay")

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **unknown)
        self.rho = real("rho", rho)
        self.momentum = real("momentum", momentum)
        self.epsilon = real("epsilon", epsilon)
        self.centered = boolean("centered", centered)


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015), in the form of its section 2 where epsilon is added after the root ("epsilon hat").

    Args:
        learning_rate: step size.
        beta_1: share of the running mean of the gradient that is kept.
        beta_2: share of the running mean of its square that is kept.
        epsilon: keeps the division away from 0.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
    """

    _fields = ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay")

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        *,
        weight_decay: float | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **unknown)
        self.beta_1 = real("beta_1", beta_1)
        self.beta_2 = real("beta_2", beta_2)
        self.epsilon = real("epsilon", epsilon)


class AdamW(Adam):
    """Adam with weight decay that bypasses the moments (Loshchilov and Hutter, 2019).

    Args:
        learning_rate: step size.
        weight_decay: share of every weight that a step removes, times the learning rate.
        beta_1: share of the running mean of the gradient that is kept.
        beta_2: share of the running mean of its square that is kept.
        epsilon: keeps the division away from 0.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **unknown: Any,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay=weight_decay, **unknown)


_KNOWN: dict[str, type[Optimizer]] = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def get(optimizer: Any) -> Optimizer:
    """The optimizer that a name, a class, an object or a dict of `class_name` and `config` means."""
    return resolve("optimizer", optimizer, Optimizer, _KNOWN)
