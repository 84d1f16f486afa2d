from swiftcnn.layers.normalization import *
