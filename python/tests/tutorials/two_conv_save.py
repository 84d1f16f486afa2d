# Two convolutions, sparse labels, SGD with momentum, saving and loading, one single prediction.
# ruff: noqa: N816
from tensorflow.keras import Sequential, callbacks, optimizers
from tensorflow.keras.datasets.mnist import load_data
from tensorflow.keras.layers import Conv2D, Dense, Flatten, InputLayer, MaxPool2D
from tensorflow.keras.models import load_model


class Stop(callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs.get("accuracy") > 0.985:
            print("\nGood enough, stopping.")
            self.model.stop_training = True


(trainX, trainY), (testX, testY) = load_data()
trainX = trainX.reshape((trainX.shape[0], 28, 28, 1)).astype("float32") / 255.0
testX = testX.reshape((testX.shape[0], 28, 28, 1)).astype("float32") / 255.0

model = Sequential()
model.add(InputLayer(input_shape=(28, 28, 1)))
model.add(Conv2D(32, (3, 3), activation="relu", kernel_initializer="he_uniform"))
model.add(MaxPool2D((2, 2)))
model.add(Conv2D(64, (3, 3), activation="relu", kernel_initializer="he_uniform"))
model.add(Flatten())
model.add(Dense(64, activation="relu", kernel_initializer="he_uniform"))
model.add(Dense(10, activation="softmax"))
opt = optimizers.SGD(learning_rate=0.01, momentum=0.9)
model.summary()
model.compile(optimizer=opt, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(trainX, trainY, epochs=8, batch_size=32, verbose=0, callbacks=[Stop()])

model.save("final_model.keras")
model = load_model("final_model.keras")
score = model.evaluate(testX, testY, verbose=0)
print("> %.3f" % (score[1] * 100.0))
print("Test accuracy:", score[1])
image = testX[:1]
digit = model.predict(image).argmax()
print(digit, testY[0])
