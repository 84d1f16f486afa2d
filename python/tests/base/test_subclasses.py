"""Classes of users that only fix arguments, or add methods: they work as what they derive from, everywhere."""

import copy
import pickle

import numpy as np
import pytest
from swiftcnn import (
    Input,
    Model,
    Sequential,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
)
from swiftcnn.callbacks import Callback, EarlyStopping, ReduceLROnPlateau
from swiftcnn.optimizers import schedules
from swiftcnn.utils import PyDataset
from user_classes import LAYERS, LOSSES, METRICS, OPTIMIZERS, RULES, needed, subclass


def helper(*_, **__):
    pytest.fail("a helper was called that nobody called")


class Scores(layers.Dense):
    """A layer whose arguments are fixed."""

    def __init__(self, **options):
        super().__init__(3, activation="softmax", **options)
        self.helper_value = 7

    def helper(self):
        return self.helper_value


class SlowAdam(optimizers.Adam):
    def __init__(self):
        super().__init__(1e-4)


class Smoothed(losses.CategoricalCrossentropy):
    def __init__(self):
        super().__init__(label_smoothing=0.1)


class Right(metrics.CategoricalAccuracy):
    def __init__(self):
        super().__init__("right")


class Small(regularizers.L2):
    def __init__(self):
        super().__init__(0.5)


class Short(constraints.MaxNorm):
    def __init__(self):
        super().__init__(0.5)


class Network(Sequential):
    """A model with methods that Python calls, or nobody but its user."""

    called = ()

    def fit(self, *arguments, **options):
        self.called += ("fit",)
        return super().fit(*arguments, **options)

    def get_config(self):
        return {**super().get_config(), "more": 1}

    def accuracy(self, x, y):
        return float((self.predict(x, verbose=0).argmax(-1) == y.argmax(-1)).mean())


def network():
    model = Network([Input((4,)), Scores(kernel_regularizer=Small(), kernel_constraint=Short(), name="scores")])
    model.compile(SlowAdam(), Smoothed(), metrics=[Right()], weighted_metrics=[Right()])
    return model


def rows():
    generator = np.random.default_rng(5)
    return generator.random((12, 4), np.float32), np.eye(3)[generator.integers(0, 3, 12)]


def test_subclasses_that_fix_arguments_train_as_what_they_derive_from():
    x, y = rows()
    mine = network()
    theirs = Sequential(
        [
            Input((4,)),
            layers.Dense(3, "softmax", kernel_regularizer=regularizers.L2(0.5), kernel_constraint=constraints.MaxNorm(0.5)),
        ]
    )
    theirs.compile(
        optimizers.Adam(1e-4), losses.CategoricalCrossentropy(label_smoothing=0.1), metrics=[metrics.CategoricalAccuracy("right")]
    )
    theirs.set_weights(mine.get_weights())
    first, second = (model.fit(x, y, shuffle=False, epochs=2, verbose=0).history for model in (mine, theirs))
    assert first["loss"] == second["loss"]
    assert first["right"] == first["weighted_right"] == second["right"]
    assert mine.called == ("fit",)
    assert mine.accuracy(x, y) == pytest.approx(theirs.evaluate(x, y, verbose=0)[1])
    assert mine.layers[0].helper() == 7
    np.testing.assert_array_equal(mine.get_weights()[0], theirs.get_weights()[0])


def test_files_hold_the_class_that_a_subclass_derives_from(tmp_path):
    x, y = rows()
    model = network()
    model.fit(x, y, verbose=0)
    for name in ("model.safetensors", "model.keras", "model.h5"):
        if not name.endswith(".safetensors"):
            pytest.importorskip("h5py")
        model.save(tmp_path / name)
        loaded = models.load_model(tmp_path / name)
        assert (type(loaded), type(loaded.layers[0])) == (Sequential, layers.Dense)
        assert type(loaded.optimizer) is optimizers.Adam
        assert loaded.optimizer.learning_rate == pytest.approx(1e-4)
        assert loaded.loss.label_smoothing == pytest.approx(0.1)
        assert loaded.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)


def test_schedules_that_fix_arguments_are_what_they_derive_from(tmp_path):
    class Slow(schedules.ExponentialDecay):
        def __init__(self):
            super().__init__(0.1, 10, 0.5)

    class Own(schedules.LearningRateSchedule): ...

    theirs = schedules.ExponentialDecay(0.1, 10, 0.5)
    assert [Slow()(step) for step in range(30)] == [theirs(step) for step in range(30)]
    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile(optimizers.SGD(Slow()), "mse")
    model.save(tmp_path / "model.safetensors")
    assert models.load_model(tmp_path / "model.safetensors").optimizer._learning_rate.get_config() == theirs.get_config()
    assert schedules.serialize(Slow())["class_name"] == "ExponentialDecay"
    with pytest.raises(TypeError, match=r"Own derives from LearningRateSchedule, .*give it a __call__\(step\)"):
        Own()


def test_copies_of_layers_and_their_kin_are_of_the_same_class():
    for value in (Scores(name="scores"), SlowAdam(), Smoothed(), Right(), Small(), Short()):
        for duplicate in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert type(duplicate) is type(value)
            assert duplicate.get_config() == value.get_config()
    assert copy.deepcopy(Scores()).helper() == 7


def test_from_config_makes_a_subclass_that_takes_no_settings():
    made = Scores.from_config(layers.Dense(5, name="five").get_config())
    assert (type(made), made.units, made.name) == (Scores, 5, "five")
    with pytest.raises(TypeError, match="units must be an integer"):
        Scores.from_config({"units": "5"})

    class Scaled(layers.Dense):
        def __init__(self, units, scale=1, **options):
            super().__init__(units, **options)
            self.scale = scale

        def get_config(self):
            return {**super().get_config(), "scale": self.scale}

    assert Scaled.from_config(Scaled(4, scale=3).get_config()).scale == 3


def test_a_copy_of_a_layer_has_no_weights_and_is_in_no_model():
    model = Sequential([Input((4,)), layers.Dense(3)])
    duplicate = copy.copy(model.layers[0])
    assert not duplicate.built
    with pytest.raises(ValueError, match="has no weights and no shape before it is added to a model"):
        duplicate.count_params()


def test_an_optimizer_s_copy_is_no_model_s():
    model = network()
    duplicate = copy.copy(model.optimizer)
    duplicate.learning_rate = 0.5
    assert model.optimizer.learning_rate == pytest.approx(1e-4)


def test_clones_are_of_the_built_in_classes_as_keras_makes_them():
    class Net(Sequential):
        def __init__(self):
            super().__init__([Input((4,)), Scores()])

    for model in (network(), Net()):
        clone = models.clone_model(model)
        assert (type(clone), type(clone.layers[0]), clone.layers[0].units) == (Sequential, layers.Dense, 3)


def test_a_model_s_copy_keeps_its_class_or_says_why_not():
    class Plain(Model): ...

    inputs = Input((4,))
    plain = Plain(inputs, layers.Dense(2)(inputs))
    assert type(Plain.from_config(plain.get_config())) is Plain
    assert type(copy.deepcopy(network())) is Network

    class Net(Sequential):
        def __init__(self):
            super().__init__([Input((4,)), layers.Dense(2)])

    class Filled(Sequential):
        def __init__(self, name=None):
            super().__init__([Input((4,)), layers.Dense(2)], name=name)

    class Line(Model):
        def __init__(self):
            inputs = Input((4,))
            super().__init__(inputs, layers.Dense(2)(inputs))

    for kind in (Net, Filled, Line):
        with pytest.raises(TypeError, match=f"{kind.__name__} has an __init__ of its own.*clone_model"):
            copy.deepcopy(kind())


def test_overrides_of_predict_and_evaluate_are_not_called_behind_the_user_s_back():
    class Loud(Sequential):
        def predict(self, *_, **__):
            pytest.fail("predict was called")

        evaluate = predict

    x, y = rows()
    model = Loud([Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy")
    model.set_weights([np.zeros((4, 3)), [9.0, 0, 0]])
    assert model.predict_on_batch(x).shape == (12, 3)
    assert model.test_on_batch(x, y) > 0
    model.optimizer.learning_rate = 0
    with pytest.warns(UserWarning, match="takes every sample for class 0"):  # which the library finds out by itself
        model.fit(x, y, epochs=9, batch_size=1, verbose=0)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda kind: kind.__name__)
def test_innocent_subclasses_of_layers_are_welcome(layer):
    settings, shape = needed(layer), (4,) if layer is layers.RepeatVector else (4, 4, 1)
    kind = subclass(layer, helper=helper, get_config=lambda self: {**layer.get_config(self), "more": 1})
    inputs = Input(shape)
    mine = kind(**settings)
    model = Model(inputs, mine([inputs, inputs]) if mine._joins else mine(inputs))
    assert model._flat_config()["layers"][0]["class"] == layer.__name__
    assert model.predict(np.ones((2, *shape)), verbose=0).shape[0] == 2


@pytest.mark.parametrize("kind", [*LOSSES, *METRICS, *OPTIMIZERS, *RULES], ids=lambda kind: kind.__name__)
def test_innocent_subclasses_of_the_rest_are_welcome(kind):
    mine = subclass(kind, helper=helper, get_config=lambda self: {**kind.get_config(self), "more": 1})()
    assert mine._class_name() == kind.__name__
    assert mine._settings() == kind()._settings()


def test_hooks_of_callbacks_beyond_those_of_their_base_are_called():
    """Keras calls these two: EarlyStopping's value, and whether ReduceLROnPlateau waits."""
    x, y = rows()
    model = network()

    class ByLength(EarlyStopping):
        def get_monitor_value(self, logs):
            return 1.0

    class Patient(ReduceLROnPlateau):
        def in_cooldown(self):
            return True

    assert len(model.fit(x, y, epochs=5, verbose=0, callbacks=[ByLength(patience=2)]).epoch) == 3
    before = model.optimizer.learning_rate
    model.fit(x, y, epochs=3, verbose=0, callbacks=[Patient("loss", patience=1, min_delta=1e9)])
    assert model.optimizer.learning_rate == before
    model.fit(x, y, epochs=3, verbose=0, callbacks=[ReduceLROnPlateau("loss", patience=1, min_delta=1e9)])
    assert model.optimizer.learning_rate < before


def test_innocent_subclasses_of_what_python_runs_are_welcome():
    for kind in (initializers.HeNormal, Callback, PyDataset):
        assert subclass(kind, helper=helper)()
