"""Alembic's entry: migrates the connection that ``core.annotations.store`` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
# One transaction for all revisions, on SQLite too: whole or not at all.
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
