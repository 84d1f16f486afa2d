from swiftcnn.backend import *
