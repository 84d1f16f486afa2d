from swiftcnn.optimizers.legacy import *
