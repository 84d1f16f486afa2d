# Image folders: augmentation, batch normalization, predict of an iterator, scikit-learn's accuracy.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import accuracy_score
from tensorflow.keras.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, InputLayer, MaxPool2D
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.image import ImageDataGenerator

train_generator = ImageDataGenerator(rescale=1.0 / 255, shear_range=0.2, zoom_range=0.2, horizontal_flip=True)
test_generator = ImageDataGenerator(rescale=1.0 / 255)
train = train_generator.flow_from_directory("imagenette2/train", target_size=(224, 224), batch_size=32, class_mode="categorical")
test = test_generator.flow_from_directory("imagenette2/val", target_size=(224, 224), batch_size=32, shuffle=False)
print(train.class_indices)

model = Sequential()
model.add(InputLayer(input_shape=(224, 224, 3)))
model.add(Conv2D(25, (5, 5), activation="relu", strides=(1, 1), padding="same"))
model.add(MaxPool2D(pool_size=(2, 2), padding="same"))
model.add(Conv2D(50, (5, 5), activation="relu", strides=(2, 2), padding="same"))
model.add(MaxPool2D(pool_size=(2, 2), padding="same"))
model.add(BatchNormalization())
model.add(Conv2D(70, (3, 3), activation="relu", strides=(2, 2), padding="same"))
model.add(MaxPool2D(pool_size=(2, 2), padding="valid"))
model.add(BatchNormalization())
model.add(Flatten())
model.add(Dense(units=100, activation="relu"))
model.add(Dense(units=100, activation="relu"))
model.add(Dropout(0.25))
model.add(Dense(units=10, activation="softmax"))
model.summary()

model.compile(loss="categorical_crossentropy", metrics=["accuracy"], optimizer="adam")
history = model.fit(train, epochs=4, validation_data=test)

plt.plot(history.history["loss"], label="loss")
plt.plot(history.history["val_loss"], label="val_loss")
plt.legend()
plt.savefig("loss.png")

score = model.evaluate(test, verbose=0)
predictions = np.argmax(model.predict(test), axis=1)
assert abs(accuracy_score(test.labels, predictions) - score[1]) < 1e-6
print("Test accuracy:", score[1])
