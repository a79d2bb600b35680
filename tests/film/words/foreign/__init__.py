"""Tests of film/words/foreign."""
