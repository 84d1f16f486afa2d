from swiftcnn.layers.advanced_activations import *
