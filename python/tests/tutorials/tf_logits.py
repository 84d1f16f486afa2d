# All by `tf.`: a loss called by hand, probabilities from logits, a model around the trained one.
import numpy as np
import tensorflow as tf

print("version:", tf.__version__)
tf.random.set_seed(42)
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Flatten(input_shape=(28, 28)),
        tf.keras.layers.Dense(128, activation=tf.nn.relu),
        tf.keras.layers.Dropout(0.2),
        tf.keras.layers.Dense(10),
    ]
)
model.summary()

predictions = model(x_train[:1]).numpy()
print("Before training:", tf.nn.softmax(predictions).numpy().round(3))
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
print("Loss of one image:", loss_fn(y_train[:1], predictions).numpy())

model.compile(optimizer=tf.keras.optimizers.Adam(), loss=loss_fn, metrics=["accuracy"])
stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", patience=2)
model.fit(x_train, y_train, epochs=5, validation_split=0.1, callbacks=[stop])
loss, accuracy = model.evaluate(x_test, y_test, verbose=2)

probability_model = tf.keras.Sequential([model, tf.keras.layers.Softmax()])
probabilities = probability_model(x_test[:5]).numpy()
assert np.allclose(probabilities.sum(axis=1), 1)
assert np.allclose(probabilities, tf.keras.activations.softmax(model(x_test[:5])), atol=1e-6)
print("First digits:", probabilities.argmax(axis=1), "are", y_test[:5])
print("Test accuracy:", accuracy)
