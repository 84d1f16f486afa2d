"""Names of layers and of models within models: numbered as Keras 3.15.1 numbers them in a new process, but within each model."""

from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, models
from swiftcnn.layers import Activation, Conv2D, Dense, Flatten, PReLU


def names(model: Any) -> list[str]:
    return [layer.name for layer in model.layers]


def test_every_model_counts_by_itself() -> None:
    for _ in range(2):
        model = Sequential(
            [Input((8, 8, 1)), Conv2D(2, 3), Conv2D(2, 3), PReLU(), Flatten(), Dense(2), Dense(2, name="last"), Dense(2)]
        )
        assert names(model) == ["conv2d", "conv2d_1", "p_re_lu", "flatten", "dense", "last", "dense_1"]


def test_a_layer_that_is_removed_can_be_put_back() -> None:
    model = Sequential([Input((4,)), Dense(8), Dense(3)])
    out = model.layers[-1]
    kernel = out.get_weights()[0]
    model.pop()
    model.add(Dense(8))
    model.add(out)
    assert names(model) == ["dense", "dense_2", "dense_1"]
    assert model.output_shape == (None, 3)
    assert model.layers[-1] is out
    np.testing.assert_array_equal(model.get_weights()[4], kernel)
    np.testing.assert_array_equal(out.get_weights()[0], kernel)
    model.pop()
    model.pop()
    model.add(out)
    model.add(Dense(1))
    assert names(model) == ["dense", "dense_1", "dense_3"]
    assert [weight.shape for weight in model.get_weights()] == [(4, 8), (8,), (8, 3), (3,), (3, 1), (1,)]


def test_a_layer_that_is_put_back_must_fit() -> None:
    model = Sequential([Input((4,)), Dense(8), Dense(3)])
    out = model.pop()
    model.add(Dense(5))
    model.add(out)
    with pytest.raises(ValueError, match=r"layer 'dense_1' has weights of shapes \(8, 3\),? \(3,\), but in this model its input"):
        model.get_weights()


def test_models_inside_one_are_numbered() -> None:
    inner = [Sequential([Dense(2)]), Sequential([Dense(3)]), Sequential([Activation("relu")])]
    model = Sequential([Input((4,)), *inner])
    assert names(model) == ["sequential", "sequential_1", "sequential_2"]
    assert [names(each) for each in inner] == [["dense"], ["dense"], ["activation"]]
    assert (model.output_shape, model.count_params()) == ((None, 3), 19)
    x = inputs = Input((4,))
    for each in (Sequential([Dense(2)]), Sequential([Dense(3)])):
        x = each(x)
    line = Model(inputs, x)
    assert names(line) == ["input_layer", "sequential", "sequential_1"]
    parts = [Model(i := Input((4,)), Dense(4)(i)) for _ in range(3)]
    assert names(Sequential([Input((4,)), *parts, Sequential([Dense(1)])])) == [
        "functional",
        "functional_1",
        "functional_2",
        "sequential",
    ]


@pytest.mark.parametrize("ending", ["safetensors", "keras", "h5"])
def test_numbered_models_go_through_files(ending: str, tmp_path: Any) -> None:
    if ending != "safetensors":
        pytest.importorskip("h5py")
    model = Sequential([Input((4,)), Sequential([Dense(2)]), Sequential([Dense(3)])])
    model.save(tmp_path / f"m.{ending}")
    loaded = models.load_model(tmp_path / f"m.{ending}")
    assert names(loaded) == ["sequential", "sequential_1"]
    for one, other in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert names(models.model_from_json(model.to_json())) == ["sequential", "sequential_1"]


def test_layers_of_two_models_make_a_third() -> None:
    """Both have a layer that they called `dense`; in Keras the second would be another number, as it counts over all models."""
    first = Sequential([Input((4,)), Dense(4), Dense(4)])
    second = Sequential([Input((4,)), Dense(4), Dense(4)])
    weights = [*first.get_weights(), *second.get_weights()]
    both = Sequential([Input((4,)), *first.layers, *second.layers])
    assert len(set(names(both))) == 4
    assert names(first) == ["dense", "dense_1"]
    assert len(set(names(second))) == 2
    for one, other in zip(both.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert second.get_layer(second.layers[1].name) is second.layers[1]
    assert second.predict(np.ones((1, 4)), verbose=0).shape == (1, 4)
    second.add(Dense(4))
    assert len(set(names(second))) == 3
    assert len(second.get_weights()) == 6


def test_a_name_of_ones_own_stays() -> None:
    model = Sequential([Input((4,)), Dense(4, name="dense")])
    with pytest.raises(ValueError, match="layer names must be unique, and model 'sequential' already has a layer 'dense'"):
        model.add(Dense(4, name="dense"))
    with pytest.raises(ValueError, match="already has a layer 'a'"):
        Sequential([Sequential([Dense(2)], name="a"), Sequential([Dense(2)], name="a")])
    model.add(Dense(4))
    assert names(model) == ["dense", "dense_1"]
    model.pop()
    model.add(Dense(2, name="dense_1"))  # which nobody has now
    assert names(model) == ["dense", "dense_1"]
    named = Sequential([Dense(2, name="sequential"), Sequential([Dense(2)])])
    assert names(named) == ["sequential", "sequential_1"]


def test_models_of_ones_own_class_are_called_after_it() -> None:
    class MyNet(Sequential):
        pass

    class Line(Model):
        pass

    inputs = Input((4,))
    assert (MyNet().name, Line(inputs, Dense(2)(inputs)).name) == ("my_net", "line")
    assert names(Sequential([Input((4,)), MyNet([Dense(2)]), MyNet([Dense(2)])])) == ["my_net", "my_net_1"]
    assert (Sequential().name, Model(inputs, Dense(2)(inputs)).name) == ("sequential", "functional")
