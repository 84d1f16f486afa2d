# A siamese network, in the style of Keras's example: two digits go through one encoder, and what it makes of them is compared.
import random

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

epochs = 2
batch_size = 16
random.seed(1)

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255


def make_pairs(x, y):
    num_classes = max(y) + 1
    digit_indices = [np.where(y == i)[0] for i in range(num_classes)]
    pairs = []
    labels = []
    for idx1 in range(len(x)):
        label1 = y[idx1]
        idx2 = random.choice(digit_indices[label1])
        pairs += [[x[idx1], x[idx2]]]
        labels += [1]
        label2 = random.randint(0, num_classes - 1)
        while label2 == label1:
            label2 = random.randint(0, num_classes - 1)
        idx2 = random.choice(digit_indices[label2])
        pairs += [[x[idx1], x[idx2]]]
        labels += [0]
    return np.array(pairs), np.array(labels).astype("float32")


pairs_train, labels_train = make_pairs(x_train[:1000], y_train[:1000])
pairs_test, labels_test = make_pairs(x_test[:300], y_test[:300])
x_train_1, x_train_2 = pairs_train[:, 0], pairs_train[:, 1]
x_test_1, x_test_2 = pairs_test[:, 0], pairs_test[:, 1]

input = keras.layers.Input((28, 28, 1))
x = keras.layers.BatchNormalization()(input)
x = keras.layers.Conv2D(4, (5, 5), activation="tanh")(x)
x = keras.layers.AveragePooling2D(pool_size=(2, 2))(x)
x = keras.layers.Conv2D(16, (5, 5), activation="tanh")(x)
x = keras.layers.AveragePooling2D(pool_size=(2, 2))(x)
x = keras.layers.Flatten()(x)
x = keras.layers.BatchNormalization()(x)
x = keras.layers.Dense(10, activation="tanh")(x)
embedding_network = keras.Model(input, x)

input_1 = keras.layers.Input((28, 28, 1))
input_2 = keras.layers.Input((28, 28, 1))
tower_1 = embedding_network(input_1)
tower_2 = embedding_network(input_2)
difference = tower_1 - tower_2
merge_layer = keras.layers.Concatenate()([difference * difference, layers.Dot(axes=1, normalize=True)([tower_1, tower_2])])
normal_layer = keras.layers.BatchNormalization()(merge_layer)
output_layer = keras.layers.Dense(1, activation="sigmoid")(normal_layer)
siamese = keras.Model(inputs=[input_1, input_2], outputs=output_layer)
siamese.summary()

siamese.compile(loss="binary_crossentropy", optimizer="RMSprop", metrics=["accuracy"])
history = siamese.fit(
    [x_train_1, x_train_2],
    labels_train,
    validation_data=([x_test_1, x_test_2], labels_test),
    batch_size=batch_size,
    epochs=epochs,
)
print("The encoder alone:", embedding_network.predict(x_test[:5]).shape)
results = siamese.evaluate([x_test_1, x_test_2], labels_test)
print("Test loss:", results[0])
print("Test accuracy:", results[1])
