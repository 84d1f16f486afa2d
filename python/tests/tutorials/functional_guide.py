# What Keras's guide to the functional style shows: models in models, several inputs and outputs, shared layers, features.
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = np.expand_dims(x_train[:2000], -1).astype("float32") / 255
x_test = np.expand_dims(x_test[:500], -1).astype("float32") / 255
y_train, y_test = y_train[:2000], y_test[:500]

# An autoencoder of two models.
encoder_input = keras.Input(shape=(28, 28, 1), name="original_img")
x = layers.Conv2D(16, 3, activation="relu")(encoder_input)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.MaxPooling2D(3)(x)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.Conv2D(16, 3, activation="relu")(x)
encoder_output = layers.GlobalMaxPooling2D()(x)
encoder = keras.Model(encoder_input, encoder_output, name="encoder")
encoder.summary()

decoder_input = keras.Input(shape=(16,), name="encoded_img")
x = layers.Reshape((4, 4, 1))(decoder_input)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
x = layers.Conv2DTranspose(32, 3, activation="relu")(x)
x = layers.UpSampling2D(3)(x)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
decoder_output = layers.Conv2DTranspose(1, 3, activation="relu")(x)
decoder = keras.Model(decoder_input, decoder_output, name="decoder")
decoder.summary()

autoencoder_input = keras.Input(shape=(28, 28, 1), name="img")
encoded_img = encoder(autoencoder_input)
decoded_img = decoder(encoded_img)
autoencoder = keras.Model(autoencoder_input, decoded_img, name="autoencoder")
autoencoder.summary()
autoencoder.compile("adam", "mse")
autoencoder.fit(x_train[:500], x_train[:500], epochs=1)


# An image and some numbers in, a class and a number out; channels weighted by squeeze-and-excite, and operators.
def squeeze_excite_block(tensor, ratio=4):
    filters = tensor.shape[-1]
    se = layers.GlobalAveragePooling2D()(tensor)
    se = layers.Reshape((1, 1, filters))(se)
    se = layers.Dense(filters // ratio, activation="relu", use_bias=False)(se)
    se = layers.Dense(filters, activation="sigmoid", use_bias=False)(se)
    return layers.multiply([tensor, se])


img_input = keras.Input(shape=(28, 28, 1), name="image")
row_input = keras.Input(shape=(28,), name="rows")
x = (img_input - 0.5) * 2.0
x = x[:, 2:-2, 2:-2]
block_1_output = layers.Conv2D(16, 3, strides=2, activation="relu")(x)
x = squeeze_excite_block(block_1_output)
x = layers.Conv2D(16, 3, activation="relu", padding="same")(x)
block_2_output = x + block_1_output
x = layers.GlobalAveragePooling2D()(block_2_output)
features = layers.concatenate([x, layers.Flatten()(layers.MaxPooling2D(3)(block_2_output)), row_input])
category = layers.Dense(10, name="category", activation="softmax")(features)
ink = layers.Dense(1, name="ink")(features)
model = keras.Model(inputs=[img_input, row_input], outputs={"category": category, "ink": ink})
model.summary()
model.compile(
    optimizer=keras.optimizers.RMSprop(1e-3),
    loss={"category": keras.losses.SparseCategoricalCrossentropy(), "ink": keras.losses.MeanSquaredError()},
    loss_weights={"category": 1.0, "ink": 0.2},
    metrics={"category": ["accuracy"], "ink": [keras.metrics.MeanAbsoluteError()]},
)


def data(images, labels):
    inputs = {"image": images, "rows": images.mean(axis=(2, 3))}
    return inputs, {"category": labels, "ink": images.mean(axis=(1, 2, 3))[:, None]}


history = model.fit(*data(x_train, y_train), epochs=3, batch_size=32, validation_data=data(x_test, y_test))
print("Names:", sorted(history.history))
model.save("two_outputs.keras")
del model
model = keras.models.load_model("two_outputs.keras")

# What the layers put out.
feature_extraction_model = keras.Model(inputs=encoder.input, outputs=[layer.output for layer in encoder.layers])
extracted_features = feature_extraction_model(np.random.random((2, 28, 28, 1)).astype("float32"))
print("Features:", [tuple(feature.shape) for feature in extracted_features])

logs = model.evaluate(*data(x_test, y_test), verbose=0, return_dict=True)
print("Test accuracy:", logs["category_accuracy"])
