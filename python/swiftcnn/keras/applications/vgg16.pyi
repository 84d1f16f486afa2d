from swiftcnn.applications.vgg16 import *
