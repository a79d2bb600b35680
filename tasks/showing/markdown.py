"""Plain words in the dashboard's Markdown: shown as they are, whatever they look like."""

import re

from configs.disk.untrusted import visible

_MEANS = re.compile(r"[\\`*_\[\]<>!|~&\"']|^[-+#=]|(?<=\w):(?=//)|(?<=www)\.|@", re.IGNORECASE)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&#39;"}


def escape_markdown(text: str) -> str:
    """Return a text as Markdown that shows it on one line: no link, no picture, no tag, no table comes of it.

    What HTML knows becomes an entity, so that it stays harmless where a viewer takes the Markdown for HTML first; what
    only Markdown knows gets a backslash.
    """
    line = " ".join(visible(text.replace("\n", " ")).split())
    return _MEANS.sub(lambda match: _ENTITIES.get(match.group(), f"\\{match.group()}"), line)
