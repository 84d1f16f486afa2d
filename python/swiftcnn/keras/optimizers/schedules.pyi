from swiftcnn.optimizers.schedules import *
