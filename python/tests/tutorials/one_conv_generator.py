# Keras 2: np_utils and fit_generator. A perceptron, then one convolution whose whole output goes to a dense layer.
import numpy as np
from keras.datasets import mnist
from keras.layers import Conv2D, Dense, Flatten, MaxPool2D
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import np_utils

(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train = X_train.reshape(X_train.shape[0], 28, 28, 1).astype("float32")
X_test = X_test.reshape(X_test.shape[0], 28, 28, 1).astype("float32")
X_train /= 255
X_test /= 255

n_classes = 10
print("Shape before one-hot encoding: ", y_train.shape)
Y_train = np_utils.to_categorical(y_train, n_classes)
Y_test = np_utils.to_categorical(y_test, n_classes)
print("Shape after one-hot encoding: ", Y_train.shape)

perceptron = Sequential()
perceptron.add(Dense(100, input_shape=(784,), activation="relu"))
perceptron.add(Dense(10, activation="softmax"))
perceptron.summary()

model = Sequential()
model.add(Conv2D(25, kernel_size=(3, 3), strides=(1, 1), padding="valid", activation="relu", input_shape=(28, 28, 1)))
model.add(MaxPool2D(pool_size=(1, 1)))
model.add(Flatten())
model.add(Dense(100, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.summary()

model.compile(loss="categorical_crossentropy", metrics=["accuracy"], optimizer="adam")
shifts = ImageDataGenerator(width_shift_range=0.05, height_shift_range=0.05)
model.fit_generator(
    shifts.flow(X_train, Y_train, batch_size=128),
    steps_per_epoch=len(X_train) // 128,
    epochs=6,
    validation_data=(X_test, Y_test),
)

score = model.evaluate(X_test, Y_test, verbose=0)
print("First digits:", np.argmax(model.predict(X_test[:5]), axis=1), "are", y_test[:5])
print("Test accuracy:", score[1])
