from swiftcnn.datasets.cifar100 import *
