from swiftcnn.initializers import *
