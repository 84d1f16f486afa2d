# Three convolutions and two dense layers on CIFAR-10, one-hot labels, float32 by hand, curves at the end.
import matplotlib.pyplot as plt
from tensorflow.keras.datasets import cifar10
from tensorflow.keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D
from tensorflow.keras.models import Sequential
from tensorflow.keras.utils import to_categorical

(X_train, y_train), (X_test, y_test) = cifar10.load_data()
X_train = X_train.reshape(X_train.shape[0], 32, 32, 3)
X_test = X_test.reshape(X_test.shape[0], 32, 32, 3)
X_train = X_train.astype("float32")
X_test = X_test.astype("float32")
X_train /= 255
X_test /= 255

n_classes = 10
Y_train = to_categorical(y_train, n_classes)
Y_test = to_categorical(y_test, n_classes)

model = Sequential()
model.add(Conv2D(50, kernel_size=(3, 3), strides=(1, 1), padding="same", activation="relu", input_shape=(32, 32, 3)))
model.add(Conv2D(75, kernel_size=(3, 3), strides=(1, 1), padding="same", activation="relu"))
model.add(MaxPool2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Conv2D(125, kernel_size=(3, 3), strides=(1, 1), padding="same", activation="relu"))
model.add(MaxPool2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(500, activation="relu"))
model.add(Dropout(0.4))
model.add(Dense(250, activation="relu"))
model.add(Dropout(0.3))
model.add(Dense(10, activation="softmax"))
model.summary()

model.compile(loss="categorical_crossentropy", metrics=["accuracy"], optimizer="adam")
history = model.fit(X_train, Y_train, batch_size=128, epochs=10, validation_data=(X_test, Y_test))

for quantity in ("accuracy", "loss"):
    plt.figure()
    plt.plot(history.history[quantity])
    plt.plot(history.history["val_" + quantity])
    plt.title("model " + quantity)
    plt.xlabel("epoch")
    plt.legend(["train", "test"])
    plt.savefig(quantity + ".png")

score = model.evaluate(X_test, Y_test, verbose=0)
print("Test accuracy:", score[1])
