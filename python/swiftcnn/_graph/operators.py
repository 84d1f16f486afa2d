"""Operators of symbolic tensors: arithmetic and slices create layers; conversions to values, as by NumPy, raise errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from .hooks import operators

_ARITHMETIC = {"add": "Add", "sub": "Subtract", "mul": "Multiply", "truediv": "TrueDivide"}
_OF_NUMPY = {"add": "Add", "subtract": "Subtract", "multiply": "Multiply", "divide": "TrueDivide"}
_OTHERS = {"floordiv": "//", "mod": "%", "pow": "**", "matmul": "@", "and": "&", "or": "|", "xor": "^"}
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_OF_ONE = {"pos": "+", "abs": "abs", "invert": "~"}
_CONVERSIONS = {"bool": "bool", "int": "int", "float": "float", "index": "int", "len": "len", "array": "numpy.array"}


class Symbolic:
    """Base class of `SymbolicTensor` and `InputLayer`."""

    def __getitem__(self, index: Any) -> Any:
        return operators["item"](self, index)

    def __neg__(self) -> Any:
        return operators["negative"](self)

    def __iter__(self) -> NoReturn:
        raise TypeError("a symbolic tensor cannot be iterated over: it is one, and has no values, only a .shape")

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **options: Any) -> Any:
        kind = _OF_NUMPY.get(function.__name__)
        if kind is None or method != "__call__" or options:
            _refuse(f"numpy.{function.__name__}")
        return _binary(kind, *inputs)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> NoReturn:
        _refuse(f"numpy.{function.__name__}")


def _binary(kind: str, first: Any, second: Any) -> Any:
    return operators["binary"](kind, first, second)


def _arithmetic(kind: str, is_reversed: bool) -> Callable[[Symbolic, Any], Any]:
    def compute(self: Symbolic, other: Any) -> Any:
        return _binary(kind, other, self) if is_reversed else _binary(kind, self, other)

    return compute


def _refuse(operator: str) -> NoReturn:
    raise TypeError(
        f"{operator} cannot be applied to a symbolic tensor, to which +, -, *, / and slices apply: use a layer that computes it, "
        "or do it to the arrays before fit and predict"
    )


def _refusing(operator: str) -> Callable[..., NoReturn]:
    def refuse(self: Symbolic, *others: Any) -> NoReturn:
        _refuse(operator)

    return refuse


def _valueless(what: str) -> Callable[..., NoReturn]:
    def refuse(self: Symbolic, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            f"{what} needs values, and a symbolic tensor has none, only a .shape: call a model on arrays, or model.predict"
        )

    return refuse


for _name, _kind in _ARITHMETIC.items():
    setattr(Symbolic, f"__{_name}__", _arithmetic(_kind, False))
    setattr(Symbolic, f"__r{_name}__", _arithmetic(_kind, True))
for _name, _operator in _OTHERS.items():
    for _method in (f"__{_name}__", f"__r{_name}__"):
        setattr(Symbolic, _method, _refusing(_operator))
for _name, _operator in {**_COMPARISONS, **_OF_ONE}.items():
    setattr(Symbolic, f"__{_name}__", _refusing(_operator))
for _name, _operator in _CONVERSIONS.items():
    setattr(Symbolic, f"__{_name}__", _valueless(_operator))
