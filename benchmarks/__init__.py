"""Measurements against Keras/TensorFlow, apart from the tests: `python -m benchmarks`, see README.md."""
