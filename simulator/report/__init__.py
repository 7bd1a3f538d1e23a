"""Stored results as tables, figures and documents; never runs the model."""
