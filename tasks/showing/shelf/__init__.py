"""A folder of finished comics, served to browsers and reading apps. May import: console, batch.folder."""
