"""Scenario files: vocabulary, strict loader, overlays, writer, library."""
