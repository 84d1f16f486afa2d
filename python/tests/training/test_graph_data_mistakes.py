"""What does not fit a model of several inputs and outputs is told with their names, whatever takes it."""

import numpy as np
import pytest
from swiftcnn import Input, Model, layers


def two_and_two():
    pixels, numbers = Input((8, 6, 3), name="image"), Input((5,), name="numbers")
    x = layers.Concatenate()([layers.Flatten()(pixels), numbers])
    ends = [layers.Dense(4, activation="softmax", name="kind")(x), layers.Dense(1, name="size")(x)]
    return Model([pixels, numbers], ends, name="two")


@pytest.fixture(scope="module")
def model():
    model = two_and_two()
    model.compile("sgd", {"kind": "sparse_categorical_crossentropy", "size": "mse"})
    return model


X = [np.zeros((6, 8, 6, 3), np.float32), np.zeros((6, 5), np.float32)]
Y = [np.zeros(6, int), np.zeros((6, 1), np.float32)]
ONE_EACH = r"2 arrays, one for each input \('image', 'numbers'\)"
NAMED = r"the names of the model's inputs \('image', 'numbers'\); received 'image'"
WRONG_INPUTS = {
    "one": (X[0], ValueError, rf"x.* must be {ONE_EACH}, in a list or a dict by name; received .*\(6, 8, 6, 3\)"),
    "one in a list": (X[:1], ValueError, rf"x.* must be {ONE_EACH}, received 1"),
    "three": ([*X, X[0]], ValueError, rf"x.* must be {ONE_EACH}, received 3"),
    "an unknown name": ({"image": X[0], "nmbers": X[1]}, ValueError, f"x.* must have {NAMED}, 'nmbers', which lacks 'numbers'"),
    "too few names": ({"image": X[0]}, ValueError, f"x.* must have {NAMED}, which lacks 'numbers'"),
    "too many names": ({"image": X[0], "numbers": X[1], "z": X[1]}, ValueError, f"x.* must have {NAMED}, 'numbers', 'z'$"),
    "another order": (X[::-1], ValueError, r"x of input 'image' must have the shape \(None, 8, 6, 3\), got \(6, 5\)"),
    "fewer rows": ([X[0], X[1][:5]], ValueError, "x of input 'image' has 6, x of input 'numbers' has 5"),
    "None": ([X[0], None], TypeError, r"\[1\] must be an array or nested lists of numbers, received None"),
}
USES_OF_INPUTS = {
    "fit": lambda model, x: model.fit(x, Y, verbose=0),
    "fit with batches": lambda model, x: model.fit(iter([(x, Y)]), steps_per_epoch=1, verbose=0),
    "fit with validation": lambda model, x: model.fit(X, Y, validation_data=(x, Y), verbose=0),
    "evaluate": lambda model, x: model.evaluate(x, Y, verbose=0),
    "predict": lambda model, x: model.predict(x, verbose=0),
    "train_on_batch": lambda model, x: model.train_on_batch(x, Y),
    "test_on_batch": lambda model, x: model.test_on_batch(x, Y),
    "predict_on_batch": lambda model, x: model.predict_on_batch(x),
    "call": lambda model, x: model(x),
    "compute_gradients": lambda model, x: model.compute_gradients(x, Y),
    "differentiate": lambda model, x: model.differentiate(x, [np.zeros((6, 4)), None]),
}


@pytest.mark.parametrize("use", USES_OF_INPUTS.values(), ids=USES_OF_INPUTS)
@pytest.mark.parametrize(("x", "error", "message"), WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_inputs_that_do_not_fit(model, x, error, message, use):
    with pytest.raises(error, match=message.replace("x.* must", r".* must").replace("x of input", ".* of input")):
        use(model, x)


OUTPUTS = r"\('kind', 'size'\)"
WRONG_TARGETS = {
    "one": (Y[0], rf"2 arrays, one for each output {OUTPUTS}, in a list or a dict by name; received .* \(6,\)"),
    "three": ([*Y, Y[0]], rf"must be 2 arrays, one for each output {OUTPUTS}, received 3"),
    "an unknown name": (
        {"kind": Y[0], "sise": Y[1]},
        rf"the model's outputs {OUTPUTS}; received 'kind', 'sise', which lacks 'size'",
    ),
    "too few names": ({"kind": Y[0]}, "y of output 'size' is missing, which its loss or its metrics need"),
    "fewer rows": (
        [Y[0], Y[1][:5]],
        "of output 'size' must have the same number of samples; .* has 6, .* 'size' has the shape .5, 1",
    ),
    "another shape": ([Y[0], np.zeros((6, 3))], r"of output 'size' of shape \(None, 1\); got \(6, 3\)"),
    "a class too high": ([Y[0] + 4, Y[1]], "of output 'kind' holds 4 at sample 0, but the model's output has 4 classes"),
}
USES_OF_TARGETS = {
    "fit": lambda model, y: model.fit(X, y, verbose=0),
    "fit with batches": lambda model, y: model.fit(iter([(X, y)]), steps_per_epoch=1, verbose=0),
    "fit with validation": lambda model, y: model.fit(X, Y, validation_data=(X, y), verbose=0),
    "evaluate": lambda model, y: model.evaluate(X, y, verbose=0),
    "train_on_batch": lambda model, y: model.train_on_batch(X, y),
    "test_on_batch": lambda model, y: model.test_on_batch(X, y),
    "compute_gradients": lambda model, y: model.compute_gradients(X, y),
}


@pytest.mark.parametrize("use", USES_OF_TARGETS.values(), ids=USES_OF_TARGETS)
@pytest.mark.parametrize(("y", "message"), WRONG_TARGETS.values(), ids=WRONG_TARGETS)
def test_targets_that_do_not_fit(model, y, message, use):
    with pytest.raises(ValueError, match=message):
        use(model, y)


WRONG_WEIGHTS = {
    "an unknown name": ({"kindd": np.ones(6)}, rf"the model's outputs {OUTPUTS}; received 'kindd', which lacks"),
    "one in a list": ([np.ones(6)], rf"must be 2 arrays, one for each output {OUTPUTS}, received 1"),
    "fewer rows": ({"kind": np.ones(5)}, r"of output 'kind' must have the shape \(6,\), one weight a sample; got \(5,\)"),
}
USES_OF_WEIGHTS = {
    "fit": lambda model, weight: model.fit(X, Y, sample_weight=weight, verbose=0),
    "fit with batches": lambda model, weight: model.fit(iter([(X, Y, weight)]), steps_per_epoch=1, verbose=0),
    "fit with validation": lambda model, weight: model.fit(X, Y, validation_data=(X, Y, weight), verbose=0),
    "evaluate": lambda model, weight: model.evaluate(X, Y, sample_weight=weight, verbose=0),
    "train_on_batch": lambda model, weight: model.train_on_batch(X, Y, sample_weight=weight),
    "test_on_batch": lambda model, weight: model.test_on_batch(X, Y, sample_weight=weight),
    "compute_gradients": lambda model, weight: model.compute_gradients(X, Y, sample_weight=weight),
}


@pytest.mark.parametrize("use", USES_OF_WEIGHTS.values(), ids=USES_OF_WEIGHTS)
@pytest.mark.parametrize(("weight", "message"), WRONG_WEIGHTS.values(), ids=WRONG_WEIGHTS)
def test_weights_of_samples_that_do_not_fit(model, weight, message, use):
    with pytest.raises(ValueError, match=message):
        use(model, weight)


def test_a_mistake_changes_nothing(model):
    before = model.get_weights()
    for x, *_ in WRONG_INPUTS.values():
        with pytest.raises((TypeError, ValueError)):
            model.train_on_batch(x, Y)
    for y, _ in WRONG_TARGETS.values():
        with pytest.raises(ValueError, match=r"kind|size"):
            model.train_on_batch(X, y)
    assert all(np.array_equal(mine, its) for mine, its in zip(model.get_weights(), before, strict=True))
    assert np.isfinite(model.evaluate(X, Y, verbose=0)).all()


CALLS = {
    "one": (lambda m, a, n: m(a), ValueError, rf"x must be {ONE_EACH}"),
    "three": (lambda m, a, n: m([a, n, n]), ValueError, rf"x must be {ONE_EACH}, received 3"),
    "an unknown name": (lambda m, a, n: m({"image": a, "nmbers": n}), ValueError, f"x must have {NAMED}, 'nmbers', which lacks"),
    "another order": (
        lambda m, a, n: m([n, a]),
        ValueError,
        r"input 'image' of model 'two' takes samples of the shape \(8, 6, 3\), received \(5,\)",
    ),
    "an array among them": (lambda m, a, n: m([a, np.zeros((2, 5))]), TypeError, "x must be an Input.* received array"),
}


@pytest.mark.parametrize(("call", "error", "message"), CALLS.values(), ids=CALLS)
def test_calls_of_models_on_what_they_do_not_take(model, call, error, message):
    with pytest.raises(error, match=message):
        call(model, Input((8, 6, 3), name="image"), Input((5,), name="numbers"))


def test_a_dict_for_a_model_of_one_input_and_one_output():
    inputs = Input((5,), name="numbers")
    model = Model(inputs, layers.Dense(2, name="end")(inputs))
    model.compile("sgd", "mse")
    x, y = np.ones((3, 5), np.float32), np.ones((3, 2), np.float32)
    assert np.isfinite(model.evaluate({"numbers": x}, {"end": y}, sample_weight={"end": np.ones(3)}, verbose=0))
    only_input, only_output = "must have the name of the model's only input, 'numbers'", "of the model's only output, 'end'"
    for wrong in ({"n": x}, {"numbers": x, "n": x}, {}):
        for use in (model, model.predict, lambda x: model.fit(x, y), lambda x: model.train_on_batch(x, y)):
            with pytest.raises(ValueError, match=f"x {only_input}; received {', '.join(map(repr, wrong)) or 'none'}$"):
                use(wrong)
    with pytest.raises(ValueError, match=f"y must have the name {only_output}; received 'en'"):
        model.evaluate(x, {"en": y})
    with pytest.raises(ValueError, match=f"sample_weight must have the name {only_output}; received 'en'"):
        model.fit(x, y, sample_weight={"en": np.ones(3)})
    with pytest.raises(ValueError, match=f"output_gradients must have the name {only_output}; received 'en'"):
        model.differentiate(x, {"en": y})
