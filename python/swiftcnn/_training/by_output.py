"""Losses, metrics and weights as Keras lets one write them for models of several outputs: in lists, or by the outputs' names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def one_each(what: str, given: Any, outputs: Sequence[str]) -> list[Any]:
    """One for each output: given for all, in a list, or under the outputs' names; None where there is none.

    Args:
        outputs: the outputs' names; none for a model without layers.
    """
    if _is_by_name(given):
        _check_names(what, given, outputs)
        return [_alone(what, given.get(name), name) for name in outputs] or [None]
    if isinstance(given, (list, tuple)) and len(outputs) > 1:
        if len(given) != len(outputs):
            raise ValueError(
                f"{what} must be one for each of the model's {len(outputs)} outputs ({_listed(outputs)}), or None for an output "
                f"without; received a list of {len(given)}"
            )
        return [_alone(what, each, name) for each, name in zip(given, outputs, strict=True)]
    only = _alone(what, given, outputs[0] if outputs else None)
    return [only] * max(len(outputs), 1)


def several_each(what: str, given: Any, outputs: Sequence[str]) -> list[list[Any]]:
    """Any number for each output: in a list with an entry for each, or under the outputs' names."""
    if given is None or (_is_by_name(given) and not given):
        return [[] for _ in outputs] or [[]]
    if _is_by_name(given):
        _check_names(what, given, outputs)
        return [_flat(given.get(name)) for name in outputs] or [[]]
    if len(outputs) <= 1:
        return [_flat(given, lambda each: several_each(what, each, outputs)[0])]
    if not isinstance(given, (list, tuple)) or len(given) != len(outputs):
        raise ValueError(
            f"{what} must have an entry for each of the model's {len(outputs)} outputs ({_listed(outputs)}), in a list or by "
            f"name, such as {{{outputs[0]!r}: ['accuracy']}}; received {given!r:.80}"
        )
    return [_flat(each) for each in given]


def _flat(given: Any, by_name: Callable[[Any], list[Any]] = lambda each: [each]) -> list[Any]:
    if isinstance(given, (list, tuple)):
        return [each for item in given for each in _flat(item, by_name)]
    if _is_by_name(given):
        return by_name(given)
    return [] if given is None else [given]


def _alone(what: str, given: Any, output: str | None) -> Any:
    """What a list of one holds, if it is one."""
    while isinstance(given, (list, tuple)):
        if len(given) != 1:
            raise ValueError(f"{what} must be one for output {output!r}; received a list of {len(given)}")
        given = given[0]
    return given


def _is_by_name(given: Any) -> bool:
    """Whether this is a dict by output, and does not describe an object."""
    return isinstance(given, Mapping) and "class_name" not in given and "class" not in given


def _check_names(what: str, given: Mapping[Any, Any], outputs: Sequence[str]) -> None:
    if given and set(given) <= set(outputs):
        return
    if len(outputs) == 1:
        there_is = f"the model's only output is {outputs[0]!r}"
    else:
        there_is = f"the model's outputs are {_listed(outputs)}" if outputs else "the model has no layers, and so no output"
    raise ValueError(f"{what} names {', '.join(map(repr, given)) or 'no output'}, but {there_is}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
