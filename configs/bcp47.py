"""Names of languages as files carry them (BCP 47), checked against the registry of subtags before any is written."""

from functools import lru_cache

import langcodes

_LONGEST = 35
"""Characters of the longest tag that RFC 5646 speaks of."""
_NO_LANGUAGE = ("und", "mul", "zxx", "mis", "qaa")


@lru_cache(maxsize=256)
def language_tag(language: str) -> str:
    """Return a language as BCP 47 has it: `vie` becomes `vi`, `pt_br` becomes `pt-BR`.

    Returns:
        The tag: ASCII letters, digits and hyphens; empty for what is no valid tag, or names no single language.
    """
    written = language.strip().replace("_", "-")
    if len(written) > _LONGEST or not written.isascii() or not langcodes.tag_is_valid(written):
        return ""
    tag = langcodes.standardize_tag(written)
    return "" if tag.partition("-")[0] in _NO_LANGUAGE else tag
