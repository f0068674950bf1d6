"""What a model says of many items: scores, in Parquet."""
