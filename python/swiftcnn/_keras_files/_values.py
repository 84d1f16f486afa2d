"""The settings of layers, losses, metrics and optimizers, from Keras's files and for them.

Only names are looked up, among what this library has. Nothing that a file holds is imported or run.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from .. import _weight_rules, initializers
from .._checks import settings_of
from .._described import Described

ANY = object()
UNKNOWN = object()
# Settings that this library lacks, and the values with which they change nothing here. None is one of them for all.
WITHOUT_EFFECT: dict[str, tuple[Any, ...]] = {
    "amsgrad": (False,),
    "auto_scale_loss": (ANY,),
    "axis": (-1,),
    "build_input_shape": (ANY,),
    "batch_input_shape": (ANY,),
    "data_format": ("channels_last",),
    "decay": (0.0,),
    "dtype": (ANY,),
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
# What Keras 2 calls otherwise, where a class has only the new name: LeakyReLU.
RENAMED = {"alpha": "negative_slope"}
LOOKED_AT = {"batch_input_shape", "dtype"}  # before the other settings
SLOTS = {"_initializer": "initializers", "_regularizer": "regularizers", "_constraint": "constraints"}


def class_name(described: Any, what: str) -> str:
    """The class that a description names; only Keras's own are meant, whatever the file calls its own."""
    if not isinstance(described, Mapping) or not isinstance(described.get("class_name"), str):
        raise ValueError(f"{what} must have a class_name, received {described!r:.80}")
    module, registered = described.get("module"), described.get("registered_name")
    if module is not None and not (isinstance(module, str) and module.split(".")[0] == "keras"):
        raise ValueError(f"{what} is of the class {described['class_name']!r} from {module!r}: only Keras's own can be read")
    if registered is not None and ">" in str(registered) and not str(registered).startswith("keras"):
        raise ValueError(f"{what} is of the custom class {registered!r}: only Keras's own can be read")
    name: str = described["class_name"]
    return name


def configuration(described: Mapping[str, Any], what: str) -> dict[str, Any]:
    config = described.get("config", {})
    if not isinstance(config, Mapping):
        raise ValueError(f"the config of {what} must hold settings by name, received {config!r:.80}")
    return dict(config)


def settings(kind: type, config: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The settings that a class of this library takes; others must be without effect."""
    taken, known = {}, {*settings_of(kind), *_weight_rules.names(getattr(kind, "_ruled_weights", ()))} - LOOKED_AT
    for written_key, value in config.items():
        new = RENAMED.get(written_key)
        key = new if new in known and written_key not in known else written_key
        if key in known:
            read = _read_value(key, value, f"{what}, {key}")
            if read is not UNKNOWN:
                taken[key] = read
        elif value is not None and not any(each is ANY or each == value for each in WITHOUT_EFFECT.get(key, ())):
            raise ValueError(f"{what} has {key}={value!r:.80}, which swiftcnn does not have")
    return taken


def _read_value(key: str, value: Any, what: str) -> Any:
    slot = next((module for suffix, module in SLOTS.items() if key.endswith(suffix)), None)
    if key == "seed" and isinstance(value, Mapping):  # a generator of Keras, whose numbers are others anyway
        return UNKNOWN
    if slot is not None and isinstance(value, Mapping):
        return _read_object(slot, value, what)
    if key == "activation" and isinstance(value, Mapping):
        return _read_activation(value, what)
    if isinstance(value, Mapping) and "class_name" in value:
        return {"class": class_name(value, what), "config": _without_empty(configuration(value, what))}
    return value[0] if key == "axis" and isinstance(value, list) and len(value) == 1 else value


def _read_object(module: str, described: Mapping[str, Any], what: str) -> Any:
    from importlib import import_module

    name = class_name(described, what)
    kind = getattr(import_module(f"swiftcnn.{module}"), name, None)
    if isinstance(kind, type) and issubclass(kind, Described):
        return kind(**settings(kind, configuration(described, what), what))
    if module == "initializers":
        return _unknown_initializer(name, what)
    raise ValueError(f"{what} is of the class {name!r}, which swiftcnn.{module} does not have")


def _unknown_initializer(name: str, what: str) -> Any:
    """It is left out: the weights are in the file."""
    warnings.warn(
        f"{what} is {name!r}, which swiftcnn does not have: the weights are read, but fresh ones would begin otherwise",
        UserWarning,
        stacklevel=2,
    )
    return UNKNOWN


def _read_activation(described: Mapping[str, Any], what: str) -> Any:
    """The name of one of Keras's functions, or a layer; a function that the file brings along is refused."""
    module, name = described.get("module"), described.get("config")
    if isinstance(name, Mapping):
        return _read_object("layers", described, what)
    if described.get("class_name") == "function" and isinstance(name, str) and str(module).split(".")[0] == "keras":
        return name
    raise ValueError(f"{what} is the function {name!r:.80} of {module!r}: only Keras's own, by name, can be read")


def _without_empty(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != "name" and value is not None}


def written(value: Any) -> Any:
    """A setting as Keras writes it."""
    if isinstance(value, Mapping):  # an activation with settings
        return serialized("keras.layers", value["class"], value["config"])
    return list(value) if isinstance(value, tuple) else value


def written_object(module: str, value: Any) -> Any:
    """An initializer, a regularizer or a constraint as Keras writes it."""
    if isinstance(value, Described):
        return serialized(f"keras.{module}", value._class_name(), value._settings())
    if isinstance(value, Mapping):
        name = value.get("class") or next(
            kind.__name__ for kind in vars(initializers).values() if getattr(kind, "_name", None) == value["name"]
        )
        config = value.get("config", {key: each for key, each in value.items() if key not in ("name", "class")})
        return serialized(f"keras.{module}", name, config)
    return value


def serialized(module: str, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {"module": module, "class_name": name, "config": dict(config), "registered_name": None}
