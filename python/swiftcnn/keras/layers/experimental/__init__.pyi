from swiftcnn.layers.experimental import *
