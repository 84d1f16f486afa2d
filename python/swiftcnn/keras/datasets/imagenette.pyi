from swiftcnn.datasets.imagenette import *
