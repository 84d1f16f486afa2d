from swiftcnn.datasets.mnist import *
