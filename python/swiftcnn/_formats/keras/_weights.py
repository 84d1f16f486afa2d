"""Weights as Keras 3 lays them out in HDF5: `layers/conv2d_1/vars/0`, by class and number instead of by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..._models.model import Model
from ._assignment import Assignment
from ._hdf5 import Source, found, numbered_arrays
from ._interrupts import look
from ._names import numbered
from ._writing import kinds

LAYERS = ("layers", "_layer_checkpoint_dependencies")  # the second is Keras 2.12 to 2.15


def groups(model: Model, path: str = "") -> Iterator[tuple[str, Any]]:
    """The group of every layer and of every model within the model."""
    for name, item in numbered(kinds(model.layers)):
        inner = f"{path}layers/{name}"
        yield inner, item
        if isinstance(item, Model):
            yield from groups(item, f"{inner}/")


def read(source: Source, model: Model, skip_mismatch: bool) -> None:
    """Replaces the model's weights by those of an open file; none changes if one does not fit."""
    container = next((name for name in LAYERS if found(source.root, name) is not None), None)
    if container is None:
        raise ValueError("the file holds no weights as Keras 3 writes them: it lacks the group 'layers'")
    assignment = Assignment(source, model, skip_mismatch)
    known = set()
    for path, item in groups(model):
        if not assignment.shapes(item) or id(item) in known:
            continue
        known.add(id(item))  # Keras writes what lies in several models once
        variables = found(source.root, f"{path.replace('layers/', f'{container}/')}/vars")
        assignment.put(item, [] if variables is None else numbered_arrays(variables))
    assignment.carry_out()


def write(file: Any, model: Model) -> None:
    """Writes the weights into an open file: those of what lies in several models with each, since Keras reads copies."""
    store = model._built_store()
    leaves = {id(layer): index for index, (_, layer) in enumerate(model._leaves())}
    file.create_group("vars").attrs["name"] = model.name
    for path, item in groups(model):
        look()
        variables = file.create_group(f"{path}/vars")
        variables.attrs["name"] = str(item.name)
        if id(item) in leaves:
            for number, array in enumerate(store.read(store.facts[leaves[id(item)]].weights)):
                variables[str(number)] = array
            if _draws(item):
                # Keras expects where its random numbers are; any place will do.
                file.create_group(f"{path}/seed_generator/vars").create_dataset("0", data=np.zeros(2, np.uint32))


def _draws(item: Any) -> bool:
    name = item._class_name()
    return "Dropout" in name or name.startswith(("Random", "Gaussian"))
