"""The report to hand over: one model on one catalog, as a file that explains itself."""
