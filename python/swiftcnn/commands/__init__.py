"""The programs behind `python -m swiftcnn.mnist` and the others."""
