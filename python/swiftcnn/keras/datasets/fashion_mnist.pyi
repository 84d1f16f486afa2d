from swiftcnn.datasets.fashion_mnist import *
