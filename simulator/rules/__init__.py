"""Contract arithmetic: small compiled functions, written once and called by every engine."""
