"""A machine looked over, and its work folder cleaned. May import: store, store.shared, serving, console."""
