"""What is asked of a run, what is kept of it: jobs, seals, cached tasks, notes. May import: console, store.shared."""
