from swiftcnn.constraints import *
