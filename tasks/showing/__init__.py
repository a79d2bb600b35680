"""What the dashboard and a browser show of a run. May import: making, store, console."""
