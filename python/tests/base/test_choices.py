"""What may be chosen in Keras and is as it is here: scripts that choose what holds anyway run, others are told."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, callbacks, initializers, layers, losses, models, optimizers, utils


def small():
    return Sequential([Input((4,)), layers.Dense(3, activation="softmax")])


ACCEPTED = [
    lambda: layers.Conv2D(3, 3, dtype="float32"),
    lambda: Input((4,), 32, "float32"),
    lambda: Input(shape=(4,), batch_size=32, dtype=None, name="images"),
    lambda: layers.Flatten(data_format="channels_last"),
    lambda: layers.Flatten("channels_last", name="flat"),
    lambda: losses.CategoricalCrossentropy(reduction="sum_over_batch_size", name="loss"),
    lambda: losses.MeanSquaredError(reduction="auto"),
    lambda: optimizers.Adam(0.001, 0.9, 0.999, 1e-7, False),
    lambda: optimizers.AdamW(amsgrad=False),
    lambda: callbacks.TensorBoard("logs", 1, True, False, profile_batch=0, embeddings_freq=0),
    lambda: small().compile("adam", "mse", loss_weights=None, run_eagerly=True, jit_compile=False, steps_per_execution=8),
    lambda: models.model_from_json(small().to_json(), custom_objects={}),
    lambda: utils.clear_session(free_memory=True),
]


@pytest.mark.parametrize("line", ACCEPTED)
def test_a_choice_that_holds_anyway(line):
    line()


REFUSED = [
    (lambda: layers.Dense(3, dtype="float16"), "dtype must be None or 'float32', received 'float16': models compute in float32"),
    (lambda: Input((4,), dtype="int32"), "dtype must be None or 'float32', received 'int32'"),
    (lambda: layers.Flatten("channels_first"), "data_format must be None or 'channels_last', received 'channels_first'"),
    (lambda: losses.Huber(reduction="sum"), "reduction must be 'sum_over_batch_size' .*, received 'sum': a loss is the mean"),
    (lambda: optimizers.Adam(amsgrad=True), "amsgrad must be False, received True: that variant of Adam is not computed"),
    (lambda: callbacks.TensorBoard(write_images=True), "write_images must be False, received True: weights are written as hist"),
    (lambda: callbacks.TensorBoard(profile_batch=2), r"profile_batch must be 0, received 2: .*model\.plan_info\(\) tells"),
    (lambda: models.load_model("m.keras", {"A": 3}), r"custom_objects must be None or \{\}, received .*: omit it"),
    (lambda: models.model_from_json("{}", {"A": 3}), r"custom_objects must be None or \{\}, received .*: omit it"),
    (lambda: small().save("m.h5", include_optimizer=False), "include_optimizer must be True, received False: save_weights"),
    (lambda: small().save("m", save_format="tf"), "save_format='tf' does not go with .*m': end the name in .keras or .h5"),
    (lambda: small().save("m.keras", save_format="h5"), "save_format='h5' does not go with .*m.keras': end the name in"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_a_choice_that_there_is_not(line, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=message):
        line()
    assert not list(tmp_path.iterdir())


def test_what_is_no_batch_size():
    with pytest.raises(TypeError, match="batch_size must be an integer, received 'all'"):
        Input((4,), batch_size="all")


@pytest.mark.parametrize(
    "first",
    [
        layers.Dense(3, batch_input_shape=(None, 4)),
        layers.Dense(3, batch_input_shape=(32, 4)),
        layers.Dense(3, input_dim=4),
    ],
)
def test_a_first_layer_may_tell_of_batches(first):
    model = Sequential([first])
    assert model.input_shape == (None, 4)
    assert model.predict(np.ones((5, 4)), verbose=0).shape == (5, 3)


def test_an_input_may_tell_of_batches():
    assert Input(batch_shape=(None, 4)).shape == layers.InputLayer(batch_shape=(8, 4)).shape == (None, 4)


@pytest.mark.parametrize(
    ("shape", "kind", "message"),
    [
        (28, TypeError, r"must be a tuple such as \(None, 28, 28, 1\), with the batch axis, received 28"),
        ((), TypeError, r"must be a tuple such as \(None, 28, 28, 1\), with the batch axis, received \(\)"),
        (("n", 4), TypeError, "must be an integer, received 'n'"),
        (
            (None, 3, None),
            ValueError,
            r"behind the batch axis must have a fixed size along the last axis, .*received \(3, None\)",
        ),
    ],
)
def test_what_is_no_shape_of_a_batch(shape, kind, message):
    with pytest.raises(kind, match=f"batch_shape {message}"):
        Input(batch_shape=shape)
    with pytest.raises(kind, match=f"batch_input_shape {message}"):
        layers.Dense(3, batch_input_shape=shape)


def test_saving_with_a_format(tmp_path):
    for name, kind in (("m.keras", "keras"), ("m.h5", "h5"), ("m.hdf5", "h5")):
        model = small()
        model.save(tmp_path / name, include_optimizer=True, save_format=kind)
        again = models.load_model(tmp_path / name, None, compile=False, safe_mode=True)
        np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("name", ["glorot_uniform", "he_normal", "random_normal", "constant", "zeros", "orthogonal"])
def test_initializers_in_small_letters(name):
    kind = getattr(initializers, name)
    assert kind is type(initializers.get(name))
    assert layers.Dense(3, kernel_initializer=kind()).kernel_initializer is not None


def test_the_first_argument_of_get():
    for module, name in ((losses, "mse"), (optimizers, "adam"), (initializers, "zeros")):
        assert type(module.get(identifier=name)) is type(module.get(name))
