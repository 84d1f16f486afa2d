from swiftcnn.layers.core import *
