"""What is asked of a run, and what is kept of it: jobs, seals, cached tasks, notes. May import: console."""
