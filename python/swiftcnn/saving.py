"""Models into files and back."""

from .models import load_model, save_model

__all__ = ["load_model", "save_model"]
