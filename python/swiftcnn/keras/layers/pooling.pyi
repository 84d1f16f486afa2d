from swiftcnn.layers.pooling import *
