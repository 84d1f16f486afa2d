from swiftcnn.metrics import *
