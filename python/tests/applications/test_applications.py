"""VGG16 and VGG19: structure, weights from files, what goes in and what comes out."""

import hashlib
import json
import pickle

import numpy as np
import pytest
from keras_fixtures import FOLDER, VALUES
from swiftcnn import Input, Model, Sequential, applications, models
from swiftcnn.applications import _imagenet, _vgg, vgg16, vgg19
from swiftcnn.layers import Conv2D, Dense, Flatten, RandomFlip

PARAMETERS = {  # as Keras's summaries tell
    (vgg16.VGG16, False): 14_714_688,
    (vgg19.VGG19, False): 20_024_384,
}
RELATIVE = 1e-4  # what the project promises; measured 5e-6


def narrow(shape=(40, 40, 3)):
    """VGG16 without its top, with a thirty-second of its channels, as the fixture has it."""
    start = Input(shape)
    end = _vgg.features(start.output, vgg16.ARCHITECTURE.convolutions, [width // 32 for width in _vgg.WIDTHS])
    return Model(start, end, name="narrow")


def test_features_are_those_of_keras_with_the_same_file():
    model = narrow()
    model.load_weights(FOLDER / "narrow_vgg.h5")
    np.testing.assert_allclose(vgg16.preprocess_input(VALUES["images"]), VALUES["preprocessed"], rtol=1e-6, atol=1e-5)
    features = model.predict(VALUES["preprocessed"], verbose=0)
    assert np.abs(features - VALUES["narrow_vgg"]).max() <= RELATIVE * np.abs(VALUES["narrow_vgg"]).max()


@pytest.mark.parametrize(("network", "top"), PARAMETERS)
def test_the_networks_have_their_layers(network, top):
    model = network(include_top=top, weights=None, input_shape=(32, 32, 3))
    assert model.count_params() == PARAMETERS[network, top]
    names = [layer.name for layer in model.layers]
    assert names[:4] == ["input_layer", "block1_conv1", "block1_conv2", "block1_pool"]
    assert names[-1] == "block5_pool"
    assert len(names) == {"vgg16": 19, "vgg19": 22}[model.name]
    assert model.output_shape == (None, 1, 1, 512)


def test_the_classifier_on_top(monkeypatch):
    monkeypatch.setattr(_vgg.features, "__defaults__", ((4, 4, 4, 4, 4),))
    monkeypatch.setattr(_vgg.classifier, "__defaults__", (8,))
    model = applications.VGG16(weights=None, classes=7, input_shape=(64, 64, 3))
    assert [layer.name for layer in model.layers[-4:]] == ["flatten", "fc1", "fc2", "predictions"]
    assert model.output_shape == (None, 7)
    assert model.layers[-1].activation == "softmax"
    bare = applications.VGG16(weights=None, classifier_activation=None, name="mine")
    assert (bare.name, bare.layers[-1].activation, bare.output_shape) == ("mine", "linear", (None, 1000))


@pytest.mark.parametrize(("pooling", "of"), [("avg", np.mean), ("max", np.max)])
def test_pooling_gives_one_number_a_channel(pooling, of, monkeypatch):
    monkeypatch.setattr(_vgg.features, "__defaults__", ((4, 4, 4, 4, 4),))
    model = applications.VGG16(include_top=False, weights=None, pooling=pooling, input_tensor=Input((64, 96, 3)))
    x = np.random.default_rng(0).random((2, 64, 96, 3), np.float32)
    features = Model(model.input, model.get_layer("block5_pool").output)(x)
    assert features.shape == (2, 2, 3, 4)
    np.testing.assert_allclose(model(x), of(features, axis=(1, 2)), rtol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"input_shape": (None, None, 3)}, {"input_tensor": Input((None, None, 3))}])
@pytest.mark.parametrize(("pooling", "shape"), [(None, (None, None, None, 4)), ("avg", (None, 4)), ("max", (None, 4))])
def test_without_the_classifier_images_may_have_any_size(settings, pooling, shape, monkeypatch):
    monkeypatch.setattr(_vgg.features, "__defaults__", ((4, 4, 4, 4, 4),))
    model = applications.VGG16(include_top=False, weights=None, pooling=pooling, **settings)
    assert (model.input_shape, model.output_shape) == ((None, None, None, 3), shape)
    for height, width in ((32, 32), (64, 33)):
        fixed = applications.VGG16(include_top=False, weights=None, pooling=pooling, input_shape=(height, width, 3))
        fixed.set_weights(model.get_weights())
        x = np.random.default_rng(0).random((2, height, width, 3), np.float32)
        np.testing.assert_array_equal(model.predict(x, verbose=0), fixed.predict(x, verbose=0))


def test_weights_of_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(_vgg.features, "__defaults__", (tuple(width // 32 for width in _vgg.WIDTHS),))
    model = vgg16.VGG16(include_top=False, weights=FOLDER / "narrow_vgg.h5", input_shape=(40, 40, 3))
    reference = narrow()
    reference.load_weights(FOLDER / "narrow_vgg.h5")
    np.testing.assert_array_equal(model(VALUES["preprocessed"]), reference(VALUES["preprocessed"]))
    model.save(tmp_path / "m.safetensors")
    assert models.load_model(tmp_path / "m.safetensors").name == "vgg16"
    with pytest.raises(ValueError, match=r"narrow_vgg\.h5: the model has 16 layers with weights .*, the file 13"):
        vgg19.VGG19(include_top=False, weights=FOLDER / "narrow_vgg.h5", input_shape=(40, 40, 3))


def test_imagenet_weights_come_from_the_cache_if_they_are_the_known_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    content = (FOLDER / "narrow_vgg.h5").read_bytes()
    url = (tmp_path / "absent" / vgg16.ARCHITECTURE.without_top.url.rsplit("/", 1)[-1]).as_uri()
    known = _vgg.Weights(url, hashlib.md5(content).hexdigest())
    monkeypatch.setattr(vgg16, "ARCHITECTURE", vgg16.ARCHITECTURE._replace(without_top=known))
    monkeypatch.setattr(_vgg.features, "__defaults__", (tuple(width // 32 for width in _vgg.WIDTHS),))
    with pytest.raises(FileNotFoundError, match=r"notop\.h5 is not in Keras's cache .*/models\) .*weights='path/to/weights\.h5'"):
        vgg16.VGG16(include_top=False, input_shape=(40, 40, 3))
    cached = tmp_path / "models" / url.rsplit("/", 1)[-1]
    cached.write_bytes(content[:-1])
    with pytest.raises(FileNotFoundError, match="with the MD5"):  # bad input 57
        vgg16.VGG16(include_top=False, input_shape=(40, 40, 3))
    cached.write_bytes(content)
    model = vgg16.VGG16(include_top=False, input_shape=(40, 40, 3))
    assert np.abs(model(VALUES["preprocessed"]) - VALUES["narrow_vgg"]).max() <= RELATIVE * np.abs(VALUES["narrow_vgg"]).max()


def test_pixels_are_brought_to_what_the_network_knows():
    x = np.array([[[[1, 2, 3]]]], np.uint8)
    expected = [3 - 103.939, 2 - 116.779, 1 - 123.68]
    np.testing.assert_allclose(vgg16.preprocess_input(x), [[[expected]]], rtol=1e-6)
    np.testing.assert_allclose(vgg19.preprocess_input(x[0].astype(np.float64)), [[expected]], rtol=1e-12)
    assert vgg16.preprocess_input(x).dtype == np.float32
    assert x[0, 0, 0].tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match=r"x must be images \(\.\.\., height, width, 3\), received the shape \(2, 2, 1\)"):
        vgg16.preprocess_input(np.zeros((2, 2, 1)))


@pytest.mark.parametrize("network", [vgg16, vgg19])
def test_pixels_are_brought_there_within_a_model(network):
    x = np.random.default_rng(0).integers(0, 256, (5, 9, 7, 3)).astype(np.float32)
    start = Input((9, 7, 3))
    end = network.preprocess_input(start)
    assert end.shape == (None, 9, 7, 3)
    model = Model(start, end)
    np.testing.assert_array_equal(model.predict(x, verbose=0), network.preprocess_input(x))
    assert (model.count_params(), model.get_weights()) == (0, [])
    again = network.preprocess_input(RandomFlip()(start))
    np.testing.assert_array_equal(Model(start, again).predict(x, verbose=0), network.preprocess_input(x))
    with pytest.raises(ValueError, match=r"x must be images \(None, height, width, 3\), received the shape \(None, 4, 4, 1\)"):
        network.preprocess_input(Input((4, 4, 1)))


def test_a_model_that_brings_pixels_there_trains_and_survives(tmp_path, data):
    start = Input((8, 8, 3))
    end = Dense(4, activation="softmax")(Flatten()(Conv2D(3, 3)(vgg16.preprocess_input(start))))
    model = Model(start, end)
    model.compile("adam", "sparse_categorical_crossentropy")
    x = np.repeat(data[0], 3, 3) * np.array([200, 150, 250], np.float32)
    losses = model.fit(x, data[1], epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    for layer in model.layers:  # as tutorials do it to fine-tune
        layer.trainable = True
    bare = Sequential([Input((8, 8, 3)), Conv2D(3, 3), Flatten(), Dense(4, activation="softmax")])
    bare.set_weights(model.get_weights())
    expected = bare.predict(vgg16.preprocess_input(x), verbose=0)
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
    others = [models.clone_model(model), models.model_from_json(model.to_json()), pickle.loads(pickle.dumps(model))]
    for ending in (".keras", ".h5", ".safetensors"):
        model.save(tmp_path / f"m{ending}")
        others.append(models.load_model(tmp_path / f"m{ending}"))
        others.append(models.clone_model(others[-1]))
    for other in others:
        other.set_weights(model.get_weights())
        np.testing.assert_array_equal(other.predict(x, verbose=0), expected)


def test_predictions_get_the_names_of_their_classes(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    index = json.dumps({str(number): [f"n{number:08}", f"class {number}"] for number in range(1000)}).encode()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet_class_index.json").write_bytes(index)
    monkeypatch.setattr(_imagenet, "CLASS_INDEX_MD5", hashlib.md5(index).hexdigest())
    preds = np.zeros((2, 1000), np.float32)
    preds[0, [3, 7]], preds[1, 999] = [0.25, 0.75], 1
    decoded = vgg16.decode_predictions(preds, top=2)
    assert decoded[0] == [("n00000007", "class 7", 0.75), ("n00000003", "class 3", 0.25)]
    assert decoded[1][0] == ("n00000999", "class 999", 1.0)
    with pytest.raises(ValueError, match=r"ImageNet's 1000 classes, \(n, 1000\), received \(2, 10\)"):
        vgg16.decode_predictions(preds[:, :10])
    with pytest.raises(ValueError, match="top must be 1 to 1000, received 0"):
        vgg16.decode_predictions(preds, top=0)


def test_the_known_files_are_keras_own():
    """Facts of Keras's source; a wrong digit would refuse the right file."""
    for network in (vgg16, vgg19):
        for weights in (network.ARCHITECTURE.with_top, network.ARCHITECTURE.without_top):
            assert weights.url.startswith("https://storage.googleapis.com/tensorflow/keras-applications/")
            assert len(weights.md5) == 32


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        (
            {"weights": "imagenette"},
            FileNotFoundError,
            "weights must be 'imagenet', None or a file, and imagenette does not exist",
        ),
        ({"weights": 3}, TypeError, "weights must be 'imagenet', None or the path of a file, received 3"),
        ({"classes": 10}, ValueError, "the weights of ImageNet are for 1000 classes and softmax, received classes=10"),
        ({"input_shape": (100, 100, 3)}, ValueError, r"the classifier of ImageNet takes images of \(224, 224, 3\)"),
        ({"input_shape": (31, 100, 3), "weights": None}, ValueError, "with sides of 32 or more"),
        ({"input_shape": (None, None, 3), "weights": None}, ValueError, "the classifier takes images of one size"),
        ({"input_tensor": Input((None, 64, 3)), "weights": None}, ValueError, r"one size, received input_shape=\(None, 64, 3\)"),
        ({"input_shape": (None, 31, 3), "include_top": False, "weights": None}, ValueError, "with sides of 32 or more"),
        ({"input_shape": (64, 64, None), "include_top": False, "weights": None}, ValueError, "fixed size along the last axis"),
        ({"input_shape": (64, 64, 1), "include_top": False}, ValueError, "for three channels"),
        ({"pooling": "mean", "weights": None}, ValueError, "pooling must be one of None, avg, max, received 'mean'"),
    ],
)
def test_what_cannot_be(settings, error, message):
    with pytest.raises(error, match=message):
        applications.VGG16(**settings)


def test_a_new_head_on_a_part_that_is_frozen(data):
    """As the tutorials on transfer learning do it, with a narrow network."""
    base = narrow((32, 32, 3))
    base.trainable = False
    part = Model(inputs=base.input, outputs=base.get_layer("block3_pool").output)
    model = Sequential([part, Flatten(), Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = np.repeat(np.repeat(np.repeat(data[0], 4, 1), 4, 2), 3, 3)
    kept = base.get_weights()
    model.fit(x, data[1], epochs=2, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(base.get_weights(), kept, strict=True))
    for layer in base.layers:
        layer.trainable = layer.name.startswith("block3")
    model.fit(x, data[1], verbose=0)
    changed = {
        name for name, a, b in zip(base._binding.store.names, base.get_weights(), kept, strict=True) if not np.array_equal(a, b)
    }
    assert changed <= {f"block3_conv{number}/{kind}" for number in (1, 2, 3) for kind in ("kernel", "bias")}
    assert "block3_conv1/kernel" in changed
