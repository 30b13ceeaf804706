"""Run by Alembic: migrates over the connection that it is handed, inside the transaction that is open there."""

from alembic import context

from pc_assistant.adapters.stores.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
