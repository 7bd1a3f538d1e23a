"""Runs: worlds drawn, played by workers, stored."""
