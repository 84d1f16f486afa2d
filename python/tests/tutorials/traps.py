# Keras 2: np_utils and fit_generator. And the mistakes of a well-known script: folders in the order of their classes with
# shuffle=False, pixels as they are, a learning rate that kills every unit. It runs, and is told what to change.
import numpy as np
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.optimizers import Adam
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import np_utils
from sklearn.metrics import accuracy_score

generator = ImageDataGenerator()
train = generator.flow_from_directory("imagenette2/train", target_size=(64, 64), batch_size=2, shuffle=False)
valid = generator.flow_from_directory("imagenette2/val", target_size=(64, 64), batch_size=2, shuffle=False)

model = Sequential()
model.add(Conv2D(16, (3, 3), activation="relu", input_shape=(64, 64, 3)))
model.add(MaxPooling2D(4))
model.add(Flatten())
model.add(Dense(32, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.summary()
model.compile(loss="categorical_crossentropy", optimizer=Adam(learning_rate=1.0), metrics=["accuracy"])
model.fit_generator(train, epochs=3, validation_data=valid)

one_hot = np_utils.to_categorical(valid.labels)
predictions = model.predict(valid).argmax(axis=1)
assert accuracy_score(one_hot.argmax(axis=1), predictions) == np.mean(predictions == valid.labels)
score = model.evaluate(valid)
print("Test accuracy:", score[1])
