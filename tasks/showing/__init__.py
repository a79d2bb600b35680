"""What the dashboard and a browser show of a run.

May import: making, making.brought, making.spread, serving, store, console, batch.folder.
"""
