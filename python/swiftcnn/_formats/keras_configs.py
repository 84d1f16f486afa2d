"""Keras's descriptions of layers, losses, metrics, optimizers and the like, as settings of this library's classes.

Only names are looked up, among what this library has. Nothing that a description holds is imported or run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from .. import activations, constraints, initializers, regularizers
from .._base.bounded_json import brief
from .._base.checks import settings_of
from .._base.user_warnings import PACKAGE, warn_user
from .._graph import weight_rules

ANY = object()
# Settings that this library lacks, and the values with which they change nothing here. None is one of them for all.
WITHOUT_EFFECT: dict[str, tuple[Any, ...]] = {
    "amsgrad": (False,),
    "auto_scale_loss": (ANY,),
    "axis": (-1,),
    "build_input_shape": (ANY,),
    "data_format": ("channels_last",),
    "decay": (0.0,),
    "dtype": (ANY,),
    "from_logits": (False,),
    "fused": (ANY,),
    "gradient_accumulation_steps": (1,),
    "groups": (1,),
    "is_legacy_optimizer": (ANY,),
    "jit_compile": (ANY,),
    "keepdims": (False,),
    "kernel_constraint": (ANY,),  # Keras 2 writes these of separable convolutions, which have no such weight
    "kernel_initializer": (ANY,),
    "kernel_regularizer": (ANY,),
    "loss_scale_factor": (1.0,),
    "multi_label": (False,),
    "name": (ANY,),
    "optional": (False,),
    "ragged": (False,),
    "reduction": ("sum_over_batch_size", "auto"),
    "renorm": (False,),
    "renorm_momentum": (ANY,),
    "rms_scaling": (False,),
    "seed": (ANY,),  # of random numbers, which are this library's own
    "sparse": (False,),
    "synchronized": (False,),
    "virtual_batch_size": (None,),
}
# What Keras 2 calls otherwise, where a class has only the new name: LeakyReLU and optimizers.
RENAMED = {"alpha": "negative_slope", "lr": "learning_rate"}
SLOTS: dict[str, ModuleType] = {"_initializer": initializers, "_regularizer": regularizers, "_constraint": constraints}


def translated(kind: type, config: Any) -> dict[str, Any]:
    """The arguments of a class from what `get_config` said of an object, here or in Keras."""
    if not isinstance(config, Mapping) or not all(isinstance(key, str) for key in config):
        raise TypeError(f"config must be a dict of settings by name, as get_config returns it, received {brief(config)}")
    is_users = kind.__module__.partition(".")[0] != PACKAGE
    if is_users or (config.keys() <= _known(kind) and not any(map(is_described, config.values()))):
        return dict(config)
    return settings(kind, config, kind.__name__)


def is_described(value: Any) -> bool:
    """Whether this is an object as Keras describes it; this library writes "class" instead."""
    return isinstance(value, Mapping) and "class_name" in value


def class_name(described: Any, what: str) -> str:
    """The class that a description names; only Keras's own are meant, whatever the description calls its own."""
    if not isinstance(described, Mapping) or not isinstance(described.get("class_name"), str):
        raise ValueError(f"{what} must have a class_name, received {brief(described)}")
    name: str = described["class_name"]
    module, registered = described.get("module"), described.get("registered_name")
    is_function = name == "function"  # Keras gives the functions of users and its own the same module
    if not is_function and module is not None and not (isinstance(module, str) and module.split(".")[0] == "keras"):
        raise ValueError(f"{what} is of the class {name!r:.80} from {brief(module)}: only Keras's own can be read")
    if registered is not None and ">" in str(registered) and not str(registered).startswith("keras"):
        raise ValueError(f"{what} is of the custom class {brief(registered)}: only Keras's own can be read")
    return name


def configuration(described: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The settings in a description."""
    config = described.get("config", {})
    if not isinstance(config, Mapping):
        raise ValueError(f"the config of {what} must hold settings by name, received {brief(config)}")
    return dict(config)


def function_name(described: Any, what: str) -> Any:
    """The name in the description of a function; anything else stays itself."""
    if not is_described(described) or class_name(described, what) != "function":
        return described
    if not isinstance(described.get("config"), str):
        raise ValueError(f"{what} is a function whose name must be a string, received {brief(described.get('config'))}")
    return described["config"]


def settings(kind: type, config: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The settings that a class of this library takes; others must be without effect."""
    taken, known = {}, _known(kind)
    for written_key, value in config.items():
        new = RENAMED.get(written_key)
        key = new if new in known and written_key not in known else written_key
        if key == "dtype":
            _look_at_dtype(value, what)
        elif key in known:
            read = _read_value(key, value, f"{what}, {key}")
            if read is not ANY:
                taken[key] = read
        elif value is not None and not any(each is ANY or each == value for each in WITHOUT_EFFECT.get(key, ())):
            raise ValueError(f"{what} has {key}={brief(value)}, which swiftcnn does not have")
    return taken


@cache
def _known(kind: type) -> frozenset[str]:
    return frozenset((*settings_of(kind), *weight_rules.names(getattr(kind, "_ruled_weights", ()))))


def _read_value(key: str, value: Any, what: str) -> Any:
    """A setting; ANY for one that is to be left out."""
    if key == "seed" and isinstance(value, Mapping):  # a generator of Keras, whose numbers are others anyway
        return ANY
    if key == "axis" and isinstance(value, list) and len(value) == 1:
        return value[0]
    if not is_described(value):
        return value
    module = slot(key)
    if module is not None:
        return _read_object(module, value, what)
    if key == "activation":
        return _read_activation(value, what)
    return {"class_name": class_name(value, what), "config": configuration(value, what)}


def slot(key: str) -> ModuleType | None:
    """The module of what a setting of this name holds."""
    return next((module for suffix, module in SLOTS.items() if key.endswith(suffix)), None)


def _read_object(module: ModuleType, described: Mapping[str, Any], what: str) -> Any:
    name = class_name(described, what)
    if name not in (kind.__name__ for kind in module._KNOWN.values()):
        if module is not initializers:
            raise ValueError(f"{what} is of the class {name!r:.80}, which {module.__name__} does not have")
        warn_user(
            f"{what} is {name!r:.80}, which swiftcnn does not have: the weights are read, but fresh ones would begin otherwise"
        )
        return ANY
    with_name = {"class_name": name, "config": configuration(described, what)}
    return naming(what, module.get, with_name)


def _read_activation(described: Mapping[str, Any], what: str) -> Any:
    """The name of one of Keras's functions, or a layer; a function that the description brings along is unknown."""
    from .. import layers

    name = class_name(described, what)
    if name in layers._KNOWN:
        return layers._KNOWN[name](**settings(layers._KNOWN[name], configuration(described, what), what))
    function = function_name(described, what)
    if isinstance(function, str) and function.lower() in activations._KNOWN:
        return function
    raise ValueError(f"{what} is {brief(described)}: only Keras's own activations, by name, and layers can be read")


def _look_at_dtype(dtype: Any, what: str) -> None:
    name = configuration(dtype, what).get("name") if isinstance(dtype, Mapping) else dtype
    if name not in (None, "float32"):
        warn_user(f"{what} computes in {name!s:.80} in Keras; here it computes in float32")


def naming(what: str, make: Any, *arguments: Any, **named: Any) -> Any:
    """What `make` returns; its complaints say what of. In a description a wrong type is a wrong value."""
    try:
        return make(*arguments, **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what}: {error}") from None
