"""The optimizers that few use."""

from __future__ import annotations

from typing import Any

from .._base.checks import real
from ._optimizers import Adam, Chosen, Optimizer


class Adagrad(Optimizer):
    """Steps divided by the root of the sum of all squared gradients so far (Duchi et al., 2011).

    Args:
        learning_rate: step size, or a schedule.
        initial_accumulator_value: what that sum starts with.
        epsilon: keeps the division away from 0.
        common: the other settings of `Optimizer`: weight decay, clipping and the running mean of the weights.
    """

    _rule = ("initial_accumulator_value", "epsilon")

    def __init__(
        self, learning_rate: Chosen = 0.001, initial_accumulator_value: float = 0.1, epsilon: float = 1e-7, **common: Any
    ) -> None:
        super().__init__(learning_rate, **common)
        self.initial_accumulator_value = real("initial_accumulator_value", initial_accumulator_value)
        self.epsilon = real("epsilon", epsilon)


class Adadelta(Optimizer):
    """Steps as long as the running root mean square of the steps before (Zeiler, 2012).

    Args:
        learning_rate: step size, or a schedule; 1 is what the paper has.
        rho: share of the running means that is kept.
        epsilon: keeps the division away from 0.
        common: the other settings of `Optimizer`: weight decay, clipping and the running mean of the weights.
    """

    _rule = ("rho", "epsilon")

    def __init__(self, learning_rate: Chosen = 0.001, rho: float = 0.95, epsilon: float = 1e-7, **common: Any) -> None:
        super().__init__(learning_rate, **common)
        self.rho = real("rho", rho)
        self.epsilon = real("epsilon", epsilon)


class Adamax(Adam):
    """Adam by the greatest recent gradient instead of the mean square (Kingma and Ba, 2015, section 7.1).

    Args:
        learning_rate: step size, or a schedule.
        beta_1: share of the running mean of the gradient that is kept.
        beta_2: share of the greatest gradient that is kept.
        epsilon: keeps the division away from 0.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
        common: the other settings of `Optimizer`: clipping and the running mean of the weights.
    """


class Nadam(Adam):
    """Adam with Nesterov's momentum (Dozat, 2016).

    Args:
        learning_rate: step size, or a schedule.
        beta_1: share of the running mean of the gradient that is kept.
        beta_2: share of the running mean of its square that is kept.
        epsilon: keeps the division away from 0.
        weight_decay: None, or the share of every weight that a step removes, times the learning rate.
        common: the other settings of `Optimizer`: clipping and the running mean of the weights.
    """


class Lion(Optimizer):
    """Every weight moves by the learning rate, along the sign of the momentum (Chen et al., 2023).

    Args:
        learning_rate: step size, or a schedule; a third to a tenth of Adam's.
        beta_1: share of the momentum in the direction of a step; above 0.
        beta_2: share of the momentum that is kept.
        common: the other settings of `Optimizer`: weight decay, clipping and the running mean of the weights.
    """

    _rule = ("beta_1", "beta_2")

    def __init__(self, learning_rate: Chosen = 0.001, beta_1: float = 0.9, beta_2: float = 0.99, **common: Any) -> None:
        super().__init__(learning_rate, **common)
        self.beta_1 = real("beta_1", beta_1)
        self.beta_2 = real("beta_2", beta_2)


class Ftrl(Optimizer):
    """Follow the regularized leader: the weights that the sum of all gradients so far asks for (McMahan et al., 2013).

    It was made for wide, sparse inputs. Its first steps forget the weights that it finds.

    Args:
        learning_rate: step size, or a schedule.
        learning_rate_power: with which power of the sum of its squared gradients a weight's rate falls; at most 0, where it
            does not fall. Any but -0.5 takes much longer to compute.
        initial_accumulator_value: what that sum starts with.
        l1_regularization_strength: the greater, the more weights are 0.
        l2_regularization_strength: the greater, the smaller the weights.
        l2_shrinkage_regularization_strength: this share of every weight, twice, is added to its gradient.
        beta: added to that power of the sum, as in the paper.
        common: the other settings of `Optimizer`: weight decay, clipping and the running mean of the weights.
    """

    _rule = (
        "learning_rate_power",
        "initial_accumulator_value",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def __init__(
        self,
        learning_rate: Chosen = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **common: Any,
    ) -> None:
        super().__init__(learning_rate, **common)
        self.learning_rate_power = real("learning_rate_power", learning_rate_power)
        self.initial_accumulator_value = real("initial_accumulator_value", initial_accumulator_value)
        self.l1_regularization_strength = real("l1_regularization_strength", l1_regularization_strength)
        self.l2_regularization_strength = real("l2_regularization_strength", l2_regularization_strength)
        self.l2_shrinkage_regularization_strength = real(
            "l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength
        )
        self.beta = real("beta", beta)
