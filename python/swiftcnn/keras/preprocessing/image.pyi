from swiftcnn.preprocessing.image import *
