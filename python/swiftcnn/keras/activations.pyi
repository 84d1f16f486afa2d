from swiftcnn.activations import *
