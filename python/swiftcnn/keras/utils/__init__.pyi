from swiftcnn.utils import *
