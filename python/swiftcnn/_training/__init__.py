"""Compiling, batches, and training."""
