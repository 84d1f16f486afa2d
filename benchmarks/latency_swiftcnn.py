"""Task "latency", in swiftcnn: microseconds of predict for one image."""

import sys

from benchmarks.model_swiftcnn import dropout_cnn
from benchmarks.task import microseconds, mnist, serve

x, _ = mnist(sys.argv[1])
image, model = x[:1], dropout_cnn()
serve(lambda: microseconds(lambda: model.predict(image, verbose=0)))
