"""The leaf: recipe and settings models, presets, errors, the catalogue of downloadable files."""
