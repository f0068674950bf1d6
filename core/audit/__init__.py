"""Suspicions about a catalog's labels, photos and split."""
