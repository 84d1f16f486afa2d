"""Losses and metrics as Keras lets one write them for models of several outputs: in lists, or by the outputs' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def only(what: str, given: Any, output: str | None) -> Any:
    """What was given for the only output: by itself, in a list of one, or under the output's name.

    Args:
        output: the output's name; None for a model without layers.
    """
    given = _named(what, given, output)
    while isinstance(given, (list, tuple)):
        if len(given) != 1:
            raise ValueError(f"{what} must be one, as a model has one output here, {output!r}; received a list of {len(given)}")
        given = given[0]
    return given


def several(what: str, given: Any, output: str | None) -> list[Any]:
    """All that was given for the only output, of which there may be more than one."""
    given = _named(what, given, output)
    if isinstance(given, (list, tuple)):
        return [each for item in given for each in several(what, item, output)]
    return [] if given is None else [given]


def _named(what: str, given: Any, output: str | None) -> Any:
    """The value under the output's name, if this is a dict of such; not if it describes an object."""
    if not isinstance(given, Mapping) or "class_name" in given or "class" in given:
        return given
    if not given and what != "loss":
        return None
    if set(given) != {output}:
        there_is = f"the model's only output is {output!r}" if output is not None else "the model has no layers, and so no output"
        raise ValueError(f"{what} names {', '.join(map(repr, given)) or 'no output'}, but {there_is}")
    return given[output]
