from swiftcnn.regularizers import *
