"""Files that are downloaded at first use: the catalogue of their addresses and digests.

May import: disk, errors, settings, units.
"""
