"""Prefect flows and the command line; reads like a table of contents."""
