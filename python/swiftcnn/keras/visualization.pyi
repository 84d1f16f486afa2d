from swiftcnn.visualization import *
