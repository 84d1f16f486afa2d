"""What symbolic tensors answer to operators and to NumPy: they have no values, and only layers can go on from them."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any, NoReturn

from ._engine_work import LINES

_RESCALING = {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}
_OTHERS = {"floordiv": "//", "mod": "%", "pow": "**", "matmul": "@", "and": "&", "or": "|", "xor": "^"}
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_OF_ONE = {"neg": "-", "pos": "+", "abs": "abs", "invert": "~"}
_CONVERSIONS = {"bool": "bool", "int": "int", "float": "float", "index": "int", "len": "len", "array": "numpy.array"}


class Symbolic:
    """Base of `Symbol` and `InputLayer`: every operator is a TypeError that says what to do instead."""

    def __getitem__(self, index: Any) -> NoReturn:
        raise TypeError(
            f"a symbolic tensor cannot be indexed: {LINES}, so cut with Cropping2D, regroup with Reshape or Permute, or slice "
            "the arrays before fit and predict"
        )

    def __iter__(self) -> NoReturn:
        raise TypeError("a symbolic tensor cannot be iterated over: it is one, and has no values, only a .shape")

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **options: Any) -> NoReturn:
        _refuse(f"numpy.{function.__name__}", inputs, rescales=function.__name__ in ("add", "subtract", "multiply", "divide"))

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> NoReturn:
        _refuse(f"numpy.{function.__name__}", ())


def _refuse(operator: str, operands: tuple[Any, ...], rescales: bool = False) -> NoReturn:
    if sum(isinstance(each, Symbolic) for each in operands) > 1:
        instead = "without branches that could be joined"
    elif rescales and any(isinstance(each, Number) for each in operands):
        instead = "so use Rescaling(scale, offset), or do it to the arrays before fit and predict"
    else:
        instead = "so use a layer that does it, or do it to the arrays before fit and predict"
    raise TypeError(f"{operator} cannot be applied to a symbolic tensor: {LINES}, {instead}")


def _refusing(operator: str, rescales: bool = False) -> Callable[..., NoReturn]:
    def refuse(self: Symbolic, *others: Any) -> NoReturn:
        _refuse(operator, (self, *others), rescales)

    return refuse


def _valueless(what: str) -> Callable[..., NoReturn]:
    def refuse(self: Symbolic, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            f"{what} needs values, and a symbolic tensor has none, only a .shape: call a model on arrays, or model.predict"
        )

    return refuse


for _name, _operator in {**_RESCALING, **_OTHERS}.items():
    for _method in (f"__{_name}__", f"__r{_name}__"):
        setattr(Symbolic, _method, _refusing(_operator, _name in _RESCALING))
for _name, _operator in {**_COMPARISONS, **_OF_ONE}.items():
    setattr(Symbolic, f"__{_name}__", _refusing(_operator))
for _name, _operator in _CONVERSIONS.items():
    setattr(Symbolic, f"__{_name}__", _valueless(_operator))
