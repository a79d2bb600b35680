"""The stages of one comic, each a task. May import: store, serving, console."""
