"""Which class `class_weight` takes a sample for. The weights are those of Keras's 3.15.1 `class_weight_to_sample_weights`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Sequential
from swiftcnn.layers import Dense

WEIGHTS = {0: 5.0, 1: 1.5, 2: 2.0}


def zero(outputs: int, loss: str) -> Sequential:
    """A model whose outputs are 0."""
    model = Sequential([Input((3,)), Dense(outputs)])
    model.compile("sgd", loss, weighted_metrics=["mse"] if outputs == 1 else None)
    return model


X = np.zeros((7, 3), np.float32)
WAYS: dict[str, Callable[[Any, Any], Any]] = {
    "train_on_batch": lambda model, y: model.train_on_batch(X[: len(y)], y, class_weight=WEIGHTS),
    "fit": lambda model, y: list(one(model.fit(X[: len(y)], y, class_weight=WEIGHTS, verbose=0))),
    "batches": lambda model, y: list(one(model.fit(iter([(X[: len(y)], y)]), class_weight=WEIGHTS, verbose=0))),
}


def one(history: Any) -> Any:
    return (values[0] for values in history.history.values())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("axis", [(), (1,)])
def test_a_single_target_is_rounded(way: str, axis: tuple[int, ...]) -> None:
    y = np.array([0.5, 1.5, 2.5, 0.7, -0.9, -0.5, 7], np.float32)
    expected = np.array([5, 2, 2, 1.5, 1, 5, 1])  # halves go to the even number; -1 and 7 have no weight
    loss, mean = WAYS[way](zero(1, "mse"), y.reshape(7, *axis))
    assert loss == pytest.approx((expected * y**2).sum() / 7, rel=1e-6)
    assert mean == pytest.approx((expected * y**2).sum() / expected.sum(), rel=1e-6)


def test_whole_targets_of_one_output_may_be_of_any_class() -> None:
    y = np.array([0, 1, 2, 2], np.float32)
    loss, _ = zero(1, "mse").train_on_batch(X[:4], y, class_weight=WEIGHTS)
    assert loss == pytest.approx((1.5 * 1 + 2 * 4 + 2 * 4) / 4)


def test_several_targets_are_of_the_class_of_the_largest_and_the_first_of_equal_ones() -> None:
    y = np.array([[0.2, 0.8, 0], [0.5, 0.5, 0], [0, 0, 0], [0, 0.1, 1]], np.float32)
    expected = np.array([1.5, 5, 5, 2])
    loss = zero(3, "mse").train_on_batch(X[:4], y, class_weight=WEIGHTS)
    assert loss == pytest.approx((expected * np.square(y).mean(-1)).mean(), rel=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_labels_are_classes(way: str) -> None:
    y = np.array([2, 0, 1, 1])
    model = Sequential([Input((3,)), Dense(4, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    found = WAYS[way](model, y)
    assert np.ravel(found)[0] == pytest.approx(np.log(4) * (2 + 5 + 1.5 + 1.5) / 4, rel=1e-6)


@pytest.mark.parametrize(
    ("weights", "outputs", "error", "message"),
    [
        ({3: 1.0}, 3, ValueError, "class_weight names class 3, but the model has classes 0 to 2: use sample_weight"),
        ({-1: 1.0}, 1, ValueError, "class_weight names class -1, but"),
        ({10**9: 1.0}, 1, ValueError, "class_weight names class 1000000000, but"),
        ({1.5: 1.0}, 1, TypeError, "a key of class_weight must be an integer, received 1.5"),
        ({"a": 1.0}, 1, TypeError, "a key of class_weight must be an integer, received 'a'"),
        ({1: None}, 1, TypeError, r"class_weight\[1\] must be a number, received None"),
        ({1: -1.0}, 1, ValueError, "class_weight holds -1.0; weights must be finite and not negative"),
        ([1, 2], 1, TypeError, "class_weight must be a dict such as"),
    ],
)
def test_what_is_no_class_weight(weights: Any, outputs: int, error: type[Exception], message: str) -> None:
    y = np.zeros((4, outputs))
    for call in (
        lambda model: model.train_on_batch(X[:4], y, class_weight=weights),
        lambda model: model.fit(X[:4], y, class_weight=weights, verbose=0),
        lambda model: model.fit(iter([(X[:4], y)]), class_weight=weights, verbose=0),
    ):
        with pytest.raises(error, match=message):
            call(zero(outputs, "mse"))
