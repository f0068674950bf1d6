"""Schema versions of the annotation log (alembic); run by ``core.annotations.store``."""
