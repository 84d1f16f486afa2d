"""Layers, symbolic tensors, and the graphs that calls of layers make."""
