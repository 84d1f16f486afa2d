from swiftcnn.saving import *
