from swiftcnn.datasets.cifar10 import *
