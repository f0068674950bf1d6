"""A drawn catalog with everything a real one has, its faults among them."""
