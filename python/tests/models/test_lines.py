"""Models of layers and models that others have too: `Model(inputs, outputs)`, models within models, calls."""

import gc
import pickle

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, models


@pytest.fixture
def base():
    """Input, convolution, normalization, pooling, convolution."""
    inputs = Input((8, 8, 1))
    line = layers.Conv2D(4, 3, activation="relu", name="first")(inputs)
    line = layers.BatchNormalization(name="normal")(line)
    line = layers.MaxPooling2D(name="pool")(line)
    return Model(inputs, layers.Conv2D(6, 2, name="last")(line), name="base")


@pytest.fixture
def headed(base):
    model = Sequential([base, layers.Flatten(), layers.Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def same(one, other):
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_model_of_an_input_and_an_output(base, data):
    assert [layer.name for layer in base.layers] == ["input_layer", "first", "normal", "pool", "last"]
    assert (base.input_shape, base.output_shape) == ((None, 8, 8, 1), (None, 2, 2, 6))
    assert base(data[0]).shape == (40, 2, 2, 6)
    twin = Sequential([Input((8, 8, 1)), *base.layers[1:]])
    np.testing.assert_array_equal(twin.predict(data[0], verbose=0), base(data[0]))
    assert repr(base) == "<Functional name=base, layers=5, built=True>"


def test_a_part_computes_what_the_layer_in_the_whole_does(base, data):
    part = Model(inputs=base.input, outputs=base.get_layer("pool").output)
    rest = Model(base.get_layer("pool").output, base.output)
    np.testing.assert_allclose(rest(part(data[0])), base(data[0]), rtol=1e-5, atol=1e-6)
    assert [layer.name for layer in part.layers[1:]] == ["first", "normal", "pool"]
    assert [layer.name for layer in rest.layers] == ["input_layer", "last"]
    assert part.output.shape == (None, 3, 3, 4)
    assert repr(part.output) == "<SymbolicTensor input_layer -> first -> normal -> pool>"
    np.testing.assert_array_equal(Model(base.inputs, base.layers[3].output)(data[0]), part(data[0]))


def test_weights_in_common_are_seen_by_all(base, headed, data):
    part = Model(base.input, base.get_layer("first").output)
    before = part(data[0])
    headed.fit(*data, verbose=0)
    assert same(base.get_weights(), headed.get_weights()[:8])
    assert not np.array_equal(part(data[0]), before)
    base.get_layer("first").set_weights([np.zeros((3, 3, 1, 4)), np.ones(4)])
    assert (part(data[0]) == 1).all()
    assert (headed.get_weights()[1] == 1).all()
    part.set_weights([np.zeros((3, 3, 1, 4)), np.full(4, 2)])
    assert (headed.layers[0].layers[1].get_weights()[1] == 2).all()
    headed.train_on_batch(*data)
    assert not (part(data[0]) == 2).all()


def test_weights_in_common_are_seen_while_the_other_is_trained(base, headed, data):
    from swiftcnn.callbacks import LambdaCallback

    seen = []
    headed.fit(
        *data,
        batch_size=20,
        verbose=0,
        callbacks=[LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append((base(data[0]), headed.get_weights())))],
    )
    assert not np.array_equal(seen[0][0], seen[1][0])
    base.set_weights(seen[0][1][:8])
    np.testing.assert_array_equal(base(data[0]), seen[0][0])


def test_sharing_changes_no_bit_of_the_training(data):
    """The same layers, taken from a model of their own or new, learn the same."""

    def line():
        return [layers.Flatten(), layers.Dense(6, activation="relu"), layers.Dense(4, activation="softmax")]

    plain = Sequential([Input((8, 8, 1)), *line()])
    within = Sequential([Sequential([Input((8, 8, 1)), *line()[:2]], name="inner"), line()[2]])
    within.set_weights(plain.get_weights())
    for model in (plain, within):
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(*data, epochs=3, shuffle=False, verbose=0)
    assert same(plain.get_weights(), within.get_weights())
    assert same(within.layers[0].get_weights(), plain.get_weights()[:2])


def test_a_frozen_model_within_a_model(base, headed, data):
    base.trainable = False
    kept = base.get_weights()
    headed.fit(*data, epochs=2, verbose=0)
    assert same(base.get_weights(), kept)
    assert len(headed.trainable_weights) == 2
    base.trainable = True
    for layer in base.layers[:4]:
        layer.trainable = False
    headed.fit(*data, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(base.get_weights(), kept, strict=True)]
    assert changed == [False] * 6 + [True] * 2


def test_a_layer_frozen_in_one_model_is_frozen_in_all(base, headed, data):
    part = Model(base.input, base.get_layer("first").output)
    part.layers[1].trainable = False
    kept = base.get_layer("first").get_weights()
    headed.fit(*data, verbose=0)
    assert same(base.get_layer("first").get_weights(), kept)


def test_functional_style_puts_a_head_on(base, data):
    line = layers.GlobalAveragePooling2D()(base.output)
    model = Model(base.input, layers.Dense(4, activation="softmax")(line))
    assert [layer.name for layer in model.layers[-2:]] == ["global_average_pooling2d", "dense"]
    inputs = Input((8, 8, 1))
    nested = Model(inputs, layers.Dense(4, activation="softmax")(layers.Flatten()(base(inputs, training=False))))
    assert [layer.name for layer in nested.layers] == ["input_layer", "base", "flatten", "dense"]
    for each in (model, nested):
        each.compile("sgd", "sparse_categorical_crossentropy")
        each.fit(*data, verbose=0)
    assert same(model.get_weights()[:8], base.get_weights())


def test_layers_of_one_model_begin_another(base, data):
    model = Sequential()
    for layer in base.layers[:-1]:
        model.add(layer)
    model.add(layers.Flatten())
    model.add(layers.Dense(2))
    assert model(data[0]).shape == (40, 2)
    assert same(model.get_weights()[:6], base.get_weights()[:6])


def test_weights_outlive_the_model_that_trained_them(base, data):
    model = Sequential([base, layers.Flatten(), layers.Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(*data, verbose=0)
    expected = model.get_weights()[:8]
    del model
    gc.collect()
    assert same(base.get_weights(), expected)


def test_a_change_of_the_inner_model_reaches_the_outer(data):
    inner = Sequential([Input((8, 8, 1)), layers.Flatten()], name="inner")
    outer = Sequential([inner, layers.Dense(4)])
    assert outer(data[0]).shape == (40, 4)
    inner.add(layers.Dense(3))
    with pytest.raises(ValueError, match=r"layer 'dense' has weights of shapes \(64, 4\).*needs \(3, 4\)"):
        outer(data[0])
    inner.pop()
    assert outer(data[0]).shape == (40, 4)


def test_a_layer_computes_by_itself(data):
    layer = layers.Conv2D(4, 3, activation="relu")
    outputs = layer(data[0])
    assert outputs.shape == (40, 6, 6, 4)
    np.testing.assert_array_equal(Sequential([Input((8, 8, 1)), layer]).predict(data[0], verbose=0), outputs)


@pytest.mark.parametrize("copy", [lambda model: pickle.loads(pickle.dumps(model)), "file", "config"])
def test_models_within_models_are_kept(base, headed, data, tmp_path, copy):
    base.get_layer("first").trainable = False
    headed.fit(*data, verbose=0)
    if copy == "file":
        headed.save(tmp_path / "m.safetensors")
        other = models.load_model(tmp_path / "m.safetensors")
    elif copy == "config":
        other = models.model_from_json(headed.to_json())
        other.set_weights(headed.get_weights())
    else:
        other = copy(headed)
    assert [type(layer).__name__ for layer in other.layers] == ["Model", "Flatten", "Dense"]
    inner = other.layers[0]
    assert [(layer.name, layer.trainable) for layer in inner.layers[1:]] == [
        (layer.name, layer.trainable) for layer in base.layers[1:]
    ]
    np.testing.assert_array_equal(other(data[0]), headed(data[0]))
    np.testing.assert_array_equal(inner(data[0]), base(data[0]))


def test_a_functional_model_stays_one(base, data, tmp_path):
    base.save(tmp_path / "m.safetensors")
    loaded = models.load_model(tmp_path / "m.safetensors")
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in base.layers]
    np.testing.assert_array_equal(loaded(data[0]), base(data[0]))


def test_the_summary_shows_models_as_layers(base, headed, capsys):
    headed.summary()
    shown = capsys.readouterr().out
    assert "│ base (Functional) " in shown
    assert " Total params: 258 (1.01 KB)" in shown
    base.summary()
    assert "│ input_layer (InputLayer) " in capsys.readouterr().out


def test_what_is_no_line(base):
    other = Input((8, 8, 1))
    with pytest.raises(ValueError, match="the outputs must lie behind the inputs"):
        Model(other, base.output)
    with pytest.raises(ValueError, match="the outputs must lie behind the inputs"):
        Model(base.input, base.input)
    with pytest.raises(TypeError, match=r"outputs must be an Input\(shape=\.\.\.\), .*received 3 \(a int\)"):
        Model(base.input, 3)
    pool = base.get_layer("pool")
    assert len(Model(base.input, pool(base.output))._graph.calls(pool)) == 2
    with pytest.raises(ValueError, match="already has a layer 'pool'"):
        Model(base.input, layers.Flatten(name="pool")(base.output))
    with pytest.raises(AttributeError, match="is on no line before it is added"):
        _ = layers.Dense(3).output
    with pytest.raises(ValueError, match="a layer's name must not contain '/'"):
        layers.Dense(3, name="a/b")


@pytest.mark.parametrize(
    ("models_of", "message"),
    [
        ([], "'models' must tell of each model by its path"),
        ({"": "Functional"}, "'models' must tell of each model by its path"),
    ],
)
def test_a_forged_description_of_models_is_refused(base, models_of, message):
    config = {**base.get_config(), "models": models_of}
    with pytest.raises(ValueError, match=message):
        Sequential.from_config(config)


def test_models_cannot_lie_within_models_without_end():
    config = Sequential([Input((4,)), layers.Dense(2)]).get_config()
    config["layers"][0]["name"] = "a/" * 50_000 + "dense"
    with pytest.raises(ValueError, match="models lie within models more than 16 deep"):
        Sequential.from_config(config)


def test_layers_that_change_while_the_model_is_in_use_are_told_of(monkeypatch):
    """As another thread does it between two looks at the layers."""
    model = Sequential([Input((4,)), layers.Dense(3), layers.Dense(2)])
    store, shorter = model._built_store(), model._layers_in_order()[:1]
    monkeypatch.setattr(model, "_layers_in_order", lambda: shorter)
    for use in (lambda: store.follow(shorter), lambda: store.claim(shorter)):
        with pytest.raises(RuntimeError, match="the model's layers were changed by another thread while it was in use"):
            use()


def test_a_layer_that_is_added_while_the_model_is_built_is_told_of(monkeypatch):
    """As another thread does it between two looks at the layers."""
    model = Sequential([layers.Dense(3), layers.Dense(2)])
    describe = model._flat_config

    def add_and_describe():
        if len(model.layers) == 2:
            model.add(layers.Dense(1))
        return describe()

    monkeypatch.setattr(model, "_flat_config", add_and_describe)
    with pytest.raises(RuntimeError, match="the model's layers were changed by another thread while it was in use"):
        model.build((None, 4))
    assert model.predict(np.zeros((1, 4)), verbose=0).shape == (1, 1)


@pytest.mark.parametrize("place", [0, 1])
def test_a_model_without_layers_within_a_line(place, tmp_path):
    inputs = Input((3,))
    outputs = Sequential()(layers.Dense(2)(inputs)) if place else layers.Dense(2)(Sequential()(inputs))
    model = Model(inputs, outputs)
    assert outputs.shape == model.output_shape == (None, 2)
    model.save(tmp_path / "m.h5")
    np.testing.assert_array_equal(models.load_model(tmp_path / "m.h5").get_weights()[0], model.get_weights()[0])


def test_a_layer_whose_first_model_is_gone_stands_where_the_next_has_it():
    base = Sequential([Input((4,)), layers.Dense(3), layers.Dense(2, name="second")])
    part = Model(base.input, base.get_layer("second").output)
    del base
    assert part.get_layer("second").input.shape == (None, 3)
    assert part.get_layer("second").output.shape == (None, 2)
