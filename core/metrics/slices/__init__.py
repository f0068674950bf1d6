"""Parts of a catalog by any condition: their figures, the worst of them, those that are watched."""
