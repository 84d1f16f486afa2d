# A folder of images: augmentation and scaling inside the model, logits, curves, and one image file at the end.
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential

image_size, batch_size = (96, 96), 32
options = {"validation_split": 0.2, "seed": 123, "image_size": image_size, "batch_size": batch_size}
train_ds = tf.keras.utils.image_dataset_from_directory("imagenette2/train", subset="training", **options)
val_ds = tf.keras.utils.image_dataset_from_directory("imagenette2/train", subset="validation", **options)
class_names = train_ds.class_names
train_ds = train_ds.cache().shuffle(1000).prefetch(buffer_size=tf.data.AUTOTUNE)
val_ds = val_ds.cache().prefetch(buffer_size=tf.data.AUTOTUNE)

data_augmentation = keras.Sequential(
    [layers.RandomFlip("horizontal", input_shape=(96, 96, 3)), layers.RandomRotation(0.1), layers.RandomZoom(0.1)]
)
plt.figure(figsize=(10, 10))
for images, _ in train_ds.take(1):
    for i in range(9):
        augmented_images = data_augmentation(images)
        plt.subplot(3, 3, i + 1)
        plt.imshow(augmented_images[0].numpy().astype("uint8"))
        plt.axis("off")
plt.savefig("augmented.png")
print("The first image changed:", not np.array_equal(augmented_images[0], images[0]))

model = Sequential(
    [
        data_augmentation,
        layers.Rescaling(1.0 / 255),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(len(class_names), name="outputs"),
    ]
)
model.compile(optimizer="adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.summary()
epochs = 3
history = model.fit(train_ds, validation_data=val_ds, epochs=epochs)

plt.figure(figsize=(8, 8))
for place, quantity in enumerate(("accuracy", "loss"), 1):
    plt.subplot(1, 2, place)
    plt.plot(range(epochs), history.history[quantity], label="Training " + quantity)
    plt.plot(range(epochs), history.history["val_" + quantity], label="Validation " + quantity)
    plt.legend(loc="lower right")
plt.savefig("curves.png")

model.save("augmented.keras")
model = tf.keras.models.load_model("augmented.keras")
image = tf.keras.utils.load_img(keras.utils.image_dataset_from_directory("imagenette2/val").file_paths[0], target_size=image_size)
batch = np.expand_dims(tf.keras.utils.img_to_array(image), 0)
score = tf.nn.softmax(model.predict(batch)[0])
print(f"Most likely {class_names[np.argmax(score)]}, with {100 * np.max(score):.2f} percent.")
print("Test accuracy:", model.evaluate(val_ds, verbose=0)[1])
