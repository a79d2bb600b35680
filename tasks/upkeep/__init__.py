"""A machine looked over, and its work folder cleaned. May import: store, serving, console."""
