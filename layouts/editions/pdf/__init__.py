"""A composed book as a PDF. May import: lettering, book."""
