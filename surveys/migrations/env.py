"""Alembic's entry: runs on the connection that `bot.migrate` hands in."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="platform", transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
