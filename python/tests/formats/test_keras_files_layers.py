"""Every layer in files of Keras, both ways; the second way where Keras is installed, which CI has not."""

from importlib.util import find_spec

import h5py
import numpy as np
import pytest
from keras_fixtures import TOLERANCE
from swiftcnn import Input, Model, Sequential, constraints, initializers, layers, models, regularizers
from user_classes import needed

needs_keras = pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
X = np.random.default_rng(0).normal(size=(5, 8, 10, 3)).astype(np.float32)
RULES = {"kernel_regularizer": regularizers.L1L2(0.125, 0.25), "bias_constraint": constraints.MaxNorm(0.5, axis=0)}
SETTINGS = {  # where the defaults are not enough, or more is to be written; as Keras spells it out
    "Activation": {"activation": "elu"},
    "AdaptiveAveragePooling2D": {"output_size": (3, 4)},
    "AdaptiveMaxPooling2D": {"output_size": 3},
    "AlphaDropout": {"rate": 0.3},
    "AveragePooling2D": {"strides": 2},
    "BatchNormalization": {"momentum": 0.9, "epsilon": 0.01, "scale": False, "beta_regularizer": regularizers.L1(0.25)},
    "CenterCrop": {"height": 5, "width": 6},
    "Conv2D": {"filters": 6, "kernel_size": (2, 3), "strides": 2, "padding": "same", "groups": 3, **RULES},
    "Conv2DTranspose": {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "activation": layers.LeakyReLU(0.125)},
    "Concatenate": {"axis": 2},
    "Cropping2D": {"cropping": ((1, 2), (0, 3))},
    "Dense": {"units": 4, "activation": "tanh", "kernel_initializer": initializers.RandomNormal(0.1, 0.2, seed=3), **RULES},
    "DepthwiseConv2D": {"kernel_size": 3, "depth_multiplier": 2, "depthwise_constraint": "unit_norm"},
    "Dot": {"axes": (2, 2), "normalize": True},
    "Dropout": {"rate": 0.3},
    "GaussianDropout": {"rate": 0.3},
    "GaussianNoise": {"stddev": 0.3},
    "GroupNormalization": {"groups": 3, "epsilon": 0.01, "scale": False, "beta_regularizer": regularizers.L1(0.25)},
    "MaxPooling2D": {"strides": 2},
    "Normalization": {"axis": (1, 3), "invert": True},
    "Permute": {"dims": (3, 1, 2)},
    "RandomBrightness": {"factor": (-0.1, 0.2)},
    "RandomContrast": {"factor": (0.1, 0.2)},
    "RandomCrop": {"height": 6, "width": 7},
    "RandomRotation": {"factor": (-0.1, 0.2), "fill_mode": "constant"},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": (-0.1, 0.3)},
    "RandomZoom": {"height_factor": 0.2},
    "ReLU": {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.2},
    "RepeatVector": {"n": 2},
    "Rescaling": {"scale": 0.5, "offset": -1.0},
    "Reshape": {"target_shape": (-1, 6)},
    "Resizing": {"height": 5, "width": 6},
    "SeparableConv2D": {
        "filters": 4,
        "kernel_size": 3,
        "pointwise_regularizer": "l2",
        "depth_multiplier": 2,
        "activation": layers.ReLU(max_value=0.5, negative_slope=0.125),
    },
    "SpatialDropout2D": {"rate": 0.3},
    "UnitNormalization": {"axis": (1, 2)},
    "UpSampling2D": {"size": (2, 1), "interpolation": "bilinear"},
    "ZeroPadding2D": {"padding": ((1, 2), (0, 3))},
}
MERGES = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")
FAULTS = {  # of Keras 3.15.1
    ("RandomCrop", ".keras"): "predicts whole images, which the layer behind it cannot take",
    ("RandomCrop", ".h5"): "predicts whole images, which the layer behind it cannot take",
    **{(kind, ".h5"): "cannot write its own layer" for kind in ("RandomBrightness", "RandomContrast", "RandomTranslation")},
}


def network(kind):
    made = layers._KNOWN[kind](name="it", **(SETTINGS.get(kind) or needed(layers._KNOWN[kind])))
    before = [layers.Flatten()] if kind == "RepeatVector" else []
    if kind in MERGES:
        inputs = Input(X.shape[1:])
        x = [inputs, layers.Activation("tanh", name="other")(inputs)]
        model = Model(inputs, layers.Dense(2, name="end")(layers.Flatten(name="flat")(made(x))))
    else:
        model = Sequential([Input(X.shape[1:]), *before, made, layers.Flatten(), layers.Dense(2, name="end")])
    generator = np.random.default_rng(1)
    model.set_weights([generator.uniform(0.1, 0.6, weight.shape) for weight in model.get_weights()])
    return model


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("kind", layers._KNOWN)
def test_a_layer_comes_back(kind, ending, tmp_path):
    model = network(kind)
    model.save(tmp_path / f"m{ending}")
    loaded = models.load_model(tmp_path / f"m{ending}")
    assert loaded.get_layer("it").get_config() == model.get_layer("it").get_config()
    np.testing.assert_array_equal(loaded(X, training=False), model(X, training=False))


def test_a_slope_as_keras_2_names_it(tmp_path):
    model = Sequential([Input((4,)), layers.LeakyReLU(0.125), layers.Dense(3, activation=layers.LeakyReLU(0.25))])
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        config = file.attrs["model_config"]
        assert config.count('"negative_slope"') == 2
        file.attrs["model_config"] = config.replace('"negative_slope"', '"alpha"')
    loaded = models.load_model(tmp_path / "m.h5")
    assert [layer.get_config() for layer in loaded.layers] == [layer.get_config() for layer in model.layers]


@needs_keras
@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("kind", layers._KNOWN)
def test_keras_takes_and_gives_a_layer(kind, ending, tmp_path):
    if (kind, ending) in FAULTS:
        pytest.skip(f"Keras {FAULTS[kind, ending]}")
    import keras

    if not hasattr(keras.layers, kind):
        pytest.skip(f"Keras {keras.__version__} does not have this layer")
    model = network(kind)
    model.save(tmp_path / f"m{ending}")
    theirs = keras.models.load_model(tmp_path / f"m{ending}")
    np.testing.assert_allclose(theirs.predict(X, verbose=0), model(X, training=False), atol=TOLERANCE, rtol=TOLERANCE)
    theirs.save(tmp_path / f"back{ending}")
    back = models.load_model(tmp_path / f"back{ending}")
    assert back.get_layer("it").get_config() == model.get_layer("it").get_config()
    np.testing.assert_array_equal(back(X, training=False), model(X, training=False))
    theirs.save_weights(tmp_path / "w.weights.h5")
    back.set_weights([np.zeros_like(weight) for weight in back.get_weights()])
    back.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(back(X, training=False), model(X, training=False))
