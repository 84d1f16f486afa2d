from swiftcnn.preprocessing import *
