"""The log's database: SQLite in the workspace, or any server by URL; schema kept up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.annotations.schema import HEAD, locks
from core.errors import AnnotationError, StorageError

FILE = "annotations.db"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
PATIENCE = 60
"""Seconds that a writer waits for the writers before it."""

MIGRATION_LOCK = 0x46697474
"""Any number that no other program on the server is likely to lock."""


class Store:
    """Transactions on the log's database. Safe to share between threads.

    Args:
        url: an SQLAlchemy URL; ``sqlite:///PATH`` or, with its driver installed,
            ``postgresql://...``.

    Raises:
        AnnotationError: the database was made by a newer program, or is no database.
        StorageError: it cannot be opened or written.
    """

    def __init__(self, url: str | sa.URL):
        self.url = sa.make_url(url)
        sqlite = self.url.get_backend_name() == "sqlite"
        options = {"connect_args": {"timeout": PATIENCE}} if sqlite else {"pool_pre_ping": True}
        try:
            self._engine = sa.create_engine(self.url, **options)
        except (SQLAlchemyError, ImportError) as error:
            raise AnnotationError(
                f"the annotation log cannot be opened at {self._name} ({error}); check the URL,"
                " and install the database's driver"
            ) from error
        if sqlite:
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        self._writer = self._engine.execution_options(writes=True)
        self._migrate()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment of the log, whoever writes meanwhile."""
        with self._sentences(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction kept whole, on disk, when the block ends, else undone; one at a time."""
        with self._sentences(), self._writer.begin() as connection:
            connection.execute(sa.select(locks.c.name).with_for_update())  # for servers
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    @property
    def _name(self) -> str:
        return self.url.database if self.url.get_backend_name() == "sqlite" else repr(self.url)

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn the database's own errors into sentences."""
        try:
            yield
        except DBAPIError as error:
            if "not a database" in str(error.orig) or "malformed" in str(error.orig):
                raise AnnotationError(
                    f"{self._name} is not an annotation log ({error.orig}); put a backup in its"
                    " place, or move it away to begin a new log"
                ) from error
            raise StorageError(
                f"the annotation log {self._name} could not be used ({error.orig}); what was"
                " saved before is kept; check the disk, its permissions or the server, then"
                " save again"
            ) from error

    def _migrate(self) -> None:
        """Bring the schema to HEAD; of several programs at once, one does."""
        with self.reading() as connection:
            found = _revision(connection)
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise AnnotationError(
                f"the annotation log {self._name} has schema version {found}, this program knows"
                f" up to {HEAD}; use the newer program that made it"
            )
        with self._sentences(), self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":  # SQLite locks when a writer begins
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            if _revision(connection) != HEAD:
                _upgrade(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # 0.3 s, needed once in a log's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(connection: sqlite3.Connection, _) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite, nowhere else
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged save survives a power cut
    connection.execute("PRAGMA cache_size = -65536")  # 64 MB
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: sa.Connection) -> None:
    # IMMEDIATE takes the write lock at once: waiting for it works, upgrading to it fails.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
