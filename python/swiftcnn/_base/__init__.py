"""Helpers that all other packages use: checks, files, names. They do not depend on models."""
