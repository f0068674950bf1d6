"""What people say about items: an append-only log, and what follows from it."""
