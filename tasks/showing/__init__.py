"""What the dashboard and a browser show of a run. May import: making, serving, store, console, batch.folder."""
