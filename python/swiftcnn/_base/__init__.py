"""What all other rooms use: checks, files, names. It knows nothing of models."""
