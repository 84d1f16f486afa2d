# Keras 2: decay, and a schedule that sets the rate beside it
import numpy as np
from tensorflow import keras
from tensorflow.keras import regularizers
from tensorflow.keras.callbacks import CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from tensorflow.keras.datasets import cifar10
from tensorflow.keras.layers import Activation, BatchNormalization, Conv2D, Dense, Dropout, Flatten, LeakyReLU, MaxPooling2D
from tensorflow.keras.models import Sequential, load_model
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.utils import plot_model

(x_train, y_train), (x_test, y_test) = cifar10.load_data()
x_train, x_test = x_train.astype("float32"), x_test.astype("float32")
mean = np.mean(x_train, axis=(0, 1, 2, 3))
std = np.std(x_train, axis=(0, 1, 2, 3))
x_train = (x_train - mean) / (std + 1e-7)
x_test = (x_test - mean) / (std + 1e-7)
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)

weight_decay = 1e-4
model = Sequential()
model.add(Conv2D(32, (3, 3), padding="same", kernel_regularizer=regularizers.l2(weight_decay), input_shape=x_train.shape[1:]))
model.add(Activation("elu"))
model.add(BatchNormalization())
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.2))
model.add(Conv2D(64, (3, 3), padding="same", activation=LeakyReLU(0.2), kernel_regularizer=regularizers.l2(weight_decay)))
model.add(BatchNormalization())
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.summary()
plot_model(model, to_file="model.png", show_shapes=True, show_layer_names=True)


def lr_schedule(epoch):
    lrate = 0.001
    if epoch > 75:
        lrate = 0.0005
    return lrate


datagen = ImageDataGenerator(rotation_range=15, width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True)
datagen.fit(x_train)
opt_rms = keras.optimizers.RMSprop(learning_rate=0.001, decay=1e-6)
model.compile(loss=keras.losses.categorical_crossentropy, optimizer=opt_rms, metrics=[keras.metrics.categorical_accuracy])
callbacks = [
    EarlyStopping(monitor="val_loss", patience=10, verbose=1, restore_best_weights=True),
    ModelCheckpoint("best_model.h5", monitor="val_categorical_accuracy", save_best_only=True, verbose=1),
    ReduceLROnPlateau(monitor="val_loss", factor=0.1, patience=5, min_lr=1e-6),
    CSVLogger("log.csv", separator=",", append=False),
    LearningRateScheduler(lr_schedule, verbose=1),
]
model.fit(
    datagen.flow(x_train, y_train, batch_size=64),
    steps_per_epoch=x_train.shape[0] // 64,
    epochs=3,
    verbose=1,
    validation_data=(x_test, y_test),
    callbacks=callbacks,
)

for weight in model.weights:
    print(weight.name, weight.shape)
best = load_model("best_model.h5")
scores = best.evaluate(x_test, y_test, batch_size=128, verbose=0)
print(f"Test accuracy: {scores[1]:.3f} loss: {scores[0]:.3f}")
print(keras.metrics.F1Score(average="macro")(y_test, best(x_test)).numpy())
