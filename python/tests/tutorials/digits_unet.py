# A U-Net, in the style of Keras's examples of segmentation: which pixels belong to a digit, and to which half of the classes.
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

num_classes = 3
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()


def prepare(x, y):
    masks = (x > 100).astype("uint8") * np.where(y < 5, 1, 2).astype("uint8")[:, None, None]
    return np.expand_dims(x, -1).astype("float32") / 255.0, np.expand_dims(masks, -1)


x_train, masks_train = prepare(x_train[:1500], y_train[:1500])
x_test, masks_test = prepare(x_test[:300], y_test[:300])


def conv_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(x)


def get_model(img_size, num_classes):
    inputs = keras.Input(shape=(*img_size, 1))
    skips = []
    x = inputs
    for filters in [8, 16]:
        x = conv_block(x, filters)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = conv_block(x, 32)
    x = layers.Dropout(0.2)(x)
    for filters, skip in zip([16, 8], reversed(skips), strict=True):
        x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(x)
        x = layers.concatenate([x, skip], axis=-1)
        residual = layers.Conv2D(filters, 1, padding="same")(x)
        x = conv_block(x, filters)
        x = layers.add([x, residual])
    outputs = layers.Conv2D(num_classes, 1, activation="softmax", padding="same")(x)
    return keras.Model(inputs, outputs, name="unet")


model = get_model((None, None), num_classes)
model.summary()
model.compile(optimizer=keras.optimizers.Adam(1e-2), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, masks_train, epochs=2, batch_size=32, validation_data=(x_test, masks_test))

wide = np.concatenate([x_test[:10], x_test[10:20]], axis=2)
val_preds = model.predict(wide)
print("Two digits side by side:", val_preds.shape, np.unique(np.argmax(val_preds, axis=-1)).max() < num_classes)
score = model.evaluate(x_test, masks_test, verbose=0)
print("Test accuracy:", score[1])
