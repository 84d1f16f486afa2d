"""Data as arrays, and batches of them: data sets that make their batches on demand, generators, iterators."""
