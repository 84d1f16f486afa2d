"""Sequential: building, changing, weights, copies and configurations."""

import copy
import pickle

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, models, optimizers, utils
from swiftcnn.layers import Conv2D, Dense, Flatten


def test_every_way_to_say_the_input_shape_gives_the_same_model():
    tail = [lambda: Flatten(), lambda: Dense(3)]
    made = [
        Sequential([Input((6, 5, 2)), *(make() for make in tail)]),
        Sequential([layers.InputLayer(shape=(6, 5, 2)), *(make() for make in tail)]),
        Sequential([layers.InputLayer(input_shape=(6, 5, 2)), *(make() for make in tail)]),
        Sequential([Flatten(input_shape=(6, 5, 2)), Dense(3)]),
    ]
    deferred = Sequential([Flatten(), Dense(3)])
    assert not deferred.built
    deferred.build((None, 6, 5, 2))
    for model in [*made, deferred]:
        assert model.built
        assert model.input_shape == (None, 6, 5, 2)
        assert model.output_shape == (None, 3)
        assert model.count_params() == 183
        assert [layer.output_shape for layer in model.layers] == [(None, 60), (None, 3)]


def test_input_dim_is_a_shape_of_one_axis():
    assert Sequential([Dense(2, input_dim=7)]).input_shape == (None, 7)


def test_an_unbuilt_model_is_built_by_the_first_data(data):
    x, y = data
    for use in ("fit", "evaluate"):
        model = Sequential([Flatten(), Dense(4, activation="softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        assert not model.built
        getattr(model, use)(x, y, verbose=0)
        assert model.input_shape == (None, 8, 8, 1)
    model = Sequential([Flatten(), Dense(4)])
    assert model.predict(x, verbose=0).shape == (40, 4)


def test_an_unbuilt_model_says_what_it_lacks():
    model = Sequential([Dense(3)])
    with pytest.raises(ValueError, match=r"does not know the shape of its input yet: begin it with Input\(shape=\.\.\.\)"):
        model.count_params()
    with pytest.raises(ValueError, match=r"does not know the shape of its input yet"):
        model.set_weights([])
    with pytest.raises(ValueError, match="has no layers: add some first"):
        Sequential().count_params()


def test_adding_and_popping_keeps_the_weights_of_the_other_layers(data):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(5), Dense(4)])
    model.set_weights([np.full(weight.shape, index, np.float32) for index, weight in enumerate(model.get_weights())])
    removed = model.pop()
    assert (removed.name, model.output_shape) == ("dense_1", (None, 5))
    model.add(Dense(2))
    kept = model.get_weights()
    assert [weight.shape for weight in kept] == [(64, 5), (5,), (5, 2), (2,)]
    assert (kept[0] == 0).all()
    assert (kept[1] == 1).all()
    assert kept[2].std() > 0
    assert model.predict(data[0], verbose=0).shape == (40, 2)


def test_adding_after_compiling_keeps_the_compilation(data):
    model = Sequential([Input((8, 8, 1)), Flatten()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.add(Dense(4, activation="softmax"))
    assert set(model.fit(*data, verbose=0).history) == {"accuracy", "loss"}


def test_what_cannot_be_added():
    model = Sequential([Input((8, 8, 1)), Flatten(name="flat")])
    with pytest.raises(TypeError, match=r"only layers of swiftcnn\.layers can be added, received 'relu' \(a str\)"):
        model.add("relu")
    with pytest.raises(ValueError, match="the input must be the model's first item"):
        model.add(Input((3,)))
    with pytest.raises(ValueError, match="already has a layer 'flat'"):  # bad input 47
        model.add(Dense(2, name="flat"))
    with pytest.raises(ValueError, match="'inner' is in model 'outer' already, and a line has each layer once"):
        Sequential([Input((8, 8, 1)), model.layers[0], Sequential(model.layers, name="inner")], name="outer")
    assert len(model.layers) == 1
    with pytest.raises(ValueError, match="there is no layer to pop"):
        Sequential().pop()


def test_get_layer_by_name_and_index(model):
    assert model.get_layer("dense") is model.layers[4]
    assert model.get_layer(index=-1) is model.layers[5]
    with pytest.raises(
        ValueError, match=r"no layer is called 'nope'; there are: conv2d, max_pooling2d, dropout, flatten, dense, dense_1"
    ):
        model.get_layer("nope")
    with pytest.raises(ValueError, match="there is no layer 9: the model has 6"):
        model.get_layer(index=9)
    with pytest.raises(ValueError, match="needs a name or an index"):
        model.get_layer()


def test_weights_go_in_and_out_unchanged(model, data):
    weights = [np.random.default_rng(i).normal(size=w.shape).astype(np.float32) for i, w in enumerate(model.get_weights())]
    model.set_weights(weights)
    for got, put in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(got, put)
    conv = model.get_layer("conv2d")
    np.testing.assert_array_equal(conv.get_weights()[0], weights[0])
    conv.set_weights([2 * weights[0], weights[1]])
    np.testing.assert_array_equal(conv.weights[0], 2 * weights[0])
    assert conv.count_params() == 40
    with pytest.raises(ValueError, match="read-only"):
        conv.weights[0][:] = 1
    assert model.get_layer("flatten").get_weights() == []


def test_weights_that_do_not_match_change_nothing(model):  # bad input 48
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"model 'sequential' has 6 weights, received 5; the shapes must be \[\(3, 3, 1, 4\)"):
        model.set_weights(before[:-1])
    wrong = [2 * weight for weight in before]
    wrong[2] = wrong[2].T
    with pytest.raises(ValueError, match=r"weights\[2\] of model 'sequential' must have shape \(36, 8\), received \(8, 36\)"):
        model.set_weights(wrong)
    with pytest.raises(ValueError, match=r"weights\[1\] of layer 'conv2d' must have shape \(4,\), received \(5,\)"):
        model.get_layer("conv2d").set_weights([2 * before[0], np.zeros(5)])
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_wrong_layer_is_told_by_name_when_the_model_is_made():
    for layer, message in [
        (Conv2D(4, 9), "conv2d: .*8.*9.*padding='same'"),  # bad input 4
        (Conv2D(6, 3, groups=3), "conv2d: groups must divide the channels and the filters; got groups=3 with 4 channels"),  # 8
        (layers.MaxPooling2D(9), "max_pooling2d: .*8.*9"),  # 9
    ]:
        with pytest.raises(ValueError, match=message):
            Sequential([Input((8, 8, 4)), layer])


def test_absurd_sizes_are_refused():  # bad inputs 10 to 13
    for shape, layer in [
        ((8, 8, 1), Conv2D(2**31, 2**20, padding="same")),
        ((4194305, 4194305, 211106198), Flatten()),
        ((2**40,), Dense(2**40)),
    ]:
        with pytest.raises((ValueError, MemoryError), match=r"."):
            Sequential([Input(shape), layer])
    with pytest.raises(ValueError, match=r"Conv2D: dilation_rate must be .*4611686018427387904"):
        Conv2D(4, 3, dilation_rate=2**62)
    far = Sequential([Input((8, 8, 1)), Conv2D(4, 3, strides=498444555)])  # one window fits: correct work
    assert far.output_shape == (None, 1, 1, 4)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_training_as_the_model_does(model, data, duplicate):
    model.fit(*data, epochs=2, verbose=0)
    other = duplicate(model)
    assert other.metrics_names == ["loss", "accuracy"]
    assert [layer.name for layer in other.layers] == [layer.name for layer in model.layers]
    mine, its = (each.fit(*data, epochs=2, verbose=0).history for each in (model, other))
    assert mine == its
    other.set_weights([np.zeros_like(weight) for weight in other.get_weights()])
    assert model.get_weights()[0].any()


def test_an_unbuilt_model_can_be_pickled(data):
    model = Sequential([Flatten(), Dense(4, activation="softmax")], name="later")
    model.compile(optimizers.SGD(0.5, momentum=0.9), "sparse_categorical_crossentropy")
    other = pickle.loads(pickle.dumps(model))
    assert (other.name, other.built, other.optimizer.momentum) == ("later", False, 0.9)
    assert isinstance(other.evaluate(*data, verbose=0), float)


def test_json_and_configuration_describe_the_architecture(model):
    for other in (models.model_from_json(model.to_json()), Sequential.from_config(model.get_config())):
        assert other.get_config() == model.get_config()
        assert other.count_params() == model.count_params()
        assert not other.compiled


def test_a_foreign_configuration_runs_nothing():  # bad input 46
    config = Sequential([Input((4,)), Dense(2)]).get_config()
    config["layers"][0]["class"] = "Lambda"
    with pytest.raises(ValueError, match=r"unknown layer class 'Lambda'; known: .*Activation, .*Conv2D, .*Dense, "):
        Sequential.from_config(config)


def test_the_kth_model_after_a_seed_is_always_the_same():
    def three():
        utils.set_random_seed(5)
        return [Sequential([Input((4,)), Dense(3)]).get_weights()[0] for _ in range(3)]

    first, second = three(), three()
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len({weights.tobytes() for weights in first}) == 3


def test_the_seeds_are_those_that_are_documented():
    import json

    utils.set_random_seed(7)
    seeds = [json.loads(Sequential([Input((4,)), Dense(3)])._engine.architecture())["seed"] for _ in range(3)]
    assert [seed % 2**64 for seed in seeds] == [(7 + k * 0x9E3779B97F4A7C15) % 2**64 for k in range(3)]


def test_representation_tells_the_essentials(model):
    assert repr(model) == "<Sequential name=sequential, layers=6, built=True>"


def test_layers_that_compute_nothing_make_a_model():
    model = Sequential([Input((2, 3)), layers.Flatten()])
    model.compile("sgd", "mse")
    x = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    np.testing.assert_array_equal(model.predict(x, verbose=0), x.reshape(2, 6))
    assert model.fit(x, x.reshape(2, 6) + 1, verbose=0).history["loss"] == [1.0]


def test_a_clone_has_the_layers_and_fresh_weights(model, data):
    clone = models.clone_model(model)
    assert clone.get_config()["layers"] == model.get_config()["layers"]
    assert type(clone) is type(model)
    assert not np.array_equal(clone.get_weights()[0], model.get_weights()[0])
    before = model.get_weights()
    clone.set_weights([np.ones_like(weight) for weight in before])
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    line = Model(model.layers[0].input, model.output)
    assert type(models.clone_model(line)) is Model
    with pytest.raises(TypeError, match="model must be a model, received 3"):
        models.clone_model(3)


def test_metrics_of_a_batch_are_its_own(model, data):
    x, y = data
    first = model.test_on_batch(x[:8], y[:8])
    model.test_on_batch(x[8:], y[8:])
    assert model.test_on_batch(x[:8], y[:8]) == first
    model.reset_metrics()
    assert model.test_on_batch(x[:8], y[:8]) == first
    with pytest.raises(ValueError, match="the model is not compiled"):
        Sequential.from_config(model.get_config()).reset_metrics()


@pytest.mark.parametrize("form", [list, tuple, dict])
def test_shapes_of_several_are_a_list_as_in_keras(form):
    inputs = {"b": Input((2,)), "a": Input((3,))}
    x = layers.Dense(4)(layers.Concatenate()(list(inputs.values())))
    outputs = {"q": x, "p": layers.Dense(1)(x)}
    if form is not dict:
        inputs, outputs = form(inputs.values()), form(outputs.values())
    model = Model(inputs, outputs)
    in_order = slice(None, None, -1 if form is dict else 1)  # dicts by key
    assert model.input_shape == [(None, 2), (None, 3)][in_order]
    assert model.output_shape == [(None, 4), (None, 1)][in_order]
    assert type(model.input) is type(model.output) is form
    assert Model(inputs, {"q": x} if form is dict else form([x])).output_shape == (None, 4)
