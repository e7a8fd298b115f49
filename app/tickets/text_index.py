"""The index of the words in tickets, in the database's own engine: FTS5 or tsvector.

Triggers keep it, so there is one way in: whatever is written, redacted or deleted, by whichever
path, is in the index or out of it in the same transaction. One entry a ticket holds four parts:
subject, people, messages and notes. A search for customers can leave the notes out.

What is changed here reaches a database with the next migration, so it needs one, be it empty.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event, inspect

from app.db import Base

TABLE = "ticket_search"
_SOURCES = ("tickets", "messages", "customers")
#: Characters of messages, and of notes, that count; a tsvector holds at most 1 MB.
#: Source: https://www.postgresql.org/docs/current/textsearch-limitations.html
_MOST = 200_000

_PEOPLE = (
    "t.requester_name || ' ' || t.requester_email || ' ' || coalesce("
    "(SELECT c.name || ' ' || c.email FROM customers c WHERE c.id = t.customer_id), '')"
)

#: A ticket is found by what was said in those that were merged into it, too.
_FAMILY = "m.ticket_id IN (SELECT f.id FROM tickets f WHERE f.id = t.id OR f.merged_into_id = t.id)"

# SQLite. The index keeps no text of its own: a row is its key and the words' places.
_SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(subject, people, messages, notes, content='', "
    "contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
)
_SQLITE_SPOKEN = (
    "(SELECT substr(group_concat(m.body, char(10)), 1, {most}) FROM messages m "
    "WHERE {family} AND m.kind = '{kind}')"
)
_SQLITE_FILL = (  # nothing but the constants of this file
    f"INSERT INTO {TABLE} (rowid, subject, people, messages, notes) "
    f"SELECT t.id, t.subject, {_PEOPLE}, "
    f"{_SQLITE_SPOKEN.format(most=_MOST, family=_FAMILY, kind='message')}, "
    f"{_SQLITE_SPOKEN.format(most=_MOST, family=_FAMILY, kind='note')} FROM tickets t"
)
_SQLITE_TRIGGERS = {
    "ticket_search_opened": ("INSERT ON tickets", "= NEW.id"),
    "ticket_search_edited": (
        "UPDATE OF subject, requester_name, requester_email, customer_id ON tickets", "= NEW.id",
    ),
    "ticket_search_merged": (
        "UPDATE OF merged_into_id ON tickets", "IN (OLD.merged_into_id, NEW.merged_into_id)",
    ),
    "ticket_search_removed": ("DELETE ON tickets", "= OLD.id"),
    "ticket_search_said": ("INSERT ON messages", "= NEW.ticket_id"),
    "ticket_search_changed": (
        "UPDATE OF body, kind, ticket_id ON messages", "IN (OLD.ticket_id, NEW.ticket_id)",
    ),
    "ticket_search_unsaid": ("DELETE ON messages", "= OLD.ticket_id"),
    "ticket_search_renamed": (
        "UPDATE OF name, email ON customers WHEN OLD.name <> NEW.name OR OLD.email <> NEW.email",
        "IN (SELECT id FROM tickets WHERE customer_id = NEW.id)",
    ),
}  # fmt: skip

# PostgreSQL. Accents go by decomposition, signs become spaces, so that both databases cut alike.
_POSTGRES_TABLE = (
    f"""
    CREATE TABLE {TABLE} (
      ticket_id integer PRIMARY KEY, words tsvector NOT NULL)
    """,
    f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (words)",
)
_POSTGRES_FUNCTIONS = (
    r"""
    CREATE OR REPLACE FUNCTION ticket_search_words(part text, weight "char") RETURNS tsvector
    LANGUAGE sql IMMUTABLE AS $$
      SELECT setweight(to_tsvector('simple', regexp_replace(normalize(regexp_replace(
        normalize(lower(coalesce(part, '')), NFKD), '[\u0300-\u036f]', '', 'g'), NFC),
        '[!-/:-@\[-`{-~]+', ' ', 'g')), weight)
    $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION ticket_search_fill(wanted integer) RETURNS void LANGUAGE sql AS $$
      INSERT INTO {TABLE} (ticket_id, words)
      SELECT t.id, ticket_search_words(t.subject, 'A') || ticket_search_words({_PEOPLE}, 'B')
        || ticket_search_words((SELECT left(string_agg(m.body, E'\\n' ORDER BY m.id), {_MOST})
             FROM messages m WHERE {_FAMILY} AND m.kind = 'message'), 'C')
        || ticket_search_words((SELECT left(string_agg(m.body, E'\\n' ORDER BY m.id), {_MOST})
             FROM messages m WHERE {_FAMILY} AND m.kind = 'note'), 'D')
      FROM tickets t WHERE wanted = 0 OR t.id = wanted
      ON CONFLICT (ticket_id) DO UPDATE SET words = EXCLUDED.words
    $$
    """,
)
_POSTGRES_TRIGGERS = {
    "ticket_search_removed": (
        "DELETE ON tickets", f"DELETE FROM {TABLE} WHERE ticket_id = OLD.id;",
    ),
    "ticket_search_edited": (
        "INSERT OR UPDATE OF subject, requester_name, requester_email, customer_id ON tickets",
        "PERFORM ticket_search_fill(NEW.id);",
    ),
    "ticket_search_merged": (
        "UPDATE OF merged_into_id ON tickets",
        """PERFORM ticket_search_fill(OLD.merged_into_id);
           PERFORM ticket_search_fill(NEW.merged_into_id);""",
    ),
    "ticket_search_said": (
        "INSERT OR UPDATE OF body, kind ON messages", "PERFORM ticket_search_fill(NEW.ticket_id);",
    ),
    "ticket_search_moved": (
        "UPDATE OF ticket_id ON messages",
        "PERFORM ticket_search_fill(OLD.ticket_id); PERFORM ticket_search_fill(NEW.ticket_id);",
    ),
    "ticket_search_unsaid": (
        "DELETE ON messages", "PERFORM ticket_search_fill(OLD.ticket_id);",
    ),
    "ticket_search_renamed": (
        "UPDATE OF name, email ON customers",
        """IF OLD.name <> NEW.name OR OLD.email <> NEW.email THEN
             PERFORM ticket_search_fill(id) FROM tickets WHERE customer_id = NEW.id; END IF;""",
    ),
}  # fmt: skip


def create_index(connection: Connection) -> None:
    """Make the index with what is there, and what keeps it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE_TABLE)
    else:
        for statement in _POSTGRES_TABLE:
            connection.exec_driver_sql(statement)
    keep_index(connection)
    rebuild_index(connection)


def rebuild_index(connection: Connection) -> None:
    """Take every ticket in anew."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DELETE FROM {TABLE}")
        connection.exec_driver_sql(_SQLITE_FILL)
    else:
        connection.exec_driver_sql(f"TRUNCATE {TABLE}")
        connection.exec_driver_sql("SELECT ticket_search_fill(0)")


def keep_index(connection: Connection) -> None:
    """Set the triggers that are missing."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in () if sqlite else _POSTGRES_FUNCTIONS:
        connection.exec_driver_sql(statement)
    for name, (when, act) in (_SQLITE_TRIGGERS if sqlite else _POSTGRES_TRIGGERS).items():
        if sqlite:
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {when} BEGIN "
                f"DELETE FROM {TABLE} WHERE rowid {act}; {_SQLITE_FILL} WHERE t.id {act}; END"
            )
            continue
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {act} RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER {name} AFTER {when} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def forget_index(connection: Connection) -> None:
    """Stop keeping it: for whoever writes a great many rows and rebuilds it then."""
    sqlite = connection.dialect.name == "sqlite"
    for name, (when, _act) in (_SQLITE_TRIGGERS if sqlite else _POSTGRES_TRIGGERS).items():
        on = "" if sqlite else f" ON {when.partition(' ON ')[2].split()[0]}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def drop_index(connection: Connection) -> None:
    """Remove the index and what keeps it."""
    forget_index(connection)
    connection.exec_driver_sql(f"DROP TABLE {TABLE}")
    if connection.dialect.name != "sqlite":
        for name in _POSTGRES_TRIGGERS:
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")
        connection.exec_driver_sql("DROP FUNCTION ticket_search_fill(integer)")
        connection.exec_driver_sql('DROP FUNCTION ticket_search_words(text, "char")')


def settle_index(connection: Connection) -> None:
    """Make the index where the tables are and remove it where they are gone.

    Every migration ends so: the index is made of the tables, as they are then. One that copies a
    table of SQLite has left its triggers behind.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables.issuperset(_SOURCES):
        if TABLE in tables:
            drop_index(connection)
        return
    if TABLE in tables:
        keep_index(connection)
    else:
        create_index(connection)


@event.listens_for(Base.metadata, "after_create")
def _with_tables(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    settle_index(connection)


@event.listens_for(Base.metadata, "before_drop")
def _without_tables(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    if TABLE in inspect(connection).get_table_names():
        drop_index(connection)
