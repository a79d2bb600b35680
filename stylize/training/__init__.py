"""Training of styles; `python -m stylize.train` is its door."""
