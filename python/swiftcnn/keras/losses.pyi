from swiftcnn.losses import *
