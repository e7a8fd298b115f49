"""How Alembic reaches the database: the application's engine, one transaction, both dialects."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.operations import ops
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import JSONB

from app.db import UTCDateTime, db
from app.tickets import text_index


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as what they are in a database, without importing the app."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and getattr(item, "_variant_mapping", {}).get("postgresql"):
        _context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def compare_type(
    _context: Any, _inspected: Any, _metadata: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Compare JSON with its PostgreSQL form; leave the rest to Alembic."""
    if isinstance(inspected_type, JSONB):
        return not getattr(metadata_type, "_variant_mapping", {}).get("postgresql")
    return None


def split_circular_keys(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Create foreign keys that close a circle after both tables, and drop them before.

    SQLite takes them only through a copy of the table (batch mode) and PostgreSQL only when both
    tables exist; Alembic by itself leaves them out on one and cannot drop the tables on the other.
    """
    for script in directives:
        late: list[Any] = []
        early: list[Any] = []
        for operation in script.upgrade_ops.ops:
            if not isinstance(operation, ops.CreateTableOp):
                continue
            circular = [item for item in operation.columns if getattr(item, "use_alter", False)]
            # Not "item not in circular": columns compare to SQL expressions.
            operation.columns = [
                item for item in operation.columns if not getattr(item, "use_alter", False)
            ]
            for key in circular:
                create = ops.CreateForeignKeyOp.from_constraint(key)
                late.append(ops.ModifyTableOps(operation.table_name, [create]))
                early.append(ops.ModifyTableOps(operation.table_name, [create.reverse()]))
        script.upgrade_ops.ops.extend(late)
        script.downgrade_ops.ops[:0] = early


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the index of words alone, and the tables that SQLite keeps for it."""
    return not (kind == "table" and (name or "").startswith(text_index.TABLE))


def run(connection: Connection) -> None:
    """Run what was asked for in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        include_name=include_name,
        process_revision_directives=split_circular_keys,
        transactional_ddl=True,
        **(current_app.extensions["migrate"].configure_args | {"compare_type": compare_type}),
    )
    with context.begin_transaction():
        text_index.forget_index(connection)  # what watches a table stands in its copy's way
        context.run_migrations()
        text_index.settle_index(connection)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration would break references: {broken[:5]}")


with db.engine.connect() as connection:
    sqlite = connection.dialect.name == "sqlite"
    driver: Any = connection.connection.driver_connection
    if sqlite:
        # Batch mode copies tables, and dropping the old one must not cascade into others.
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        run(connection)
    finally:
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON")
