"""Schedules, gradients that are cut, running means of the weights; the golden cases `steered_...` compare with Keras."""

import pickle

import numpy as np
import pytest
from swiftcnn import Input, Sequential, callbacks, models, optimizers, utils
from swiftcnn.layers import Dense, Flatten
from swiftcnn.optimizers import schedules


def network(optimizer, seed=3):
    utils.set_random_seed(seed)
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, activation="softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_the_rate_follows_the_steps(data):
    cosine = schedules.CosineDecay(0.1, 20, warmup_target=0.2, warmup_steps=4)
    model = network(optimizers.Adam(cosine))
    assert model.optimizer.learning_rate == 0.1
    told = []
    watch = callbacks.LambdaCallback(on_train_batch_begin=lambda *_: told.append(model.optimizer.learning_rate))
    model.fit(*data, batch_size=8, epochs=2, verbose=0, callbacks=[watch])
    assert told == [cosine(step) for step in range(10)]
    assert model.optimizer.iterations == 10
    with pytest.raises(TypeError, match=r"the learning rate follows CosineDecay\(.*\) and cannot be set"):
        model.optimizer.learning_rate = 0.1
    with pytest.raises(ValueError, match="follows a schedule and cannot be set"):
        model._engine.learning_rate = 0.1


STEERED = [
    lambda: optimizers.SGD(schedules.ExponentialDecay(0.1, 3, 0.5), momentum=0.9, clipnorm=0.5),
    lambda: optimizers.AdamW(schedules.PiecewiseConstantDecay([4, 8], [0.1, 0.01, 0.001]), global_clipnorm=0.1),
    lambda: optimizers.RMSprop(0.01, clipvalue=0.01, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3),
    lambda: optimizers.Adagrad(0.1, initial_accumulator_value=0.2),
    lambda: optimizers.Adadelta(schedules.ExponentialDecay(1.0, 3, 0.5), weight_decay=0.01),
    lambda: optimizers.Adamax(0.01, clipnorm=0.5),
    lambda: optimizers.Nadam(0.01, beta_1=0.8),
    lambda: optimizers.Lion(0.01, use_ema=True, ema_momentum=0.9),
    lambda: optimizers.Ftrl(0.1, l1_regularization_strength=0.01, beta=0.5, use_ema=True, ema_momentum=0.9),
]


@pytest.mark.parametrize("make", STEERED)
def test_a_saved_model_goes_on_with_the_same_bits(make, data, tmp_path):
    x, y = data
    whole, first = network(make()), network(make())
    for model, steps in ((whole, 10), (first, 5)):
        for _ in range(steps):
            model.train_on_batch(x, y)
    first.save(tmp_path / "m.safetensors")
    rest = models.load_model(tmp_path / "m.safetensors")
    assert rest.optimizer.get_config() == whole.optimizer.get_config()
    for _ in range(5):
        rest.train_on_batch(x, y)
    np.testing.assert_array_equal(rest.get_weights()[0], whole.get_weights()[0])


@pytest.mark.parametrize("make", STEERED)
def test_a_backup_goes_on_with_the_same_bits(make, data, tmp_path):
    whole = network(make())
    whole.fit(*data, batch_size=8, epochs=4, verbose=0)

    def stop(epoch, logs):
        if epoch == 2:
            raise KeyboardInterrupt

    interrupted = [callbacks.BackupAndRestore(tmp_path), callbacks.LambdaCallback(on_epoch_begin=stop)]
    with pytest.raises(KeyboardInterrupt):
        network(make()).fit(*data, batch_size=8, epochs=4, verbose=0, callbacks=interrupted)
    resumed = network(make(), seed=9)
    resumed.fit(*data, batch_size=8, epochs=4, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path)])
    np.testing.assert_array_equal(resumed.get_weights()[0], whole.get_weights()[0])


def test_optimizers_are_made_from_their_configuration():
    for make in STEERED:
        optimizer = make()
        assert type(optimizer).from_config(optimizer.get_config()).get_config() == optimizer.get_config()
    keras_style = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 5}}
    assert optimizers.SGD(keras_style).learning_rate == 0.1


def step_of(optimizer, data):
    """The change of the weights by one step of plain gradient descent, and the gradients."""
    model = network(optimizer)
    before, (_, gradients) = model.get_weights(), model.compute_gradients(*data)
    model.train_on_batch(*data)
    return [then - now for now, then in zip(model.get_weights(), before, strict=True)], gradients


def test_gradients_are_cut(data):
    steps, gradients = step_of(optimizers.SGD(1.0, clipnorm=0.01), data)
    for step, gradient in zip(steps, gradients, strict=True):
        norm = np.linalg.norm(gradient)
        np.testing.assert_allclose(step, gradient * min(1, 0.01 / norm), atol=1e-7)
    steps, gradients = step_of(optimizers.SGD(1.0, global_clipnorm=0.01), data)
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))
    for step, gradient in zip(steps, gradients, strict=True):
        np.testing.assert_allclose(step, gradient * 0.01 / norm, atol=1e-7)
    steps, gradients = step_of(optimizers.SGD(1.0, clipvalue=0.001), data)
    np.testing.assert_allclose(steps[0], np.clip(gradients[0], -0.001, 0.001), atol=1e-7)


def test_the_mean_of_the_weights_takes_their_place_at_the_end_of_fit(data):
    seen = []
    model = network(optimizers.SGD(0.5, use_ema=True, ema_momentum=0.75))
    watch = callbacks.LambdaCallback(on_train_batch_end=lambda *_: seen.append(model.get_weights()[0]))
    model.fit(*data, batch_size=10, epochs=2, verbose=0, callbacks=[watch])
    mean = seen[0]
    for weights in seen[1:]:
        mean = 0.75 * mean + 0.25 * weights
    np.testing.assert_allclose(model.get_weights()[0], mean, atol=1e-6)
    model.train_on_batch(*data)
    before = model.get_weights()[0]
    model.optimizer.finalize_variable_values(model.weights if hasattr(model, "weights") else None)
    assert (model.get_weights()[0] != before).any()


def test_a_fit_over_batches_ends_with_the_mean_too(data):
    x, y = data
    batches = [(x[start : start + 10], y[start : start + 10]) for start in range(0, 40, 10)]
    arrays, handed_over = (network(optimizers.SGD(0.5, use_ema=True, ema_momentum=0.75)) for _ in range(2))
    arrays.fit(x, y, batch_size=10, shuffle=False, verbose=0)
    handed_over.fit(iter(batches), verbose=0)
    np.testing.assert_array_equal(arrays.get_weights()[0], handed_over.get_weights()[0])


def test_without_a_step_there_is_no_mean(data):
    model = network(optimizers.SGD(0.5, use_ema=True))
    before = model.get_weights()[0]
    model.fit(*data, epochs=0, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "decay_steps must be a finite number above 0, got 0"),
        (lambda: schedules.CosineDecay(-1, 5), "initial_learning_rate must be a finite number of at least 0"),  # 40
        (lambda: schedules.CosineDecay(float("nan"), 5), "initial_learning_rate must be a finite number, received nan"),
        (lambda: schedules.PiecewiseConstantDecay([1, 2], [0.1]), "values be one more than they; got 2 boundaries"),
        (lambda: schedules.PiecewiseConstantDecay([2, 1], [0.1, 0.2, 0.3]), "boundaries must rise"),
        (lambda: schedules.CosineDecayRestarts(0.1, 5, t_mul=0.5), "t_mul must be a finite number of at least 1"),
        (lambda: network(optimizers.SGD(clipnorm=1, clipvalue=1)), "one of clipnorm, global_clipnorm and clipvalue; it has 2"),
        (lambda: network(optimizers.SGD(clipnorm=0)), "clipnorm must be a finite number above 0, or None, got 0.0"),
        (lambda: network(optimizers.SGD(use_ema=True, ema_momentum=2)), "ema_momentum must be from 0 to 1, got 2.0"),
        (lambda: network(optimizers.SGD(use_ema=True, ema_overwrite_frequency=0)), "must be a positive integer, or None"),
        (lambda: optimizers.SGD({"class": "Lambda", "config": {}}), "unknown schedule 'Lambda'"),  # 46
        (
            lambda: network(optimizers.Ftrl(learning_rate_power=0.5)),
            "of at most 0, got 0.5",
        ),
        (
            lambda: network(optimizers.Ftrl(l1_regularization_strength=-1)),
            "l1_.* at least 0, got -1.0",
        ),
    ],
)
def test_settings_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_settings_of_a_wrong_type():
    with pytest.raises(TypeError, match="learning_rate must be a number, received <function"):
        optimizers.SGD(lambda: 0.1)
    with pytest.raises(TypeError, match=r"step must be an integer, received 1\.5"):
        schedules.CosineDecay(0.1, 5)(1.5)
    with pytest.raises(TypeError, match="SGD has no argument amsgrad; it has: learning_rate"):
        optimizers.SGD(amsgrad=True)


class Warmup(schedules.LearningRateSchedule):
    """As users write them: without `super().__init__()`."""

    def __init__(self, peak):
        self.peak = peak

    def __call__(self, step):
        assert type(step) is int
        return np.float32(self.peak * min(1, (step + 1) / 4))


def test_a_schedule_of_one_s_own_is_followed(data):
    x, y = data
    warmup, plain, by_batch = Warmup(0.5), network(optimizers.SGD(0.1)), network(optimizers.SGD(Warmup(0.5)))
    model, told = network(optimizers.SGD(warmup)), []
    watch = callbacks.LambdaCallback(on_train_batch_begin=lambda *_: told.append(model._engine.learning_rate))
    model.fit(x, y, batch_size=8, epochs=2, verbose=0, shuffle=False, callbacks=[watch])
    assert told == [float(warmup(step)) for step in range(len(told))]
    assert len(told) == 2 * -(-len(x) // 8)
    for step in range(len(told)):
        start = step * 8 % (-(-len(x) // 8) * 8)
        batch = x[start : start + 8], y[start : start + 8]
        plain.optimizer.learning_rate = float(warmup(step))
        plain.train_on_batch(*batch)
        by_batch.train_on_batch(*batch)
    for other in (plain, by_batch):
        np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    assert model.optimizer.learning_rate == 0.5


def test_a_schedule_of_one_s_own_is_told_of_streams_and_resumes_from_a_backup(data, tmp_path):
    x, y = data
    batches = lambda: ((x[start : start + 8], y[start : start + 8]) for _ in range(9) for start in range(0, len(x), 8))  # noqa: E731
    whole, stream = network(optimizers.SGD(Warmup(0.5))), network(optimizers.SGD(Warmup(0.5)))
    whole.fit(x, y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    stream.fit(batches(), steps_per_epoch=-(-len(x) // 8), epochs=2, verbose=0)
    np.testing.assert_array_equal(stream.get_weights()[0], whole.get_weights()[0])
    for epochs in (1, 2):
        resumed = network(optimizers.SGD(Warmup(0.5)))
        backup = callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
        resumed.fit(x, y, batch_size=8, epochs=epochs, verbose=0, shuffle=False, callbacks=[backup])
    np.testing.assert_array_equal(resumed.get_weights()[0], whole.get_weights()[0])
    assert pickle.loads(pickle.dumps(Warmup(0.3))).peak == 0.3


@pytest.mark.parametrize(
    ("rate", "error", "message"),
    [
        ("fast", TypeError, "what Bad returned for step 0 must be a number, received 'fast'"),
        (float("nan"), ValueError, "what Bad returned for step 0 must be a finite number"),
        (-1.0, ValueError, "must be a finite number of at least 0"),
    ],
)
def test_what_a_schedule_of_one_s_own_returns_is_checked(data, rate, error, message):
    class Bad(schedules.LearningRateSchedule):
        def __call__(self, step):
            return rate

    with pytest.raises(error, match=message):
        network(optimizers.SGD(Bad())).train_on_batch(*data)


def test_names_of_keras_2():
    with pytest.warns(UserWarning, match="lr is a name of Keras 2, which newer releases lack: use learning_rate") as seen:
        optimizer = optimizers.Adam(lr=0.1)
    assert len(seen) == 1
    assert optimizer.learning_rate == 0.1
    with pytest.warns(UserWarning, match="lr is a name of Keras 2"):
        optimizer.lr = 0.2
    with pytest.warns(UserWarning, match="lr is a name of Keras 2"):
        assert optimizer.lr == optimizer.learning_rate == 0.2
    for name in ("SGD", "RMSprop", "Adam", "Adagrad", "Adadelta", "Adamax", "Ftrl", "Nadam"):
        assert getattr(optimizers.legacy, name) is getattr(optimizers, name)


def test_decay_of_keras_2(data):
    """Its rate after t steps was lr / (1 + decay * t); callbacks set lr, and the decay went on."""
    with pytest.warns(UserWarning, match=r"use learning_rate=schedules.InverseTimeDecay\(0\.1, decay_steps=1, decay_rate=0\.5\)"):
        optimizer = optimizers.legacy.SGD(0.1, decay=0.5, momentum=0.9)
    mine, schedule = network(optimizer), schedules.InverseTimeDecay(0.1, 1, 0.5)
    theirs = network(optimizers.SGD(schedule, momentum=0.9))
    for model in (mine, theirs):
        model.fit(*data, batch_size=20, epochs=2, verbose=0)
    np.testing.assert_allclose(mine.get_weights()[0], theirs.get_weights()[0], rtol=1e-5)
    assert optimizer.learning_rate == 0.1
    mine.fit(
        *data, batch_size=20, epochs=2, initial_epoch=1, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda _: 0.2)]
    )
    assert optimizer.learning_rate == 0.2
    assert mine._engine.learning_rate == pytest.approx(0.2 / (1 + 0.5 * 5))  # of the sixth step, the last
    with pytest.raises(ValueError, match=r"decay must be at least 0, received -1\.0"):
        optimizers.SGD(0.1, decay=-1)
    assert optimizers.SGD(0.1, decay=0.0).learning_rate == 0.1
    with pytest.raises(TypeError, match="decay is for a learning rate that is a number, received ExponentialDecay"):
        optimizers.SGD(schedules.ExponentialDecay(0.1, 10, 0.5), decay=0.1)
    with pytest.raises(TypeError, match="decay must be a number, received 'fast'"):
        optimizers.SGD(0.1, decay="fast")


def test_the_penalties_of_ftrl(data):
    """Without gradients a weight stays; with them the first penalty makes zeros, of ever more weights."""
    x, y = data
    weights, zeros = [], []
    for strength in (0.0, 0.5, 50.0):
        model = network(optimizers.Ftrl(0.1, initial_accumulator_value=0.0, l1_regularization_strength=strength))
        before = model.get_weights()[0]
        model.train_on_batch(np.zeros_like(x), y)
        weights.append((model.get_weights()[0], before))
        model.fit(x, y, epochs=3, verbose=0)
        zeros.append(int((model.get_weights()[0] == 0).sum()))
    for after, before in weights:
        np.testing.assert_array_equal(after, before)
    assert zeros[0] < zeros[1] < zeros[2] == before.size


def test_a_rate_of_zero_leaves_ftrl_where_it_is(data):
    warming = schedules.CosineDecay(0.0, 20, warmup_target=0.2, warmup_steps=4)
    model = network(optimizers.Ftrl(warming))
    before = model.get_weights()[0]
    model.train_on_batch(*data)
    np.testing.assert_array_equal(model.get_weights()[0], before)
    model.train_on_batch(*data)
    assert np.isfinite(model.get_weights()[0]).all()


def test_schedules_as_plain_values():
    schedule = schedules.CosineDecay(0.1, 100, warmup_target=0.5, warmup_steps=10)
    told = schedules.serialize(schedule)
    assert told["class_name"] == "CosineDecay"
    assert schedules.deserialize(told).get_config() == schedule.get_config()
