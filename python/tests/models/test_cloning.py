"""clone_model as Keras 3.15.1 has it: compiled clones, functions that make and call layers, models inside models."""

from typing import Any

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, layers, losses, models, optimizers
from swiftcnn.layers import Dense, Dropout
from swiftcnn.models import clone_model

X, Y = np.random.default_rng(0).random((8, 3), np.float32), np.arange(8) % 2


def sequential() -> Sequential:
    return Sequential([Input((3,)), Dense(2, activation="relu"), Dense(2, activation="softmax")])


def deferred() -> Sequential:
    return Sequential([Dense(2), Dense(2, activation="softmax")])


def functional() -> Model:
    inputs = Input((3,))
    return Model(inputs, Dense(2, activation="softmax")(Dense(2)(inputs)))


def nested() -> Model:
    inputs = Input((3,))
    inner = Sequential([Input((3,)), Dense(3), Model(i := Input((3,)), Dense(3)(i))])
    return Model(inputs, Dense(2, activation="softmax")(inner(Dense(3)(inputs))))


MODELS = pytest.mark.parametrize("make", [sequential, deferred, functional, nested])


@MODELS
@pytest.mark.parametrize("options", [{}, {"clone_function": lambda layer: type(layer).from_config(layer.get_config())}])
def test_a_clone_computes_the_same_from_weights_of_its_own(make: Any, options: dict[str, Any]) -> None:
    model = make()
    clone = clone_model(model, **options)
    assert (type(clone), clone.name, clone.compiled) == (type(model), model.name, False)
    expected, other = model.predict(X, verbose=0), clone.predict(X, verbose=0)
    assert not np.array_equal(expected, other)
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone.predict(X, verbose=0), expected)
    assert all(mine is not its for mine, its in zip(model.layers, clone.layers, strict=True))


@MODELS
def test_the_clone_of_a_compiled_model_is_compiled_and_begins_anew(make: Any) -> None:
    model = make()
    optimizer = optimizers.Adam(0.5, clipnorm=2.0)
    model.compile(optimizer, losses.SparseCategoricalCrossentropy(), metrics=["acc"], weighted_metrics=["accuracy"])
    model.fit(X, Y, epochs=3, verbose=0)
    model.optimizer.learning_rate = 0.25
    clone = clone_model(model)
    assert clone.compiled
    assert (clone.metrics_names, clone.loss) == (["loss", "acc", "accuracy"], model.loss)
    assert clone.optimizer is not optimizer
    assert (clone.optimizer.learning_rate, clone.optimizer.clipnorm, clone.optimizer.iterations) == (0.25, 2.0, 0)
    assert model.optimizer.iterations == 3
    clone.fit(X, Y, verbose=0)
    clone.optimizer.learning_rate = 0.125
    assert (model.optimizer.learning_rate, model.optimizer.iterations, clone.optimizer.iterations) == (0.25, 3, 1)
    one, other = model.evaluate(X, Y, verbose=0), clone.evaluate(X, Y, verbose=0)
    assert one[0] != other[0]


def test_a_clone_learns_as_a_new_model_does() -> None:
    model = sequential()
    model.compile("adam", "sparse_categorical_crossentropy")
    weights = model.get_weights()
    history = model.fit(X, Y, epochs=3, shuffle=False, verbose=0).history
    clone = clone_model(model)
    clone.set_weights(weights)
    assert clone.fit(X, Y, epochs=3, shuffle=False, verbose=0).history == history


@pytest.mark.filterwarnings("ignore:.*decay")
def test_rates_that_change_are_not_shared() -> None:
    model = sequential()
    model.compile(optimizers.legacy.SGD(0.5, decay=0.1), "sparse_categorical_crossentropy")
    clone = clone_model(model)
    clone.optimizer.learning_rate = 0.25
    assert (float(model.optimizer.learning_rate), float(clone.optimizer.learning_rate)) == (0.5, 0.25)


@pytest.mark.parametrize("make", [sequential, functional])
def test_a_function_makes_the_layers(make: Any) -> None:
    def renamed(layer: Any) -> Any:
        return type(layer).from_config({**layer.get_config(), "name": f"{layer.name}_custom"})

    model = make()
    clone = clone_model(model, clone_function=renamed)
    assert [layer.name for layer in clone.layers if not isinstance(layer, layers.InputLayer)] == [
        f"{layer.name}_custom" for layer in model.layers if not isinstance(layer, layers.InputLayer)
    ]
    same = clone_model(model, clone_function=lambda layer: layer)
    assert same.layers[-1] is model.layers[-1]
    np.testing.assert_array_equal(same.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_function_calls_the_layers() -> None:
    def call(layer: Any, x: Any) -> Any:
        x = layer(x)
        return Dropout(0.5)(x) if isinstance(layer, Dense) else x

    model = functional()
    clone = clone_model(model, clone_function=lambda layer: layer, call_function=call)
    assert [type(layer).__name__ for layer in clone.layers] == ["InputLayer", "Dense", "Dropout", "Dense", "Dropout"]
    np.testing.assert_array_equal(clone.predict(X, verbose=0), model.predict(X, verbose=0))
    with pytest.raises(ValueError, match=r"call_function is for models that were made by Model\(inputs, outputs\)"):
        clone_model(sequential(), call_function=call)


def test_models_inside_are_cloned_layer_by_layer_if_asked() -> None:
    seen: list[str] = []

    def note(layer: Any) -> Any:
        seen.append(type(layer).__name__)
        return type(layer).from_config(layer.get_config())

    model = nested()
    clone_model(model, clone_function=note)
    assert seen == ["Dense", "Sequential", "Dense"]
    seen.clear()
    clone = clone_model(model, clone_function=note, recursive=True)
    assert seen == ["Dense"] * 4
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone.predict(X, verbose=0), model.predict(X, verbose=0))
    assert clone.get_config() == model.get_config()


def test_a_clone_begins_where_it_is_told() -> None:
    inputs = Input((5,), name="mine")
    for make in (sequential, functional, deferred):
        clone = clone_model(make(), input_tensors=inputs)
        assert (clone.input_shape, clone.output_shape) == ((None, 5), (None, 2))
    behind = Dense(4)(inputs)
    clone = clone_model(functional(), input_tensors=[behind])
    assert clone.input_shape == (None, 4)
    assert clone.layers[1].get_weights()[0].shape == (4, 2)
    with pytest.raises(TypeError, match=r"input_tensors must be an Input\(shape=\.\.\.\)"):
        clone_model(functional(), input_tensors=3)


def test_what_cannot_be_cloned() -> None:
    with pytest.raises(TypeError, match="model must be a model, received 3"):
        models.clone_model(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="clone_function must be a function of a layer, received 'copy'"):
        clone_model(sequential(), clone_function="copy")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"only layers of swiftcnn\.layers can be added, received None"):
        clone_model(sequential(), clone_function=lambda layer: None)
