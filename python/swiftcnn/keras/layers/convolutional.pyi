from swiftcnn.layers.convolutional import *
