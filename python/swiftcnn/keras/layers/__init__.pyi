from swiftcnn.layers import *
