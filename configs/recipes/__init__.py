"""What a person may ask of a comic: the recipe, the settings in it and their presets.

May import: disk, errors, units, weights.
"""
