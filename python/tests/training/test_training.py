"""compile, fit, evaluate, predict and the single batches: Keras's arguments and results."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, callbacks, losses, metrics, optimizers, utils
from swiftcnn.layers import Dense, Flatten


def test_it_learns(model, data):
    history = model.fit(*data, batch_size=8, epochs=60, verbose=0)
    assert history.history["loss"][-1] < 0.2 < history.history["loss"][0]
    loss, accuracy = model.evaluate(*data, verbose=0)
    assert loss < 0.1
    assert accuracy == 1
    assert (model.predict(data[0], verbose=0).argmax(-1) == data[1]).all()


def test_history_is_keras_s(model, data):
    history = model.fit(*data, batch_size=8, epochs=3, verbose=0, validation_split=0.25, initial_epoch=1)
    assert list(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert all(type(value) is float for values in history.history.values() for value in values)
    assert history.epoch == [1, 2]
    assert history.params == {"verbose": 0, "epochs": 3, "steps": 4}
    assert model.history is history


def test_the_split_is_the_last_fraction(data):
    x, y = data
    utils.set_random_seed(1)
    one = fresh().fit(x, y, verbose=0, validation_split=0.25)
    utils.set_random_seed(1)
    other = fresh().fit(x[:30], y[:30], verbose=0, validation_data=(x[30:], y[30:]))
    assert one.history == other.history


def test_the_split_keeps_sample_weights_and_drops_class_weights(data):
    x, y = data
    weights = np.linspace(0.5, 2, len(x), dtype=np.float32)
    classes = {0: 3.0, 2: 0.5}
    utils.set_random_seed(1)
    one = fresh().fit(x, y, verbose=0, validation_split=0.25, sample_weight=weights, class_weight=classes)
    utils.set_random_seed(1)
    held = (x[30:], y[30:], weights[30:])
    other = fresh().fit(x[:30], y[:30], verbose=0, validation_data=held, sample_weight=weights[:30], class_weight=classes)
    assert one.history == other.history


def fresh():
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_validation_takes_weights_frequency_and_steps(data):
    x, y = data
    model = fresh()
    history = model.fit(
        x, y, 8, 4, 0, validation_data=(x, y, np.zeros(40)), validation_freq=2, validation_steps=2, validation_batch_size=4
    )
    assert history.history["val_loss"] == [0, 0]
    assert len(history.history["loss"]) == 4


@pytest.mark.parametrize("held", ["arrays", "a split", "batches"])
@pytest.mark.parametrize("trained", ["arrays", "batches"])
def test_a_list_says_after_which_epochs_to_validate(held, trained, data):
    """As in Keras it counts epochs from 1, whatever the first one of this fit is."""
    if (held, trained) == ("a split", "batches"):
        pytest.skip("only arrays are split")
    x, y = data
    weights = np.linspace(0, 1, 40, dtype=np.float32) if trained == "arrays" else None
    kept = (x[30:], y[30:]) if weights is None else (x[30:], y[30:], weights[30:])
    given = {"arrays": {"validation_data": kept}, "a split": {"validation_split": 0.25}, "batches": {"validation_data": [kept]}}
    options = dict(given[held])
    if held == "batches":
        options["validation_data"] = utils_of(kept)
    part = slice(0, 40 if held == "a split" else 30)
    if trained == "arrays":
        arguments, options["sample_weight"] = (x[part], y[part], 30), weights[part]
    else:
        arguments = (utils_of((x[part], y[part])),)

    def evaluated(epochs):
        utils.set_random_seed(1)
        logs = []
        look = callbacks.LambdaCallback(on_epoch_end=lambda epoch, values: logs.append((epoch, values.get("val_loss"))))
        fresh().fit(*arguments, verbose=0, epochs=5, initial_epoch=1, validation_freq=epochs, callbacks=[look], **options)
        return dict(logs)

    every = evaluated(1)
    assert list(every) == [1, 2, 3, 4]
    for epochs in ([3, 5, 9], (3, 5), {5, 3}, np.array([5, 3])):
        assert evaluated(epochs) == {1: None, 2: every[2], 3: None, 4: every[4]}
    assert set(evaluated([]).values()) == {None}


def utils_of(batch):
    class One(utils.PyDataset):
        def __len__(self):
            return 1

        def __getitem__(self, index):
            return batch

    return One()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([1.5], TypeError, "an epoch of validation_freq must be an integer, received 1.5"),
        ("12", TypeError, "validation_freq must be an integer, received '12'"),
        (True, TypeError, "validation_freq must be an integer, received True"),
        ([0, 2], ValueError, r"validation_freq must be at least 1, or a list of epochs, which count from 1; got \[0, 2\]"),
        (0, ValueError, "validation_freq must be at least 1, or a list"),
    ],
)
def test_what_is_no_frequency(value, error, message, data):
    for arguments in (data, (iter([data]),)):
        with pytest.raises(error, match=message):
            fresh().fit(*arguments, validation_data=data, validation_freq=value, verbose=0)


def test_a_split_that_python_makes_finds_the_same_mistakes(data):
    x, y = data
    for split, message in ((0.999, "leaves 0 for training"), (1.5, "validation_split must be")):
        with pytest.raises(ValueError, match=message):
            fresh().fit(x, y, validation_split=split, validation_freq=[1], verbose=0)
    with pytest.raises(ValueError, match="x and y must have the same number of samples"):
        fresh().fit(x, y[:-1], validation_split=0.25, validation_freq=[1], verbose=0)


def test_positional_order_is_keras_s(data):
    x, y = data
    assert fresh().fit(x, y, 8, 2, 0).params["epochs"] == 2
    assert isinstance(fresh().evaluate(x, y, 8, 0, None, 2), list)
    assert fresh().predict(x, 8, 0, 2).shape == (16, 4)


def test_steps_per_epoch(data):
    history = fresh().fit(*data, batch_size=8, steps_per_epoch=3, epochs=2, verbose=0)
    assert history.params["steps"] == 3


def test_evaluate_returns_what_keras_returns(model, data):
    values = model.evaluate(*data, verbose=0)
    assert model.metrics_names == ["loss", "accuracy"]
    assert model.evaluate(*data, verbose=0, return_dict=True) == dict(zip(["loss", "accuracy"], values, strict=True))
    model.compile("adam", "sparse_categorical_crossentropy")
    assert model.evaluate(*data, verbose=0) == values[0]


def test_a_typed_metric_keeps_its_name(model, data):
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["acc", metrics.SparseCategoricalAccuracy(name="mine")])
    history = model.fit(*data, verbose=0).history
    assert list(history) == ["acc", "loss", "mine"]
    assert history["acc"] == history["mine"]


def test_losses_by_name_function_object_and_class_agree(model, data):
    x, y = data
    one_hot = utils.to_categorical(y)
    found = set()
    for loss in (
        "categorical_crossentropy",
        losses.categorical_crossentropy,
        losses.CategoricalCrossentropy(),
        {"class_name": "CategoricalCrossentropy", "config": {"from_logits": False}},
    ):
        model.compile(optimizers.Adam, loss)
        found.add(model.evaluate(x, one_hot, verbose=0))
    model.compile("adam", "sparse_categorical_crossentropy")
    assert len(found) == 1
    assert model.evaluate(x, y, verbose=0) == pytest.approx(found.pop(), rel=1e-6)


def test_single_batches(model, data):
    x, y = data
    loss, accuracy = model.test_on_batch(x, y)
    assert [loss, accuracy] == model.evaluate(x, y, batch_size=40, verbose=0)
    assert set(model.train_on_batch(x, y, return_dict=True)) == {"loss", "accuracy"}
    assert model.test_on_batch(x, y)[0] != loss
    np.testing.assert_array_equal(model.predict_on_batch(x), model.predict(x, 40, 0))


def test_class_and_sample_weights_say_the_same(data):
    x, y = data
    utils.set_random_seed(1)
    by_class = fresh().train_on_batch(x, y, class_weight={1: 3.0})
    utils.set_random_seed(1)
    by_sample = fresh().train_on_batch(x, y, sample_weight=np.where(y == 1, 3.0, 1.0))
    assert by_class == by_sample
    with pytest.raises(ValueError, match="class_weight names class 7, but the model has classes 0 to 3"):
        fresh().fit(x, y, class_weight={7: 1})
    with pytest.raises(TypeError, match="class_weight must be a dict"):
        fresh().fit(x, y, class_weight=[1, 2])


def test_gradients_point_downhill_and_leave_the_model_alone(model, data):
    before = model.get_weights()
    loss, gradients = model.compute_gradients(*data)
    assert loss == pytest.approx(model.evaluate(*data, batch_size=40, verbose=0)[0], rel=1e-6)
    assert [gradient.shape for gradient in gradients] == [weight.shape for weight in before]
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    model.set_weights([weight - 0.1 * gradient for weight, gradient in zip(before, gradients, strict=True)])
    assert model.compute_gradients(*data)[0] < loss


def test_the_learning_rate_can_be_read_and_set(model, data):
    assert model.optimizer.learning_rate == 0.001
    model.optimizer.learning_rate = 0
    before = model.get_weights()
    model.fit(*data, verbose=0)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    with pytest.raises(ValueError, match="learning_rate must be a finite number, received nan"):  # bad input 40
        model.optimizer.learning_rate = float("nan")
    with pytest.raises(ValueError, match=r"learning.rate.*-1"):
        model.optimizer.learning_rate = -1.0
    assert model.optimizer.learning_rate == 0


def test_a_learning_rate_set_by_a_callback_counts_at_once(data):
    model = fresh()
    stop_learning = callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: setattr(model.optimizer, "learning_rate", 0))
    before = model.get_weights()[0]
    model.fit(*data, verbose=0, callbacks=[stop_learning])
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_optimizers_have_keras_s_names_and_defaults():
    assert optimizers.get("adam").get_config() == {
        "learning_rate": 0.001,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-7,
        "weight_decay": None,
        "clipnorm": None,
        "clipvalue": None,
        "global_clipnorm": None,
        "use_ema": False,
        "ema_momentum": 0.99,
        "ema_overwrite_frequency": None,
    }
    assert optimizers.SGD(0.1, 0.9, True).get_config()["nesterov"] is True
    assert (optimizers.SGD().learning_rate, optimizers.RMSprop().rho, optimizers.AdamW().weight_decay) == (0.01, 0.9, 0.004)
    with pytest.raises(TypeError, match=r"Adam has no argument rate; it has: learning_rate, "):
        optimizers.Adam(rate=0.1)


@pytest.mark.parametrize("optimizer", ["sgd", "RMSprop", optimizers.Adam(0.01), optimizers.AdamW(), optimizers.SGD(0.1, 0.9)])
def test_every_optimizer_trains(optimizer, data):
    model = fresh()
    model.compile(optimizer, "sparse_categorical_crossentropy")
    losses_ = model.fit(*data, batch_size=8, epochs=5, verbose=0).history["loss"]
    assert losses_[-1] < losses_[0]


def test_binary_and_regression_models_train(data):
    x, y = data
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy", metrics.BinaryAccuracy(threshold=0.3)])
    assert set(model.fit(x, y > 1, epochs=2, verbose=0).history) == {"accuracy", "binary_accuracy", "loss"}
    model.compile("adam", "mse")
    assert model.evaluate(x, np.zeros((40, 1)), verbose=0) == pytest.approx(np.mean(model.predict(x, verbose=0) ** 2), rel=1e-5)


def test_compile_refuses_what_it_does_not_know(model):
    with pytest.raises(ValueError, match=r"unknown optimizer 'adm'; known: adadelta, .*adam, .*sgd"):
        model.compile("adm", "mse")
    with pytest.raises(ValueError, match=r"unknown loss 'l2'; known: .*binary_crossentropy"):
        model.compile("adam", "l2")
    with pytest.raises(ValueError, match="unknown metric 'aucc'; known: acc, accuracy, auc"):
        model.compile("adam", "mse", metrics=["aucc"])
    with pytest.raises(ValueError, match="compile needs a loss"):
        model.compile("adam")
    assert model.metrics_names == ["loss", "accuracy"]


def test_an_uncompiled_model_predicts_but_does_not_train(data):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4)])
    assert model.predict(data[0], verbose=0).shape == (40, 4)
    for use in (model.fit, model.evaluate, model.train_on_batch, model.compute_gradients):
        with pytest.raises(ValueError, match=r"the model is not compiled: call model\.compile"):
            use(*data)


def test_one_channel_may_come_and_go(model, data):
    x, _ = data
    np.testing.assert_array_equal(model.predict(x[..., 0], verbose=0), model.predict(x, verbose=0))
    flat = Sequential([Flatten(input_shape=(8, 8)), Dense(4)])
    assert flat.predict(x, verbose=0).shape == (40, 4)


def test_a_list_of_one_array_is_that_array(model, data):
    """Keras's way to name all inputs of a model; a list of one sample is a batch of one."""
    x, y = data
    expected = model.predict(x, verbose=0)
    for only in ([x], (x,), [x[..., 0]]):
        np.testing.assert_array_equal(model.predict(only, verbose=0), expected)
    for sample in x[0], x[0, ..., 0]:
        np.testing.assert_array_equal(model.predict([sample], verbose=0), model.predict(x[:1], verbose=0))
    assert model.evaluate([x], y, verbose=0) == model.evaluate(x, y, verbose=0)
    assert model.test_on_batch([x], y) == model.test_on_batch(x, y)
    assert "val_loss" in model.fit([x], y, validation_data=([x], y), verbose=0).history
    unbuilt = Sequential([Flatten(), Dense(4)])
    assert unbuilt.predict([x], verbose=0).shape == (40, 4)


def test_lists_train_too():
    model = Sequential([Input((2,)), Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert len(model.fit([[0, 1], [1, 0]], [0, 1], epochs=2, verbose=0).history["loss"]) == 2


def test_same_seed_same_bits(data):
    def losses_of_a_run():
        utils.set_random_seed(42)
        return fresh().fit(*data, batch_size=7, epochs=3, verbose=0).history["loss"]

    assert losses_of_a_run() == losses_of_a_run()
