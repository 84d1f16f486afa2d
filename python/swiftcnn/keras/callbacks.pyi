from swiftcnn.callbacks import *
