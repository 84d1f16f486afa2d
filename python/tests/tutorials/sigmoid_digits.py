# Digits with sigmoid outputs and integer labels, then softmax outputs whose loss is told that they are logits.
import numpy as np
import tensorflow as tf
from tensorflow import keras

(X_train, y_train), (X_test, y_test) = keras.datasets.mnist.load_data()
X_train = X_train / 255
X_test = X_test / 255
X_train_flattened = X_train.reshape(len(X_train), 28 * 28)
X_test_flattened = X_test.reshape(len(X_test), 28 * 28)

model = keras.Sequential([keras.layers.Dense(10, input_shape=(784,), activation="sigmoid")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(X_train_flattened, y_train, epochs=5, verbose=2)
loss, accuracy = model.evaluate(X_test_flattened, y_test, verbose=0)
y_predicted = model.predict(X_test_flattened)
y_predicted_labels = [np.argmax(i) for i in y_predicted]
assert abs(np.mean(y_predicted_labels == y_test) - accuracy) < 1e-6

model = keras.Sequential(
    [
        keras.layers.Flatten(input_shape=(28, 28)),
        keras.layers.Dense(100, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.summary()
model.fit(X_train, y_train, epochs=5, verbose=2)
print("Test accuracy:", min(accuracy, model.evaluate(X_test, y_test, verbose=0)[1]))
