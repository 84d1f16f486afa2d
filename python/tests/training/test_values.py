"""What scripts written for TensorFlow ask of results: `.numpy()`, names of weights, a rate that is assigned."""

import json
import pickle

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, activations, callbacks, losses, metrics, utils
from swiftcnn.layers import BatchNormalization, Dense, Flatten


def is_plain(array):
    return type(array) is np.ndarray


def test_what_a_call_returns(model, data):
    x, _ = data
    outputs = model(x[:3])
    assert is_plain(outputs.numpy())
    np.testing.assert_array_equal(outputs.numpy(), model.predict(x[:3], verbose=0))
    assert outputs[0].numpy().shape == (4,)
    assert is_plain(Flatten()(x[:3]).numpy())
    assert is_plain(activations.softmax(outputs).numpy())
    assert is_plain(model.predict(x[:3], verbose=0))


def test_weights_have_names():
    model = Sequential([Input((3,)), Dense(2), BatchNormalization()])
    names = ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"]
    assert [weight.name for weight in model.weights] == [weight.name for weight in model.variables] == names
    assert [weight.name for weight in model.non_trainable_variables] == names[4:]
    assert [weight.name for weight in model.layers[1].trainable_variables] == ["gamma", "beta"]
    assert [weight.name for weight in model.layers[1].variables] == names[2:]
    assert len(model.trainable_variables) == 4
    assert model.layers[0].kernel.name == "kernel"
    assert is_plain(model.layers[0].kernel.numpy())
    assert not model.layers[0].kernel.numpy().flags.writeable
    assert is_plain(model.get_weights()[0])
    model.layers[0].set_weights(model.layers[0].weights)


def test_losses_and_metrics(data):
    y = np.eye(4)[data[1]]
    outputs = np.random.default_rng(1).random(y.shape)
    loss = losses.CategoricalCrossentropy()(y, outputs)
    assert isinstance(loss, float)
    assert type(loss.numpy()) is float
    assert loss.numpy() == loss == json.loads(json.dumps(loss))
    assert is_plain(losses.mse(y, outputs).numpy())
    for metric in (metrics.AUC(), metrics.F1Score(average="micro"), metrics.Accuracy(), metrics.CosineSimilarity()):
        assert metric(y, outputs).numpy() == metric.result()
    assert is_plain(metrics.F1Score()(y, outputs).numpy())


def test_a_learning_rate_is_assigned(model, data):
    model.optimizer.learning_rate.assign(0.25)
    assert model.optimizer.learning_rate == model._engine.learning_rate == 0.25
    assert model.optimizer.learning_rate.numpy() == 0.25
    assert type(pickle.loads(pickle.dumps(model.optimizer.learning_rate))) is float
    history = model.fit(*data, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch: 0.5)])
    assert type(history.history["learning_rate"][0]) is float


def test_batches_of_images(tmp_path):
    for kind in "ab":
        (tmp_path / kind).mkdir()
        for number in range(3):
            utils.save_img(tmp_path / kind / f"{number}.png", np.full((4, 4, 3), 40.0 * number))
    dataset = utils.image_dataset_from_directory(tmp_path, image_size=(4, 4), batch_size=4, verbose=False)
    for images, labels in dataset.take(1):
        assert is_plain(images[0].numpy())
        assert is_plain(labels.numpy())
        assert dataset.class_names[labels[0]] in "ab"
    images, _ = next(iter(dataset.map(lambda x, y: (x / 255, y))))
    assert images.numpy().max() <= 1


def test_classes_by_the_names_of_keras_2(model, data):
    outputs = model.predict(data[0], verbose=0)
    with pytest.warns(UserWarning, match=r"predict_classes is a name of Keras 2, .*: use model.predict\(x\).argmax\(-1\)"):
        np.testing.assert_array_equal(model.predict_classes(data[0]), outputs.argmax(-1))
    with pytest.warns(UserWarning, match="predict_proba is a name of Keras 2"):
        np.testing.assert_array_equal(model.predict_proba(data[0]), outputs)
    yes_or_no = Sequential([Input((8, 8, 1)), Flatten(), Dense(1, "sigmoid")])
    with pytest.warns(UserWarning, match="predict_classes"):
        classes = yes_or_no.predict_classes(data[0])
    np.testing.assert_array_equal(classes, yes_or_no.predict(data[0], verbose=0) > 0.5)


def test_the_outputs_of_all_layers(model, data):
    outputs = Model(model.inputs, [layer.output for layer in model.layers]).predict(data[0], verbose=0)
    assert len(outputs) == len(model.layers)
    np.testing.assert_array_equal(outputs[-1], model.predict(data[0], verbose=0))


def test_values_as_keras_3_calls_them():
    model = Sequential([Input((4,)), Dense(3)])
    model.compile("sgd", "mse")
    np.testing.assert_array_equal(model.weights[0].value, model.get_weights()[0])
    assert type(model.layers[0].kernel.value) is np.ndarray
    assert model.optimizer.learning_rate.value == 0.01
