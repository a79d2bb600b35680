"""One string that holds whatever harms some place that words go to."""

HOSTILE = (
    "Be\"gin'<script>alert(1)</script><img src=x onerror=alert(2)>]]>&amp;--></p></figure>"
    "\x00\x07\x0b\x1b[31mred\x1b[0m\x1b]0;title\x07\x7f\x9b\ufffe\uffff\ufdd0\U0001fffe\ue000\ud800.\udce9"
    "\u202eRLO\u2066iso {{7*7}} {film} ${title} {0} %s @PAGES@ ![x](http://evil.example/x.png) | `code` \u2028end"
)
WORDS = ("gin", "red", "RLO", "iso", "end")
"""What must be left of it, whole, for people to read."""


def is_harmless(text: str) -> bool:
    """Tell whether XML, fonts and pages can take a text."""
    return not any(
        (letter < " " and letter not in "\t\n\r")
        or "\x7f" <= letter <= "\x9f"
        or "\ud800" <= letter <= "\uf8ff"
        or "\u202a" <= letter <= "\u202e"
        or "\u2066" <= letter <= "\u2069"
        or "\ufdd0" <= letter <= "\ufdef"
        or ord(letter) & 0xFFFE == 0xFFFE
        for letter in text
    )
