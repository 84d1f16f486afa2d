from swiftcnn.datasets import *
