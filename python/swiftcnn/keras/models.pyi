from swiftcnn.models import *
