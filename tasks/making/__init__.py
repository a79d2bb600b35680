"""The stages of one comic, each a task. May import: store, store.shared, serving, console."""
