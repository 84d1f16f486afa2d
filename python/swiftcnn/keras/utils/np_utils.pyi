from swiftcnn.utils.np_utils import *
