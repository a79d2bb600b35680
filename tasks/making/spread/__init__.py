"""One film's work spread over the workers of a pool: when it gains, who does what, what a worker takes on.

May import: making, store, store.shared, serving, console.
"""
