"""Items, their labels and their photos."""
