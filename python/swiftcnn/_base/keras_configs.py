"""Converts Keras's descriptions of layers, losses, metrics, optimizers, ... to settings of this library's classes.

Names are looked up only among this library's own. Nothing in a description is imported or run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .bounded_json import brief
from .user_warnings import PACKAGE, warn_user

ANY = object()
# Settings that this library lacks, and the values with which they have no effect. None has no effect for any of them.
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
    "kernel_constraint": (ANY,),  # Keras 2 writes these for separable convolutions, although they have no such weight
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
    "seed": (ANY,),  # for random numbers; this library generates its own
    "sparse": (False,),
    "synchronized": (False,),
    "virtual_batch_size": (None,),
}
# Keras 2's names of settings, for classes that accept only the new name: LeakyReLU and optimizers.
RENAMED = {"alpha": "negative_slope", "lr": "learning_rate"}


def translated(kind: Any, config: Any) -> dict[str, Any]:
    """The arguments of a `Configurable` class, from the result of `get_config` here or in Keras."""
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
    """The class that a description names. Descriptions of users' own classes raise an error."""
    if not isinstance(described, Mapping) or not isinstance(described.get("class_name"), str):
        raise ValueError(f"{what} must have a class_name, received {brief(described)}")
    name: str = described["class_name"]
    module, registered = described.get("module"), described.get("registered_name")
    is_function = name == "function"  # Keras writes the same module for its own functions and for users' functions
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
    """The name in the description of a function; any other value is returned unchanged."""
    if not is_described(described) or class_name(described, what) != "function":
        return described
    if not isinstance(described.get("config"), str):
        raise ValueError(f"{what} is a function whose name must be a string, received {brief(described.get('config'))}")
    return described["config"]


def settings(kind: Any, config: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The settings that a class of this library takes; other settings must have no effect."""
    taken, known = {}, _known(kind)
    for written_key, value in config.items():
        new = RENAMED.get(written_key)
        key = new if new in known and written_key not in known else written_key
        if key == "dtype":
            _look_at_dtype(value, what)
        elif key in known:
            read = _read_value(kind, key, value, f"{what}, {key}")
            if read is not ANY:
                taken[key] = read
        elif value is not None and not any(each is ANY or each == value for each in WITHOUT_EFFECT.get(key, ())):
            raise ValueError(f"{what} has {key}={brief(value)}, which swiftcnn does not have")
    return taken


@cache
def _known(kind: Any) -> frozenset[str]:
    return frozenset(kind._arguments())


def _read_value(kind: Any, key: str, value: Any, what: str) -> Any:
    """A setting; ANY for one that is to be omitted."""
    if key == "seed" and isinstance(value, Mapping):  # a generator of Keras; its numbers differ from this library's in any case
        return ANY
    if key == "axis" and isinstance(value, list) and len(value) == 1:
        return value[0]
    return kind._read_described(key, value, what) if is_described(value) else value


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
