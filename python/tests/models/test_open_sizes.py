"""Models for images of any size, `Input((None, None, 3))`: they compute what a model of the size at hand computes."""

import numpy as np
import pytest
import swiftcnn
from swiftcnn import Input, Model, Sequential, layers, models

SIZES = [(8, 8), (9, 7), (16, 12), (5, 6), (11, 30), (6, 5), (10, 10), (20, 21), (7, 13), (12, 8)]  # more than plans are kept
CLASSES = 3


def functional(height=None, width=None):
    """With branches, batch normalization and a part that is called twice."""
    inputs = Input((height, width, 2))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False, name="first")(inputs)
    x = layers.BatchNormalization(name="normal")(x)
    again = layers.Conv2D(4, 3, padding="same", activation="relu", name="again")
    x = layers.Add(name="sum")([x, again(again(x))])
    x = layers.Concatenate(name="joined")([layers.MaxPooling2D(name="pool")(x), layers.Conv2D(2, 2, strides=2, name="half")(x)])
    x = layers.GlobalAveragePooling2D(name="means")(x)
    return Model(inputs, layers.Dense(CLASSES, activation="softmax", name="classes")(x))


def sequential(height=None, width=None):
    return Sequential(
        [
            Input((height, width, 2)),
            layers.Conv2D(4, 3, padding="same", activation="relu", name="first"),
            layers.BatchNormalization(name="normal"),
            layers.MaxPooling2D(name="pool"),
            layers.GlobalMaxPooling2D(name="greatest"),
            layers.Dense(CLASSES, activation="softmax", name="classes"),
        ]
    )


def nested(height=None, width=None):
    """A model of any size within another one."""
    inputs = Input((height, width, 2))
    inner = Sequential([Input((height, width, 2)), layers.Conv2D(3, 3, padding="same", name="patterns")], name="inner")
    x = layers.GlobalAveragePooling2D(name="means")(inner(inputs))
    return Model(inputs, layers.Dense(CLASSES, activation="softmax", name="classes")(x))


BUILDERS = [functional, sequential, nested]
every_kind = pytest.mark.parametrize("build", BUILDERS)


def images(height, width, rows=5):
    random = np.random.default_rng(height * 100 + width)
    return random.normal(size=(rows, height, width, 2)).astype(np.float32), np.arange(rows) % CLASSES


def compiled(model):
    model.compile(swiftcnn.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def pair(build, height, width):
    """A model of any size, and one of this size with the same weights."""
    either, fixed = compiled(build()), compiled(build(height, width))
    fixed.set_weights(either.get_weights())
    return either, fixed


def assert_same_weights(one, other):
    for mine, its in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


@every_kind
def test_shapes_are_open(build):
    model = build()
    assert (model.input_shape, model.output_shape) == ((None, None, None, 2), (None, CLASSES))
    assert build(9, None).input_shape == (None, 9, None, 2)
    assert model.compute_output_shape((None, 9, 8, 2)) == (None, CLASSES)


def test_every_layer_tells_of_open_axes(capsys):
    model = functional()
    shapes = {layer.name: layer.output.shape for layer in model.layers}
    assert shapes["first"] == shapes["sum"] == (None, None, None, 4)
    assert (shapes["joined"], shapes["means"]) == ((None, None, None, 6), (None, 6))
    assert model.get_layer("pool").output_shape == (None, None, None, 4)
    model.summary()
    printed = capsys.readouterr().out
    assert "None, 4)" in printed
    assert "Total params: 291" in printed


def test_axes_that_follow_from_others_are_open():
    x = Input((None, 8, 3))
    for layer, shape in (
        (layers.ZeroPadding2D(), (None, None, 10, 3)),
        (layers.UpSampling2D(), (None, None, 16, 3)),
        (layers.Conv2DTranspose(2, 3, strides=2), (None, None, 17, 2)),
        (layers.Permute((3, 1, 2)), (None, 3, None, 8)),
        (layers.Reshape((-1, 3)), (None, None, 3)),
        (layers.Resizing(4, 4), (None, 4, 4, 3)),
        (layers.Flatten(), (None, None)),
    ):
        assert layer(x).shape == shape


@every_kind
def test_values_are_those_of_a_model_of_the_size(build):
    either = build()
    for height, width in SIZES:
        fixed = build(height, width)
        fixed.set_weights(either.get_weights())
        x, _ = images(height, width)
        np.testing.assert_array_equal(either.predict(x, batch_size=2, verbose=0), fixed.predict(x, batch_size=2, verbose=0))
        np.testing.assert_array_equal(either(x), fixed(x))
        np.testing.assert_array_equal(either.predict_on_batch(x), fixed.predict_on_batch(x))


@every_kind
def test_training_is_that_of_a_model_of_the_size(build):
    either, fixed = pair(build, 9, 7)
    x, y = images(9, 7)
    settings = {"batch_size": 2, "epochs": 2, "shuffle": False, "verbose": 0}
    assert either.fit(x, y, **settings).history == fixed.fit(x, y, **settings).history
    assert_same_weights(either, fixed)
    assert either.evaluate(x, y, verbose=0) == fixed.evaluate(x, y, verbose=0)
    assert either.train_on_batch(x, y) == fixed.train_on_batch(x, y)
    assert either.test_on_batch(x, y) == fixed.test_on_batch(x, y)
    loss, gradients = either.compute_gradients(x, y)
    its_loss, its_gradients = fixed.compute_gradients(x, y)
    assert loss == its_loss
    assert all(np.array_equal(mine, its) for mine, its in zip(gradients, its_gradients, strict=True))


@every_kind
def test_each_batch_may_have_a_size_of_its_own(build):
    """Models of each size that hand their weights on; the optimizer is without memory, so that nothing else needs handing on."""
    either, weights = build(), None
    either.compile("sgd", "sparse_categorical_crossentropy")
    for height, width in SIZES * 2:
        fixed = build(height, width)
        fixed.set_weights(either.get_weights() if weights is None else weights)
        fixed.compile("sgd", "sparse_categorical_crossentropy")
        x, y = images(height, width)
        assert either.train_on_batch(x, y) == fixed.train_on_batch(x, y)
        weights = fixed.get_weights()
        assert_same_weights(either, fixed)


def test_validation_data_may_have_another_size():
    either, fixed = pair(functional, 12, 10)
    (x, y), validation = images(9, 7), images(12, 10)
    history = either.fit(x, y, validation_data=validation, verbose=0).history
    fixed.set_weights(either.get_weights())
    expected = fixed.evaluate(*validation, verbose=0, return_dict=True)
    assert {name: history[f"val_{name}"] for name in expected} == {name: [value] for name, value in expected.items()}


def test_a_generator_may_yield_batches_of_several_sizes():
    """Its batches one after the other are those of train_on_batch."""
    by_generator, by_batch = compiled(functional()), compiled(functional())
    by_batch.set_weights(by_generator.get_weights())
    by_generator.fit((images(*size) for size in SIZES), steps_per_epoch=len(SIZES), verbose=0)
    for size in SIZES:
        by_batch.train_on_batch(*images(*size))
    assert_same_weights(by_generator, by_batch)


def test_a_generator_of_several_sizes_is_evaluated_and_predicted():
    model = compiled(functional())
    losses = [model.evaluate(*images(*size), verbose=0)[0] for size in SIZES]
    found = model.evaluate((images(*size) for size in SIZES), steps=len(SIZES), verbose=0)
    assert found[0] == pytest.approx(np.mean(losses), rel=1e-6)
    predicted = model.predict((images(*size)[0] for size in SIZES), steps=len(SIZES), verbose=0)
    np.testing.assert_array_equal(predicted, np.concatenate([model.predict(images(*size)[0], verbose=0) for size in SIZES]))


def of_the_size():
    """The outputs are images too."""
    inputs = Input((None, None, 2))
    x = layers.MaxPooling2D(2, strides=1, padding="valid", name="pool")(inputs)
    x = layers.ZeroPadding2D(((1, 0), (1, 0)))(x)
    return Model(inputs, layers.UpSampling2D()(layers.Conv2D(3, 3, padding="same")(x)))


def test_outputs_may_have_the_images_size():
    model = of_the_size()
    model.compile("sgd", "mse")
    for height, width in SIZES:
        x, _ = images(height, width)
        assert model.predict(x, verbose=0).shape == (5, 2 * height, 2 * width, 3)
        assert np.isfinite(model.train_on_batch(x, np.zeros((5, 2 * height, 2 * width, 3), np.float32)))


def two_inputs(*shapes):
    inputs, shared = [Input(shape) for shape in shapes], layers.Conv2D(3, 3)
    return Model(inputs, layers.Subtract()([layers.GlobalAveragePooling2D()(shared(x)) for x in inputs]))


def test_two_inputs_may_have_sizes_of_their_own():
    model, fixed = two_inputs((None, None, 2), (None, 6, 2)), two_inputs((9, 7, 2), (12, 6, 2))
    fixed.set_weights(model.get_weights())
    assert model.input_shape == [(None, None, None, 2), (None, None, 6, 2)]
    x = [images(9, 7)[0], images(12, 6)[0]]
    np.testing.assert_array_equal(model.predict(x, verbose=0), fixed.predict(x, verbose=0))
    with pytest.raises(ValueError, match=r"must have the shape \(None, None, 6, 2\), got \(5, 9, 7, 2\)"):
        model.predict([x[0], x[0]], verbose=0)


@every_kind
@pytest.mark.parametrize("ending", ["safetensors", "keras", "h5"])
def test_saved_and_loaded(build, ending, tmp_path):
    model = compiled(build())
    for size in SIZES[:2]:
        model.train_on_batch(*images(*size))
    model.save(tmp_path / f"m.{ending}")
    loaded = models.load_model(tmp_path / f"m.{ending}")
    assert (loaded.input_shape, loaded.output_shape) == (model.input_shape, model.output_shape)
    for size in SIZES[:3]:
        x, y = images(*size)
        np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
        assert loaded.train_on_batch(x, y) == model.train_on_batch(x, y)  # the optimizer's memory came along
    assert_same_weights(loaded, model)


@every_kind
def test_cloned_and_told_as_json(build):
    model = build()
    for copy in (models.clone_model(model), models.model_from_json(model.to_json())):
        copy.set_weights(model.get_weights())
        assert copy.input_shape == (None, None, None, 2)
        x, _ = images(9, 7)
        np.testing.assert_array_equal(copy.predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_trained_part_goes_on_at_another_size():
    """Fully convolutional use: the features of a model of any size under a head for one size."""
    base = functional()
    part = Model(base.input, base.get_layer("joined").output)
    inputs = Input((16, 12, 2))
    model = Model(inputs, layers.Dense(2)(layers.Flatten()(part(inputs))))
    assert model.output_shape == (None, 2)
    x, _ = images(16, 12)
    kernel, bias = model.get_layer("dense").get_weights()
    expected = part.predict(x, verbose=0).reshape(5, -1) @ kernel + bias
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)  # sums in another order


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((2, 8, 8, 3), np.float32), r"x must have the shape \(None, None, None, 2\), got \(2, 8, 8, 3\)"),
        (np.zeros((2, 8, 2), np.float32), r"x must have the shape \(None, None, None, 2\), got \(2, 8, 2\)"),
        (np.zeros((2, 0, 8, 2), np.float32), r"x must have the shape \(None, None, None, 2\), got \(2, 0, 8, 2\)"),
        (np.zeros((2, 1, 8, 2), np.float32), "pool: the height of the input is 1, smaller than the window of 2"),
    ],
)
@pytest.mark.parametrize("build", [functional, of_the_size])
def test_images_that_do_not_fit(build, x, message):
    model = build()
    model.compile("sgd", "mse")
    y = np.zeros((2, CLASSES), np.float32)
    calls = (
        lambda: model.predict(x, verbose=0),
        lambda: model.evaluate(x, y, verbose=0),
        lambda: model.fit(x, y, verbose=0),
        lambda: model.train_on_batch(x, y),
        lambda: model.predict_on_batch(x),
        lambda: model(x),
        lambda: model.differentiate(x, y),
    )
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call()
    assert model.predict(images(8, 8)[0], verbose=0).shape[0] == 5  # as before
