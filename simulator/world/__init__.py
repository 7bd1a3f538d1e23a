"""Everything drawn in one history before policy is looked at."""
