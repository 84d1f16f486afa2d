# A multilayer perceptron with model.add and separate activations, rows of 784 pixels, RMSprop by object.
import numpy as np
from keras.datasets import mnist
from keras.layers import Activation, Dense
from keras.models import Sequential
from keras.optimizers import RMSprop
from keras.utils import to_categorical

(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train = X_train.reshape(len(X_train), 784).astype("float64")
X_test = X_test.reshape(len(X_test), 784).astype("float64")
X_train /= 255
X_test /= 255
Y_train = to_categorical(y_train, 10)
Y_test = to_categorical(y_test, 10)

model = Sequential()
model.add(Dense(100, input_shape=(784,), kernel_initializer="he_normal"))
model.add(Activation("relu"))
model.add(Dense(10))
model.add(Activation("softmax"))
model.summary()
model.compile(loss="categorical_crossentropy", metrics=["acc"], optimizer=RMSprop(learning_rate=0.002))

history = model.fit(X_train, Y_train, batch_size=128, epochs=5, verbose=2, validation_data=(X_test, Y_test))
print(history.history.keys())
accuracy = history.history["val_acc"][-1]
predictions = np.argmax(model.predict(X_test), axis=1)
assert abs((predictions == y_test).mean() - accuracy) < 1e-6
print("Test accuracy:", accuracy)
