"""Files and processes, told apart from what is in them: written whole, sealed, swept, guarded.

May import: errors, settings, typefaces, units.
"""
