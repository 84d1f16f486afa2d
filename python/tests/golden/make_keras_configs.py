"""Writes what Keras's get_config, serialize and to_json return, for test_keras_configs.py.

python make_keras_configs.py, where Keras and TensorFlow are installed (pip install '.[golden]').
"""

import json
from pathlib import Path

import keras
from keras import constraints, initializers, layers, losses, metrics, optimizers, regularizers
from keras.optimizers import schedules

OBJECTS = {
    "layers": [
        layers.Activation("relu"),
        layers.AdaptiveAveragePooling2D((2, 3)),
        layers.AdaptiveMaxPooling2D(2),
        layers.AlphaDropout(0.25, seed=3),
        layers.AveragePooling2D(2),
        layers.BatchNormalization(momentum=0.9, gamma_regularizer="l2"),
        layers.CenterCrop(3, 4),
        layers.Conv2D(
            2, 3, strides=2, activation=layers.LeakyReLU(0.125), kernel_initializer="he_normal", kernel_regularizer="l1"
        ),
        layers.Conv2DTranspose(2, 3, kernel_constraint=constraints.MaxNorm(1.5)),
        layers.Cropping2D(1),
        layers.Dense(2, activation=keras.activations.softmax, bias_initializer=initializers.Constant(0.5)),
        layers.DepthwiseConv2D(3),
        layers.Dropout(0.25, seed=3),
        layers.ELU(),
        layers.Flatten(),
        layers.GaussianDropout(0.1),
        layers.GaussianNoise(0.1),
        layers.GlobalAveragePooling2D(),
        layers.GlobalMaxPooling2D(),
        layers.GroupNormalization(2, gamma_regularizer="l2"),
        layers.Identity(),
        layers.InputLayer((3,)),
        layers.LayerNormalization(),
        layers.LeakyReLU(),
        layers.MaxPooling2D(),
        layers.Normalization(),
        layers.Normalization((1, 3), [0.5, 1.5], [0.25, 2.0], True),
        layers.Normalization(None),
        layers.PReLU(),
        layers.Permute((2, 1)),
        layers.RandomBrightness(0.1),
        layers.RandomContrast(0.1),
        layers.RandomCrop(3, 3),
        layers.RandomFlip(),
        layers.RandomRotation(0.1),
        layers.RandomTranslation(0.1, 0.1),
        layers.RandomZoom(0.1),
        layers.ReLU(6.0),
        layers.RepeatVector(3),
        layers.Rescaling(2.0),
        layers.Reshape((-1,)),
        layers.Resizing(4, 4),
        layers.SeparableConv2D(2, 3),
        layers.Softmax(),
        layers.SpatialDropout2D(0.1),
        layers.UnitNormalization((1, 2)),
        layers.UpSampling2D(),
        layers.ZeroPadding2D(),
    ],
    "losses": [
        losses.BinaryCrossentropy(from_logits=True),
        losses.BinaryFocalCrossentropy(),
        losses.CategoricalCrossentropy(label_smoothing=0.125),
        losses.CategoricalFocalCrossentropy(),
        losses.CategoricalHinge(),
        losses.CosineSimilarity(),
        losses.Hinge(),
        losses.Huber(),
        losses.KLDivergence(),
        losses.LogCosh(),
        losses.MeanAbsoluteError(),
        losses.MeanAbsolutePercentageError(),
        losses.MeanSquaredError(),
        losses.MeanSquaredLogarithmicError(),
        losses.Poisson(),
        losses.SparseCategoricalCrossentropy(),
        losses.SquaredHinge(),
    ],
    "metrics": [
        metrics.AUC(curve="PR"),
        metrics.BinaryAccuracy(threshold=0.75),
        metrics.BinaryCrossentropy(),
        metrics.CategoricalAccuracy(),
        metrics.CategoricalCrossentropy(),
        metrics.CategoricalHinge(),
        metrics.CosineSimilarity(),
        metrics.F1Score(average="macro"),
        metrics.FBetaScore(average="micro", beta=2.0),
        metrics.FalseNegatives(),
        metrics.FalsePositives(),
        metrics.Hinge(),
        metrics.KLDivergence(),
        metrics.LogCoshError(),
        metrics.MeanAbsoluteError(name="off by"),
        metrics.MeanAbsolutePercentageError(),
        metrics.MeanSquaredError(),
        metrics.MeanSquaredLogarithmicError(),
        metrics.Poisson(),
        metrics.Precision(),
        metrics.Recall(class_id=1),
        metrics.RootMeanSquaredError(),
        metrics.SparseCategoricalAccuracy(),
        metrics.SparseCategoricalCrossentropy(),
        metrics.SparseTopKCategoricalAccuracy(3),
        metrics.SquaredHinge(),
        metrics.TopKCategoricalAccuracy(),
        metrics.TrueNegatives(),
        metrics.TruePositives(),
    ],
    "optimizers": [
        optimizers.Adadelta(),
        optimizers.Adagrad(),
        optimizers.Adam(schedules.ExponentialDecay(0.1, 10, 0.5), use_ema=True),
        optimizers.AdamW(),
        optimizers.Adamax(),
        optimizers.Ftrl(),
        optimizers.Lion(),
        optimizers.Nadam(),
        optimizers.RMSprop(centered=True),
        optimizers.SGD(0.5, momentum=0.25, nesterov=True, clipnorm=1.0),
    ],
    "initializers": [
        initializers.Constant(0.5),
        initializers.GlorotNormal(),
        initializers.GlorotUniform(seed=3),
        initializers.HeNormal(),
        initializers.HeUniform(),
        initializers.Identity(),
        initializers.LecunNormal(),
        initializers.LecunUniform(),
        initializers.Ones(),
        initializers.Orthogonal(),
        initializers.RandomNormal(0.5),
        initializers.RandomUniform(),
        initializers.TruncatedNormal(),
        initializers.VarianceScaling(2.0, "fan_out"),
        initializers.Zeros(),
    ],
    "regularizers": [regularizers.L1(0.5), regularizers.L2(0.25), regularizers.L1L2(0.5, 0.25)],
    "constraints": [
        constraints.MaxNorm(3, axis=[0, 1]),
        constraints.MinMaxNorm(0.5),
        constraints.NonNeg(),
        constraints.UnitNorm(),
    ],
    "schedules": [
        schedules.CosineDecay(0.1, 10),
        schedules.CosineDecayRestarts(0.1, 10),
        schedules.ExponentialDecay(0.1, 10, 0.5),
        schedules.InverseTimeDecay(0.1, 10, 0.5),
        schedules.PiecewiseConstantDecay([1, 2], [0.25, 0.5, 1.0]),
        schedules.PolynomialDecay(0.1, 10),
    ],
}


def model():
    """A frozen model within a model, both sequential, compiled with functions."""
    base = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="conv"), layers.BatchNormalization(name="norm")])
    base.name, base.trainable = "base", False
    made = keras.Sequential([base, layers.Flatten(name="flat"), layers.Dense(3, "softmax", name="head")], name="outer")
    made.build((None, 8, 8, 1))
    made.compile(optimizers.SGD(0.5), losses.categorical_crossentropy, metrics=[metrics.binary_accuracy, metrics.AUC(), "mae"])
    return made


def main():
    described = {kind: [keras.saving.serialize_keras_object(each) for each in objects] for kind, objects in OBJECTS.items()}
    made = model()
    functional = keras.Model(made.inputs, made.outputs, name="line")
    described["functions"] = [losses.serialize(losses.mean_squared_error), metrics.serialize(metrics.binary_accuracy)]
    described["models"] = {
        "sequential": made.get_config(),
        "unbuilt": keras.Sequential([layers.Dense(2, name="only")]).get_config(),
        "functional": functional.get_config(),
        "json": json.loads(made.to_json()),
    }
    text = json.dumps(described, indent=1, sort_keys=True)
    (Path(__file__).parent / "keras_configs.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
