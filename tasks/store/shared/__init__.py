"""A store that many machines share: a bucket or a folder far away, and its twin here. May import: console."""
