"""Writes Keras's own summaries, which test_summary.py compares with ours. Run with keras installed: python make_summaries.py"""

import os
from pathlib import Path

os.environ["COLUMNS"] = "200"  # rich crops what is wider than the terminal

import keras
from keras import layers


def dropout_cnn():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def long_names():
    return keras.Sequential(
        [
            keras.Input((224, 224, 3)),
            layers.Conv2D(64, 7, strides=2, padding="same"),
            layers.AveragePooling2D(2),
            layers.GlobalAveragePooling2D(),
            layers.Activation("relu"),
            layers.Dense(1000, activation="softmax"),
            layers.Dense(2000, name="a_very_long_layer_name_that_does_not_fit_on_one_line_at_all"),
        ],
        name="long_names",
    )


def normalized():
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(8, 3, trainable=False),
            layers.BatchNormalization(),
            layers.Conv2D(16, 3, use_bias=False),
            layers.BatchNormalization(scale=False),
            layers.Flatten(),
            layers.Dense(10),
            layers.BatchNormalization(trainable=False),
        ]
    )


def unbuilt():
    return keras.Sequential([layers.Flatten(), layers.Dense(3)])


def nested():
    base = normalized()
    base.trainable = False
    inside = keras.Sequential([base, layers.Dense(4, name="between")], name="inside")
    return keras.Sequential([keras.Input((32, 32, 3)), inside, layers.ReLU(), layers.Dense(3, name="head")], name="nested")


def write(name, model, **options):
    lines = []
    model.summary(print_fn=lines.append, **options)
    Path(__file__).with_name(f"summary_{name}.txt").write_text("".join(lines), encoding="utf-8")


for make in (dropout_cnn, long_names, normalized, unbuilt):
    for line_length in (50, 76, 88, 121):
        keras.backend.clear_session()
        write(f"{make.__name__}_{line_length}", make(), line_length=line_length)
for line_length in (70, 100):
    keras.backend.clear_session()
    write(f"nested_{line_length}", nested(), line_length=line_length, expand_nested=True, show_trainable=True)
keras.backend.clear_session()
write("positions", normalized(), line_length=90, positions=[0.3, 0.6, 1.0], show_trainable=True)
