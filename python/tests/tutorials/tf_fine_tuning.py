# A trained network under a new head: functional style, frozen first, then its last block trained too, with a smaller rate.
import tensorflow.keras as keras
from tensorflow.keras import layers, optimizers
from tensorflow.keras.applications.vgg16 import VGG16, preprocess_input
from tensorflow.keras.callbacks import ModelCheckpoint
from tensorflow.keras.preprocessing.image import ImageDataGenerator

options = {"target_size": (32, 32), "batch_size": 20, "class_mode": "categorical"}
flipped = ImageDataGenerator(preprocessing_function=preprocess_input, horizontal_flip=True)
train = flipped.flow_from_directory("imagenette2/train", **options)
val = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory("imagenette2/val", shuffle=False, **options)

conv_base = VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))  # "imagenet" where there is a net
conv_base.trainable = False
inputs = keras.Input(shape=(32, 32, 3))
x = conv_base(inputs, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(64)(x)
x = keras.activations.relu(x)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.summary()
assert len(model.trainable_weights) == 4

model.compile(loss="categorical_crossentropy", optimizer=optimizers.RMSprop(learning_rate=2e-4), metrics=["acc"])
best = ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True)
model.fit(train, epochs=1, validation_data=val, callbacks=[best])

conv_base.trainable = True
for layer in conv_base.layers:
    layer.trainable = layer.name.startswith("block5")
assert len(model.trainable_weights) == 10
model.compile(loss="categorical_crossentropy", optimizer=optimizers.RMSprop(learning_rate=1e-5), metrics=["acc"])
model.fit(train, epochs=1, validation_data=val, callbacks=[best])

model = keras.models.load_model("best.keras")
loss, accuracy = model.evaluate(val, verbose=0)
print("Test accuracy:", accuracy)
