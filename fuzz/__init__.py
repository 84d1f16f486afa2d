"""Random calls and damaged files: `python -m fuzz`, see README.md."""
