"""Losses and metrics by the name of a model's output and in lists; metrics of the same name. As in Keras 3.15.1."""

from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, losses, metrics
from swiftcnn.layers import Dense

X, Y = np.zeros((4, 3), np.float32), np.ones((4, 2), np.float32)


def line() -> Sequential:
    return Sequential([Input((3,)), Dense(5), Dense(2, name="out", kernel_initializer="zeros")])


def functional() -> Model:
    inputs = Input((3,))
    return Model(inputs, Dense(2, name="out", kernel_initializer="zeros")(inputs))


def nested() -> Model:
    """Its output has the name of the model inside."""
    inputs = Input((3,))
    return Model(inputs, Sequential([Input((3,)), Dense(2, kernel_initializer="zeros")], name="out")(inputs))


MODELS = pytest.mark.parametrize("make", [line, functional, nested])


@MODELS
@pytest.mark.parametrize("loss", [{"out": "mse"}, ["mse"], ("mse",), {"out": ["mse"]}, [["mse"]], {"out": losses.mse}])
def test_a_loss_in_every_form(make: Any, loss: Any) -> None:
    model = make()
    model.compile("sgd", loss)
    assert type(model.loss) is losses.MeanSquaredError
    assert model.evaluate(X, Y, verbose=0) == 1
    assert list(model.fit(X, Y, validation_data=(X, Y), verbose=0).history) == ["loss", "val_loss"]


@MODELS
@pytest.mark.parametrize("argument", ["metrics", "weighted_metrics"])
@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"out": "mae"}, ["mae"]),
        ({"out": ["mae", "mape"]}, ["mae", "mape"]),
        ([["mae"]], ["mae"]),
        ([["mae", "mape"]], ["mae", "mape"]),
        (["mae", ["mape"]], ["mae", "mape"]),
        (("mae",), ["mae"]),
        ("mae", ["mae"]),
        ({"out": metrics.MeanAbsoluteError(name="mine")}, ["mine"]),
        ([{"out": "mae"}], ["mae"]),
        ([], []),
        ({}, []),
        ({"out": None}, []),
        (None, []),
    ],
)
def test_metrics_in_every_form(make: Any, argument: str, given: Any, names: list[str]) -> None:
    model = make()
    model.compile("sgd", {"out": "mse"}, **{argument: given})
    assert model.metrics_names == ["loss", *names]
    values = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert [values.get(name, 1) for name in ("loss", "mae", "mine", "mape")] == [1, 1, 1, 100 if "mape" in names else 1]


def test_weights_of_the_only_loss() -> None:
    for weights in (None, 1, 1.0, [1.0], {"out": 1.0}):
        model = line()
        model.compile("sgd", "mse", loss_weights=weights)
        assert model.evaluate(X, Y, verbose=0) == 1
    for weights in (0.5, [0.5], {"out": 0.5}):
        model = line()
        model.compile("sgd", "mse", loss_weights=weights)
        assert model.evaluate(X, Y, verbose=0) == 0.5
        assert model.evaluate(X, Y, verbose=0, return_dict=True) == {"loss": 0.5}


def test_a_dict_may_still_describe_a_loss_or_a_metric() -> None:
    model = line()
    model.compile("sgd", {"class_name": "Huber", "config": {"delta": 2.0}}, metrics={"class_name": "MeanAbsoluteError"})
    assert (type(model.loss), model.metrics_names) == (losses.Huber, ["loss", "mean_absolute_error"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": {"nope": "mse"}}, "loss names 'nope', but the model's only output is 'out'"),
        ({"loss": {"out": "mse", "b": "mae"}}, "loss names 'out', 'b', but the model's only output is 'out'"),
        ({"loss": {}}, "loss names no output, but the model's only output is 'out'"),
        ({"loss": {"out": None}}, "compile needs a loss"),
        ({"loss": [None]}, "compile needs a loss"),
        ({"loss": []}, "loss must be one for output 'out'; received a list of 0"),
        ({"loss": ["mse", "mae"]}, "loss must be one for output 'out'; received a list of 2"),
        ({"loss": "mse", "metrics": {"nope": "mae"}}, "metrics names 'nope', but the model's only output is 'out'"),
        ({"loss": "mse", "metrics": {0: "mae"}}, "metrics names 0, but the model's only output is 'out'"),
        ({"loss": "mse", "weighted_metrics": {"nope": "mae"}}, "weighted_metrics names 'nope', but"),
        ({"loss": "mse", "loss_weights": {"nope": 1.0}}, "loss_weights names 'nope', but"),
        ({"loss": "mse", "loss_weights": [1.0, 1.0]}, "loss_weights must be one for output 'out'; received a list of 2"),
    ],
)
def test_what_names_no_output(options: dict[str, Any], message: str) -> None:
    model = line()
    with pytest.raises(ValueError, match=message):
        model.compile("sgd", **options)
    assert not model.compiled
    with pytest.raises(ValueError, match="loss names 'out', but the model has no layers, and so no output"):
        Sequential().compile("sgd", {"out": "mse"})


def test_metrics_of_one_name_are_numbered() -> None:
    mine = metrics.MeanSquaredError(name="mae")
    model = line()
    model.compile("sgd", "mse", metrics=["mae", "mae", mine, metrics.MeanAbsoluteError(name="loss")], weighted_metrics=["mae"])
    assert model.metrics_names == ["loss", "mae", "mae_1", "mae_2", "loss_1", "weighted_mae"]
    history = model.fit(X, Y, validation_data=(X, Y), verbose=0).history
    assert len(history) == 12
    assert mine.name == "mae"
    same = metrics.MeanAbsoluteError()
    model.compile("sgd", "mse", metrics=[same, same])
    assert model.metrics_names == ["loss", "mean_absolute_error", "mean_absolute_error_1"]
