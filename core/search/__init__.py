"""Finding items by likeness: exact nearest neighbours over embeddings."""
