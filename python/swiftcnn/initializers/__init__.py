"""Initializers of a layer's weights. The engine computes the values; these classes hold the settings.

A layer also accepts a function of `(shape, dtype)` that returns the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._base.configurable import named, resolve
from .._base.overrides import is_built_in
from . import _classes
from ._classes import *
from ._initializer import Initializer

zeros, ones, constant, identity = Zeros, Ones, Constant, Identity
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling, orthogonal = VarianceScaling, Orthogonal
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform, lecun_normal, lecun_uniform = HeNormal, HeUniform, LecunNormal, LecunUniform

__all__ = [
    "Initializer",
    *_classes.__all__,
    "zeros",
    "ones",
    "constant",
    "identity",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "variance_scaling",
    "orthogonal",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "get",
]

_KNOWN: dict[str, type[Initializer]] = {
    **{kind._name: kind for kind in (getattr(_classes, name) for name in _classes.__all__)},
    "zero": Zeros,
    "one": Ones,
    "normal": RandomNormal,
    "uniform": RandomUniform,
}


def get(identifier: Any) -> Any:
    """Returns the initializer for a name, a class, an object, or a dict of `class_name` and `config`; a function is kept."""
    if isinstance(identifier, type):
        identifier = identifier()
    if callable(identifier) and not is_built_in(type(identifier)):
        return identifier
    if isinstance(identifier, Mapping) and "name" in identifier:
        settings = {key: value for key, value in identifier.items() if key != "name"}
        return resolve("initializer", {"class_name": identifier["name"], "config": settings}, Initializer, _KNOWN)
    return resolve("initializer", identifier, Initializer, _KNOWN)


def describe(what: str, value: Any) -> Any:
    """What a layer stores for its `kernel_initializer=`: a name, a name with settings, or a user's own initializer itself.

    None is "glorot_uniform", as in Keras.
    """
    found = named(what, get, "glorot_uniform" if value is None else value)
    return found._description() if isinstance(found, Initializer) and not found._is_own else found
