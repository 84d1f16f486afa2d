"""Everything public has a docstring: modules, classes, functions, and the methods and properties of classes."""

import importlib
import inspect

import pytest
import swiftcnn

MODULES = [
    "swiftcnn",
    "activations",
    "applications",
    "backend",
    "callbacks",
    "constraints",
    "data",
    "datasets",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "nn",
    "optimizers",
    "optimizers.schedules",
    "preprocessing.image",
    "random",
    "regularizers",
    "saving",
    "utils",
    "visualization",
]


def undocumented(name, value):
    """Names of what has no docstring, in a class too; an overriding method has that of its base."""
    if not inspect.getdoc(value):
        yield name
    if inspect.isclass(value):
        for base in value.__mro__:
            if base.__module__.partition(".")[0] == "swiftcnn":
                for member, found in vars(base).items():
                    is_code = inspect.isfunction(found) or isinstance(found, (property, classmethod, staticmethod))
                    if is_code and not member.startswith("_") and not inspect.getdoc(getattr(value, member)):
                        yield f"{name}.{member}"


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_has_a_docstring(module):
    found = swiftcnn if module == "swiftcnn" else importlib.import_module(f"swiftcnn.{module}")
    assert found.__doc__
    names = getattr(found, "__all__", [name for name in dir(found) if not name.startswith("_")])
    values = {name: getattr(found, name) for name in names}
    ours = {name: value for name, value in values.items() if str(getattr(value, "__module__", "")).startswith("swiftcnn")}
    assert [each for name, value in ours.items() if callable(value) for each in undocumented(name, value)] == []
