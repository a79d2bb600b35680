"""The cover, and front and back matter. May import: lettering, book."""
