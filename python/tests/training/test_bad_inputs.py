"""What users hand over by mistake: every case ends in an error that says what came and what to do, and changes nothing."""

import math
import os
import subprocess
import sys
import types

import numpy as np
import pytest
from swiftcnn import Input, Sequential
from swiftcnn.callbacks import LambdaCallback
from swiftcnn.layers import BatchNormalization, Conv2D, Dense, DepthwiseConv2D, Flatten


@pytest.fixture(autouse=True)
def _weights_stay(model):
    """Whatever a test of this file does to the model, its weights are as before."""
    before = model.get_weights()
    yield
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def every_use(model):
    """The calls that take x and y."""
    return [model.fit, model.evaluate, model.train_on_batch, model.test_on_batch, model.compute_gradients]


@pytest.mark.parametrize("shape", [(40, 8), (40, 8, 8, 1, 1, 1), (40,), (40, 8, 8, 3), (40, 9, 8, 1), (40, 64)])
def test_wrong_shapes(model, data, shape):  # bad inputs 1 to 3
    x = np.zeros(shape, np.float32)
    for use in every_use(model):
        with pytest.raises(ValueError, match=r"x must have the shape \(None, 8, 8, 1\), got .*Reshape x"):
            use(x, data[1])
    with pytest.raises(ValueError, match=r"x must have the shape \(None, 8, 8, 1\)"):
        model.predict(x)


def test_a_scalar_is_no_data(model):
    with pytest.raises(ValueError, match=r"x must have the shape \(None, 8, 8, 1\)"):
        model.predict(5)


def test_no_samples(model):  # 14
    for use in every_use(model):
        with pytest.raises(ValueError, match="x has no samples"):
            use(np.zeros((0, 8, 8, 1)), np.zeros(0))
    with pytest.raises(ValueError, match="x has no samples"):
        model.predict(np.zeros((0, 8, 8, 1)))


def test_x_and_y_of_different_lengths(model, data):  # 17
    x, y = data
    for use in every_use(model):
        with pytest.raises(ValueError, match="x and y must have the same number of samples; x has 40, y has the shape"):
            use(x, y[:-1])
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(x, y, sample_weight=np.ones(3))
    with pytest.raises(ValueError, match="must have the same number of samples"):
        model.fit(x, y, validation_data=(x, y[:3]))


@pytest.mark.parametrize("size", [0, -1])
def test_batch_sizes_below_one(model, data, size):  # 18
    for use in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match=f"batch_size must be at least 1, got {size}"):
            use(*data, batch_size=size)
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, got {size}"):
        model.predict(data[0], batch_size=size)


def test_a_huge_batch_is_one_batch(model, data):  # 18
    assert model.evaluate(*data, batch_size=2**62, verbose=0) == model.evaluate(*data, batch_size=40, verbose=0)
    with pytest.raises(ValueError, match="batch_size must fit in 64 bits"):
        model.predict(data[0], batch_size=2**64)


@pytest.mark.parametrize("split", [0.999, 1.0, -0.1, math.nan])
def test_a_validation_split_that_leaves_nothing(model, data, split):  # 19
    with pytest.raises(ValueError, match="validation_split"):
        model.fit(*data, validation_split=split)


@pytest.mark.parametrize("value", [True, 2.0, math.nan, "3"])
@pytest.mark.parametrize(
    "argument",
    ["batch_size", "epochs", "initial_epoch", "steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq"],
)
def test_integers_are_due(model, data, argument, value):  # 20
    with pytest.raises(TypeError, match=f"{argument} must be an integer, received {value!r}"):
        model.fit(*data, **{argument: value})


def test_none_where_an_integer_is_due(model, data):
    with pytest.raises(TypeError, match="epochs must be an integer, received None"):
        model.fit(*data, epochs=None)


def test_counts_below_one(model, data):
    with pytest.raises(ValueError, match="steps_per_epoch must be at least 1, or None for all, received 0"):
        model.fit(*data, steps_per_epoch=0)
    with pytest.raises(ValueError, match="verbose must be 'auto', 0, 1 or 2, received 7"):
        model.fit(*data, verbose=7)
    with pytest.raises(TypeError, match="shuffle must be True or False, received 'batch'"):
        model.fit(*data, shuffle="batch")


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.array(["a", "b"]), r"x has dtype <U1.*x\.astype\('float32'\)"),
        (np.array([object()]), r"x has dtype object"),
        (np.zeros(3, complex), r"x has dtype complex128.*pass x\.real, or numpy\.abs\(x\)"),
        (np.zeros(3, np.longdouble), r"x has dtype (float128|longdouble).*astype"),
        (np.array(["2020-01-01"], "M8[D]"), r"x has dtype datetime64"),
        (np.ma.masked_array(np.zeros(3)), r"x is a masked array.*x\.filled\(0\)"),
        ("image.png", r"x must be an array or nested lists of numbers, received 'image\.png' \(a str\)"),
        (None, r"x must be an array .*received None"),
    ],
)
def test_what_is_no_array_of_numbers(model, x, message):  # 21, 30
    with pytest.raises(TypeError, match=message):
        model.predict(x)
    with pytest.raises(TypeError, match=message):
        model.fit(x, [0])


def test_a_dict_without_the_name_of_the_only_input(model, data):
    for call in (model.predict, lambda x: model.fit(x, data[1])):
        with pytest.raises(ValueError, match="x must have the name of the model's only input, 'input_layer'; received 'x'"):
            call({"x": data[0]})
    np.testing.assert_array_equal(model.predict({"input_layer": data[0]}, verbose=0), model.predict(data[0], verbose=0))


def test_a_sparse_matrix_is_refused_with_the_remedy(model):  # 30
    sparse = types.SimpleNamespace(toarray=None, tocsr=None)
    with pytest.raises(TypeError, match=r"x is a sparse matrix .*pass x\.toarray\(\)"):
        model.predict(sparse)


def test_ragged_lists(model):  # 30
    with pytest.raises(ValueError, match="x is a ragged list: all samples must have the same shape"):
        model.predict([[1, 2], [3]])
    with pytest.raises(ValueError, match="y is a ragged list"):
        model.fit(np.zeros((2, 8, 8, 1)), [[1], [1, 2]])


@pytest.mark.parametrize("offset", [0, 8192])
def test_a_mapped_file_that_is_cut(model, data, tmp_path, offset):  # 27
    path = tmp_path / "x.bin"
    x = np.memmap(path, np.float32, "w+", offset, data[0].shape)
    x[...] = data[0]
    weights = model.get_weights()

    def cut(epoch, logs):
        os.truncate(path, offset + 40 * 64 * 2)

    with pytest.raises(ValueError, match=r"the file behind x has \d+ bytes left of \d+: it was cut .*pass numpy\.array\(x\)"):
        model.fit(x, data[1], batch_size=10, epochs=5, verbose=0, callbacks=[LambdaCallback(on_epoch_end=cut)])
    assert len(model.history.epoch) == 1
    for use in (*every_use(model), lambda images, _: model.predict(images)):
        with pytest.raises(ValueError, match="the file behind x has"):
            use(x[::2, ..., 0], data[1][::2])
    model.set_weights(weights)  # the first epoch had changed them, as it should


def test_batches_of_no_samples(model, data):  # 14
    x, y = data
    for batches in ([(x[:0], y[:0])], [(x, y), (x[:0], y[:0])]):
        before = model.get_weights() if len(batches) == 1 else None
        with pytest.raises(ValueError, match=f"batch {len(batches) - 1} of x: x has no samples"):
            model.evaluate(iter(batches), verbose=0)
        with pytest.raises(ValueError, match=f"batch {len(batches) - 1} of x: x has no samples"):
            model.predict(iter(batches), verbose=0)
        if before is not None:
            with pytest.raises(ValueError, match="batch 0 of x: x has no samples"):
                model.fit(iter(batches), verbose=0)


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_sample_weights_that_cannot_be(model, data, weight):  # 37
    weights = np.ones(40)
    weights[5] = weight
    for use in every_use(model):
        with pytest.raises(ValueError, match="sample_weight"):
            use(*data, sample_weight=weights)


def test_weights_that_are_all_zero_teach_nothing(model, data):  # 37
    model.optimizer.learning_rate = 0.1
    history = model.fit(*data, sample_weight=np.zeros(40), epochs=1, verbose=0)
    assert history.history["loss"] == [0]


def test_class_weights_with_missing_and_unknown_keys(model, data):  # 38
    x, y = data
    full = {label: 3.0 if label == 2 else 1.0 for label in range(4)}
    losses = []
    for weights in (full, {2: 3.0}):
        plain = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, "softmax", kernel_initializer="ones")])
        plain.compile("sgd", "sparse_categorical_crossentropy")
        losses += plain.fit(x, y, batch_size=40, class_weight=weights, verbose=0).history["loss"]
    assert losses[0] == losses[1] == pytest.approx(math.log(4) * (3 + 1 + 1 + 1) / 4, rel=1e-5)
    with pytest.raises(ValueError, match="class_weight names class 7, but the model has classes 0 to 3"):
        model.fit(x, y, class_weight={7: 1.0})
    with pytest.raises(TypeError, match=r"class_weight must be a dict such as \{0: 1\.0, 1: 2\.5\}, received \[1, 2\]"):
        model.fit(x, y, class_weight=[1, 2])
    with pytest.raises(ValueError, match=r"class_weight\[1\] must be a finite number, received nan"):
        model.fit(x, y, class_weight={1: math.nan})


@pytest.mark.parametrize("layer", [lambda: Conv2D(4, 0), lambda: Conv2D(4, (3, 0)), lambda: DepthwiseConv2D(0)])
def test_kernels_of_no_size(layer):  # 15
    with pytest.raises(ValueError, match="kernel"):
        Sequential([Input((8, 8, 1)), layer()])


def test_a_constant_channel_and_a_last_batch_of_one(data):  # 16, 39
    x, y = data
    x = np.concatenate([x, np.full_like(x, 0.5)], -1)[:33]
    model = Sequential([Input((8, 8, 2)), BatchNormalization(), Flatten(), BatchNormalization(), Dense(4, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    history = model.fit(x, y[:33], batch_size=8, epochs=3, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    assert np.isfinite(model.predict(x, verbose=0)).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_inputs_that_are_not_finite(model, data, value):  # 31
    x = data[0].copy()
    x[3, 2, 1, 0] = value
    for use in every_use(model):
        with pytest.raises(ValueError, match=r"x holds -?(nan|inf) at sample 3.*numpy\.nan_to_num"):
            use(x, data[1])


def test_a_float64_beyond_float32(model, data):
    x = data[0].astype(np.float64)
    x[0] = 1e300
    with pytest.raises(ValueError, match="x holds"):
        model.fit(x, data[1])


def test_huge_logits_stay_finite(data):  # 34
    for sign in (1, -1):
        model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, activation="softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.set_weights([sign * 1e28 * weight for weight in model.get_weights()])
        assert np.isfinite(model.evaluate(*data, verbose=0))
        assert np.isfinite(model.predict(data[0], verbose=0)).all()


def test_denormal_weights_leave_no_trace(data):  # 33
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, use_bias=False)])
    model.set_weights([np.full((64, 4), 1e-39, np.float32)])
    assert (model.predict(data[0], verbose=0) < 64e-39).all()  # 0 where the engine rounds denormals to it, for speed
    assert np.array([1e-39], np.float32) * np.float32(1) != 0  # the caller's floating-point state is as it was


@pytest.mark.parametrize("label", [-1, 4, 1.5])
def test_labels_that_are_no_classes(model, data, label):  # 35
    y = data[1].astype(np.float32)
    y[7] = label
    for use in every_use(model):
        with pytest.raises(ValueError, match=rf"y holds {label}.* at sample 7, .*4 classes.*from 0 to 3"):
            use(data[0], y)


def test_one_hot_and_class_numbers_mixed_up(model, data):  # 36
    x, y = data
    with pytest.raises(
        ValueError, match=r"takes one class number for each answer.*For one-hot targets use categorical_crossentropy"
    ):
        model.fit(x, np.eye(4)[y])
    other = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, activation="softmax")])
    other.compile("sgd", "categorical_crossentropy")
    with pytest.raises(ValueError, match=r"sparse_categorical_crossentropy|to_categorical"):
        other.fit(x, y)


def test_validation_data_of_a_wrong_kind(model, data):
    with pytest.raises(TypeError, match=r"validation_data must be \(x, y\) or \(x, y, sample_weight\), received a ndarray"):
        model.fit(*data, validation_data=data[0])
    with pytest.raises(TypeError, match=r"validation_data\[1\] must be an array"):
        model.fit(*data, validation_data=(data[0], None))


def test_y_is_needed(model, data):
    with pytest.raises(TypeError, match=r"y must be an array .*received None"):
        model.fit(data[0])


def test_an_unusable_environment_is_told_when_it_matters():
    for name, value, message in [("SWIFTCNN_ISA", "sse9", "avx2"), ("SWIFTCNN_NUM_THREADS", "many", "many")]:
        command = [sys.executable, "-c", "import swiftcnn; swiftcnn.build_info()"]
        done = subprocess.run(command, env={**os.environ, name: value}, capture_output=True, text=True)
        assert done.returncode == 1
        assert name in done.stderr
        assert message in done.stderr
