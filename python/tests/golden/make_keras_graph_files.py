"""Writes models with branches with Keras, as JSON and as files, and what they predict, for test_keras_graph_files.py.

python make_keras_graph_files.py, where Keras and TensorFlow are installed (pip install '.[golden]').
"""

import json
import sys
from pathlib import Path

import h5py
import keras
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2] / "Tests" / "Golden")]

import keras_graphs  # noqa: E402
from keras_graphs import GRAPHS, data, flat  # noqa: E402

FOLDER = HERE / "keras_files"
LEFT_OUT = ("dtype", "build_config", "compile_config", "quantization_config")  # and settings that are no others than the defaults
DEFAULTS = ("_initializer", "_regularizer", "_constraint")


def started(name):
    keras.utils.clear_session()
    model = GRAPHS[name](keras)
    model.set_weights(keras_graphs.weights([weight.shape for weight in model.get_weights()]))
    return model


def outline(model):
    return [
        [layer.name, outline(layer) if hasattr(layer, "layers") else type(layer).__name__]
        for layer in model.layers
        if type(layer).__name__ != "InputLayer"
    ]


def shortened(value):
    if isinstance(value, dict):
        is_tensor = "keras_history" in value
        return {
            key: shortened(each)
            for key, each in value.items()
            if is_tensor or (key not in LEFT_OUT and not key.endswith(DEFAULTS)) or (key == "dtype" and each == "float32")
        }
    return [shortened(each) for each in value] if isinstance(value, list) else value


def described(name):
    model = started(name)
    path = FOLDER / "temporary.h5"
    model.save(path)
    with h5py.File(path) as file:
        of_h5 = json.loads(file.attrs["model_config"])
    path.unlink()
    return {
        "layers": outline(model),
        "predictions": [np.asarray(each).astype(float).round(7).tolist() for each in flat(model.predict(data(model), verbose=0))],
        "config": shortened(json.loads(model.to_json())),
        "h5_config": shortened(of_h5),
    }


def compiled():
    model = started("dicts")
    model.compile(
        keras.optimizers.Adam(0.01),
        loss={"kind": "sparse_categorical_crossentropy", "size": "mse"},
        loss_weights={"kind": 1.0, "size": 0.5},
        metrics={"kind": ["accuracy"], "size": ["mae"]},
    )
    x = data(model)
    y = {"kind": np.arange(4) % 3, "size": np.linspace(-1, 1, 4, dtype=np.float32)[:, None]}
    model.fit(x, y, epochs=3, batch_size=4, verbose=0)
    for ending in (".keras", ".h5"):
        model.save(FOLDER / f"dicts{ending}")
    results = model.evaluate(x, y, verbose=0, return_dict=True)
    names = ["loss", "kind_loss", "size_loss", "kind_accuracy", "size_mae"]
    losses = model.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0).history["loss"]
    expected = {"metrics_names": names, "evaluated": [results[name] for name in names], "loss": losses}
    (FOLDER / "dicts.json").write_text(json.dumps(expected) + "\n")


def main():
    lines = [f"{json.dumps(name)}: {json.dumps(described(name), separators=(',', ':'))}" for name in GRAPHS]
    (FOLDER / "graphs.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    model = started("nested")
    for ending in (".keras", ".h5"):
        model.save(FOLDER / f"graph{ending}")
    model.save_weights(FOLDER / "graph.weights.h5")
    compiled()


main()
