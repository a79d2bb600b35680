"""Picture to picture: the stylizers and their weights."""
