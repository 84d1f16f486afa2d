from swiftcnn.optimizers import *
