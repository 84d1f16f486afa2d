# A folder as a data set: both parts of a split, cache, shuffle, prefetch; the class names; pictures of one batch.
import matplotlib.pyplot as plt
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

train_ds, val_ds = keras.utils.image_dataset_from_directory(
    "imagenette2/train", validation_split=0.2, subset="both", seed=123, image_size=(96, 96), batch_size=32
)
class_names = train_ds.class_names
print(class_names)

for images, labels in train_ds.take(1):
    plt.figure(figsize=(6, 6))
    for i in range(9):
        plt.subplot(3, 3, i + 1)
        plt.imshow(np.array(images[i]).astype("uint8"))
        plt.title(class_names[labels[i]])
        plt.axis("off")
    plt.savefig("batch.png")

train_ds = train_ds.map(lambda x, y: (x / 255.0, y)).cache().shuffle(1000).prefetch(buffer_size=-1)
val_ds = val_ds.map(lambda x, y: (x / 255.0, y)).cache().prefetch(buffer_size=-1)

model = keras.Sequential(
    [
        layers.Conv2D(16, 3, padding="same", activation="relu", input_shape=(96, 96, 3)),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(train_ds, validation_data=val_ds, epochs=6)
score = model.evaluate(val_ds, verbose=0)
assert abs(score[1] - history.history["val_accuracy"][-1]) < 1e-6
print("Test accuracy:", score[1])
