from swiftcnn.applications import *
