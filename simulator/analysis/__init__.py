"""What results are made to answer: explain, compare, verify."""
