"""Task "train", in Keras with TensorFlow: seconds of one epoch of the dropout CNN on MNIST."""

import sys

from benchmarks.model_keras import dropout_cnn
from benchmarks.task import BATCH_SIZE, mnist, seconds, serve

x, y = mnist(sys.argv[1])
model = dropout_cnn()
model.fit(x[: 10 * BATCH_SIZE], y[: 10 * BATCH_SIZE], batch_size=BATCH_SIZE, verbose=0)
serve(lambda: seconds(lambda: model.fit(x, y, batch_size=BATCH_SIZE, epochs=1, verbose=0)))
