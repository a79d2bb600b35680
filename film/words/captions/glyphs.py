"""The character sets of EIA-608, which are no code page of Python's.

Source: ANSI/CTA-608-E, tables 49 to 57 and 5 to 10; bytes are without their parity bit.
"""

_BASIC = {
    0x2A: "á", 0x5C: "é", 0x5E: "í", 0x5F: "ó", 0x60: "ú", 0x7B: "ç", 0x7C: "÷", 0x7D: "Ñ", 0x7E: "ñ", 0x7F: "█",
}  # fmt: skip
"""Where the basic set is not ASCII."""
_SPECIAL = "®°½¿™¢£♪à èâêîôû"
"""After 0x11, from 0x30 on; the blank is a transparent space."""
_SPANISH_FRENCH = "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"
"""After 0x12, from 0x20 on."""
_PORTUGUESE_GERMAN = "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘"
"""After 0x13, from 0x20 on."""


def basic(code: int) -> str:
    """Return the character of one byte, 0x20 to 0x7F; empty for any other."""
    return _BASIC.get(code, chr(code)) if 0x20 <= code <= 0x7F else ""


def special(code: int) -> str:
    """Return the character of the second byte after 0x11; empty where there is none."""
    return _SPECIAL[code - 0x30] if 0x30 <= code <= 0x3F else ""


def extended(first: int, code: int) -> str:
    """Return the character of the second byte after 0x12 or 0x13, which replaces the one before it; else empty."""
    if not 0x20 <= code <= 0x3F or first not in {0x12, 0x13}:
        return ""
    return (_SPANISH_FRENCH if first == 0x12 else _PORTUGUESE_GERMAN)[code - 0x20]
