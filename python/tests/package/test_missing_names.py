"""Names that there are not: the error says whether Keras has them, or which one may be meant."""

import importlib
import subprocess
import sys

import pytest
import swiftcnn
from swiftcnn import layers

LINES = "which Keras has: models are made of built-in layers so far, for images, without sequences or code of your own"


@pytest.mark.parametrize(
    "name",
    ["Lambda", "LSTM", "Embedding", "Conv1D", "MaxPooling3D", "Masking", "Attention", "TimeDistributed", "GRU"],
)
def test_layers_that_keras_has(name):
    message = f"module 'swiftcnn.layers' has no attribute '{name}', {LINES}$"
    for module in (layers, swiftcnn.keras.layers):
        assert not hasattr(module, name)
        with pytest.raises(AttributeError, match=message):
            getattr(module, name)
    for package in ("swiftcnn.layers", "swiftcnn.keras.layers"):
        with pytest.raises(ImportError, match=message):
            exec(f"from {package} import Dense, {name}")


@pytest.mark.parametrize(
    ("module", "name", "meant"),
    [
        ("layers", "Dence", "Dense"),
        ("layers", "conv2d", "Conv2D"),
        ("layers", "MaxPoolng2D", "MaxPooling2D"),
        ("losses", "CategoricalCrossEntropy", "CategoricalCrossentropy"),
        ("metrics", "F1score", "F1Score"),
        ("optimizers", "Adm", "Adam"),
        ("callbacks", "EarlyStoping", "EarlyStopping"),
        ("initializers", "he_norml", "he_normal"),
        ("activations", "leakyrelu", "leaky_relu"),
        ("utils", "to_categorial", "to_categorical"),
        ("", "Sequental", "Sequential"),
    ],
)
def test_slips_of_the_pen(module, name, meant):
    path = f"swiftcnn.{module}".rstrip(".")
    found = importlib.import_module(path)
    assert not hasattr(found, name)
    with pytest.raises(AttributeError, match=f"module '{path}' has no attribute '{name}': did you mean {meant}?"):
        getattr(found, name)
    if hasattr(found, "__path__") and name[0].isupper():
        with pytest.raises(ImportError, match=f"has no attribute '{name}': did you mean {meant}?"):
            exec(f"from {path} import {name}")


@pytest.mark.parametrize(
    ("module", "name", "known"),
    [
        ("layers", "Nonsense", "ELU, .*Dense"),
        ("losses", "Dice", "Loss, BinaryCrossentropy, .*mse"),
        ("metrics", "MeanIoU", "Accuracy, Metric"),
        ("optimizers", "Lamb", "SGD, .*Adam"),
        ("regularizers", "Nonsense", "Regularizer, L1, L1L2, L2, l1, l2, l1_l2, get$"),
        ("constraints", "Nonsense", "Constraint, MaxNorm"),
        ("applications", "ResNet50", "VGG16, VGG19"),
        ("datasets", "imdb", "cifar10, cifar100"),
    ],
)
def test_other_names_are_told_what_there_is(module, name, known):
    found = importlib.import_module(f"swiftcnn.{module}")
    with pytest.raises(AttributeError, match=f"module 'swiftcnn.{module}' has no attribute '{name}'; it has: {known}"):
        getattr(found, name)


def test_operations_are_explained_where_they_are_imported():
    message = "module 'swiftcnn' has no attribute 'ops': swiftcnn has Keras's names .* and none of TensorFlow's operations"
    for statement in ("import swiftcnn.ops", "from swiftcnn import ops", "from swiftcnn.keras import ops"):
        with pytest.raises(ImportError, match=message):
            exec(statement)


def test_python_is_left_to_say_the_rest():
    for statement, message in (
        ("import swiftcnn.nonsense", "No module named 'swiftcnn.nonsense'"),
        ("from swiftcnn import nonsense", "cannot import name 'nonsense' from 'swiftcnn'"),
        ("from swiftcnn.layers import nonsense", "cannot import name 'nonsense' from 'swiftcnn.layers'"),
        ("import Add", "No module named 'Add'"),
    ):
        with pytest.raises(ImportError, match=message):
            exec(statement)
    assert importlib.util.find_spec("swiftcnn.nonsense") is None
    assert not hasattr(swiftcnn.losses, "__wrapped__")
    exec("from swiftcnn.layers import *")


def test_the_finder_is_installed_once_and_asked_last():
    code = """
import sys, importlib
import swiftcnn
importlib.reload(swiftcnn)
names = [type(each).__module__ for each in sys.meta_path]
print(names.count("swiftcnn._base.missing_names"), names[-1])
"""
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.split() == ["1", "swiftcnn._base.missing_names"]
