from swiftcnn.applications.vgg19 import *
