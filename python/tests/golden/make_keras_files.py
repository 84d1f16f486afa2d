"""Writes small models with Keras, in each of its formats, and what they predict, for test_keras_files.py.

python make_keras_files.py, where Keras and TensorFlow are installed (pip install '.[golden]').
"""

import json
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import layers
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

FOLDER = Path(__file__).parent / "keras_files"
BOTH = (".keras", ".h5")
ENDINGS = {"line": (*BOTH, ".weights.h5"), "functional": BOTH, "nested": BOTH, "frozen": (".keras",)}


def convolutions():
    return [
        layers.Conv2D(4, 3, activation="relu", kernel_initializer="he_normal"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.SeparableConv2D(3, 2, padding="same"),
    ]


def line():
    return keras.Sequential([keras.Input((8, 8, 2)), *convolutions(), layers.Flatten(), layers.Dense(3, activation="softmax")])


def functional():
    inputs = keras.Input((8, 8, 2), name="pixels")
    outputs = inputs
    for layer in (*convolutions(), layers.DepthwiseConv2D(2), layers.GlobalAveragePooling2D(), layers.Dense(3, name="classes")):
        outputs = layer(outputs)
    return keras.Model(inputs, layers.Activation("softmax")(outputs), name="pixels_to_classes")


def nested():
    base = keras.Sequential([keras.Input((8, 8, 2)), *convolutions()], name="base")
    base.layers[0].trainable = False
    inputs = keras.Input((8, 8, 2))
    outputs = layers.Dense(3, activation="softmax")(layers.Flatten()(base(inputs)))
    return keras.Model(inputs, outputs, name="with_base")


def frozen():
    model = keras.Sequential([keras.Input((8, 8, 2)), nested().layers[1], layers.Flatten(), layers.Dense(3)])
    model.layers[0].trainable = False
    return model


def narrow_vgg():
    """VGG16 without its top, with a thirty-second of its channels."""
    config = keras.applications.VGG16(include_top=False, weights=None, input_shape=(40, 40, 3)).get_config()
    for layer in config["layers"]:
        if layer["class_name"] == "Conv2D":
            layer["config"]["filters"] //= 32
        layer.pop("build_config", None)
    return keras.Model.from_config(config)


def like_keras_2(source, target):
    """The same file as Keras 2.11 wrote it: other names of settings, `:0` behind weights, connections as lists."""
    with h5py.File(source) as old, h5py.File(target, "w") as new:
        new.attrs["keras_version"], new.attrs["backend"] = "2.11.0", "tensorflow"
        config = json.loads(old.attrs["model_config"])
        for layer in config["config"]["layers"]:
            settings = layer["config"]
            settings["dtype"] = "float32"
            if layer["class_name"] == "InputLayer":
                settings["batch_input_shape"] = settings.pop("batch_shape")
            if layer["class_name"] == "BatchNormalization":
                settings["axis"] = [3]
            for key, value in settings.items():
                if key.endswith("_initializer") and value["class_name"] == "HeNormal":
                    scaling = {"scale": 2.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": None}
                    settings[key] = {"class_name": "VarianceScaling", "config": scaling}
                elif key.endswith("_initializer"):
                    settings[key] = {"class_name": value["class_name"], "config": {}}
            nodes = layer["inbound_nodes"]
            layer["inbound_nodes"] = [[[node["args"][0]["config"]["keras_history"][0], 0, 0, {}]] for node in nodes]
        for ends in ("input_layers", "output_layers"):
            config["config"][ends] = [config["config"][ends]]
        new.attrs["model_config"] = json.dumps(config)
        weights = new.create_group("model_weights")
        weights.attrs["layer_names"] = old["model_weights"].attrs["layer_names"]
        for name in weights.attrs["layer_names"]:
            group, names = weights.create_group(name), old["model_weights"][name].attrs["weight_names"]
            group.attrs["weight_names"] = [f"{weight}:0".encode() for weight in names]
            for weight in names:
                group[f"{weight}:0"] = old["model_weights"][name][weight][()]


def main():
    keras.utils.set_random_seed(7)
    FOLDER.mkdir(exist_ok=True)
    x, y = np.random.default_rng(1).random((6, 8, 8, 2), np.float32), np.arange(6) % 3
    values = {"x": x}
    for make in (line, functional, nested, frozen):
        name, model = make.__name__, make()
        model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
        model.fit(x, y, epochs=2, batch_size=3, verbose=0)
        for ending in ENDINGS[name]:
            (model.save_weights if "weights" in ending else model.save)(FOLDER / f"{name}{ending}")
        values[name] = model.predict(x, verbose=0)
    like_keras_2(FOLDER / "functional.h5", FOLDER / "keras2.h5")
    values["keras2"] = values["functional"]
    vgg = narrow_vgg()
    with h5py.File(FOLDER / "narrow_vgg.h5", "w") as file:  # as the files with ImageNet's weights are laid out
        save_weights_to_hdf5_group(file, vgg)
    values["images"] = np.random.default_rng(2).integers(0, 256, (2, 40, 40, 3), np.uint8)
    values["preprocessed"] = keras.applications.vgg16.preprocess_input(values["images"].astype("float32"))
    values["narrow_vgg"] = vgg.predict(values["preprocessed"], verbose=0)
    np.savez_compressed(FOLDER / "values.npz", **values)


if __name__ == "__main__":
    main()
