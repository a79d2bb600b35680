"""Sheets of small pictures to choose from. May import: editions."""
