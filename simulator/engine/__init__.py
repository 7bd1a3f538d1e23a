"""Time passes: worlds are played under terms."""
