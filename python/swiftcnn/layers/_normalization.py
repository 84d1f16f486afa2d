"""Layers that give values a mean and a variance."""

from __future__ import annotations

from typing import Any

from .. import initializers
from .._base.checks import boolean, fixed, integer, real
from .._graph.layer import Layer, Weight
from ._arguments import Axes, axes


class BatchNormalization(Layer):
    """Normalizes every channel to mean 0 and variance 1, then scales it by gamma and shifts it by beta.

    In training the mean and the (biased) variance are the batch's, and the moving ones follow them:
    `moving * momentum + batch * (1 - momentum)`. Otherwise, and where the layer is frozen, the moving ones are used.
    Sample weights do not enter.

    Args:
        axis: -1, or the number of the last axis: the channels'.
        momentum: share of the moving statistics that is kept, in [0, 1].
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: names or objects of
            `swiftcnn.initializers`.
        renorm, synchronized: False.

    Reference: Ioffe and Szegedy, 2015. Shapes: unchanged; the weights are (channels,).
    """

    gamma = Weight()
    beta = Weight()
    moving_mean = Weight()
    moving_variance = Weight()
    _ruled_weights = ("beta", "gamma")
    _fields = (
        "axis",
        "momentum",
        "epsilon",
        "center",
        "scale",
        "beta_initializer",
        "gamma_initializer",
        "moving_mean_initializer",
        "moving_variance_initializer",
    )

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        *,
        renorm: bool = False,
        synchronized: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        fixed("renorm", renorm, (False,), "batch renormalization is not computed here: omit it")
        fixed("synchronized", synchronized, (False,), "a batch is computed in one process: omit it")
        self.axis = integer("axis", axis)
        self.momentum = real("momentum", momentum)
        self.epsilon = real("epsilon", epsilon)
        self.center = boolean("center", center)
        self.scale = boolean("scale", scale)
        self.beta_initializer = initializers.describe("beta_initializer", beta_initializer)
        self.gamma_initializer = initializers.describe("gamma_initializer", gamma_initializer)
        self.moving_mean_initializer = initializers.describe("moving_mean_initializer", moving_mean_initializer)
        self.moving_variance_initializer = initializers.describe("moving_variance_initializer", moving_variance_initializer)


class LayerNormalization(Layer):
    """Normalizes each sample by itself along its last axes to mean 0 and variance 1, then scales by gamma and shifts by beta.

    Args:
        axis: -1, or the last axes together, such as `(-3, -2, -1)` for a whole image.
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer, gamma_initializer: names or objects of `swiftcnn.initializers`.

    Reference: Ba, Kiros and Hinton, 2016. Shapes: unchanged; the weights have the sizes of the normalized axes.
    """

    gamma = Weight()
    beta = Weight()
    _ruled_weights = ("beta", "gamma")
    _fields = ("axis", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer")

    def __init__(
        self,
        axis: Axes = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.axis = axes("axis", axis)
        self.epsilon = real("epsilon", epsilon)
        self.center = boolean("center", center)
        self.scale = boolean("scale", scale)
        self.beta_initializer = initializers.describe("beta_initializer", beta_initializer)
        self.gamma_initializer = initializers.describe("gamma_initializer", gamma_initializer)


class GroupNormalization(Layer):
    """Normalizes each sample by itself, a group of channels together, to mean 0 and variance 1; then scales each channel by
    gamma and shifts it by beta.

    Args:
        groups: how many groups of neighbouring channels; -1 for as many as channels (instance normalization).
        axis: the channels'; -1, or any but the batch's.
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer, gamma_initializer: names or objects of `swiftcnn.initializers`.

    Reference: Wu and He, 2018. Shapes: unchanged; the weights are (channels,).
    """

    gamma = Weight()
    beta = Weight()
    _ruled_weights = ("beta", "gamma")
    _fields = ("groups", "axis", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer")

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.groups = integer("groups", groups)
        self.axis = integer("axis", axis)
        self.epsilon = real("epsilon", epsilon)
        self.center = boolean("center", center)
        self.scale = boolean("scale", scale)
        self.beta_initializer = initializers.describe("beta_initializer", beta_initializer)
        self.gamma_initializer = initializers.describe("gamma_initializer", gamma_initializer)


class UnitNormalization(Layer):
    """Scales each vector along an axis to length 1.

    Args:
        axis: -1, or any axes but the batch's, such as `(1, 2)` for each channel of an image.

    Shapes: unchanged.
    """

    _fields = ("axis",)

    def __init__(self, axis: Axes = -1, **options: Any) -> None:
        super().__init__(**options)
        self.axis = axes("axis", axis)
