"""One clock for all of a film: timestamps, as careless or joined as files have them, become times that rise.

May import: model.
"""
