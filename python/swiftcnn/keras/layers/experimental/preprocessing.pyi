from swiftcnn.layers.experimental.preprocessing import *
