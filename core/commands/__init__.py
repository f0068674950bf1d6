"""One module per command of ``python -m core``: stages composed, progress and sentences."""
