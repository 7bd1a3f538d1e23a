"""What a run delivers: finals, series, measures and their errors, and how they are stored."""
