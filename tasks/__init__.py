"""Thin Prefect tasks: cache keys, retries, progress; turns one room's types into another's."""
