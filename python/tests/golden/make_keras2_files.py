"""Writes a small model with Keras 2 in each of its formats, and what it predicts, for test_keras_files.py.

python make_keras2_files.py, where TensorFlow and Keras 2 are installed (pip install tensorflow-cpu tf-keras).
"""

from pathlib import Path

import numpy as np
import tf_keras as keras
from tf_keras import layers

FOLDER = Path(__file__).parent / "keras_files"


def model():
    """A base of convolutions within a model, as transfer learning has it."""
    base = keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu", kernel_initializer="he_normal", input_shape=(8, 8, 2)),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(3, 2, padding="same", kernel_regularizer=keras.regularizers.l2(0.01)),
        ],
        name="base",
    )
    base.layers[0].trainable = False
    head = [layers.Flatten(), layers.Dropout(0.25), layers.Dense(3, activation="softmax", bias_constraint="non_neg")]
    return keras.Sequential([base, *head], name="keras_2")


def main():
    keras.utils.set_random_seed(7)
    x, y = np.random.default_rng(1).random((6, 8, 8, 2), np.float32), np.arange(6) % 3
    made = model()
    made.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    made.fit(x, y, epochs=2, batch_size=3, verbose=0)
    for ending in (".h5", ".keras"):
        made.save(FOLDER / f"by_keras2{ending}")
    made.save_weights(FOLDER / "by_keras2.weights.h5")
    np.save(FOLDER / "by_keras2.npy", made.predict(x, verbose=0))


if __name__ == "__main__":
    main()
