"""Text for a terminal: what can't be printed is escaped."""

from __future__ import annotations

UNPRINTABLE = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
"""What could steer a terminal, turn the direction of text, or not be encoded; the line feed is not among it."""


def printable(text: str) -> str:
    """Return the text with what can't be printed as the escape that Python would show."""
    if text.replace("\n", "").isprintable():
        return text
    import re  # costs more than a run with nothing to do, which comes here with nothing to escape

    return re.sub(UNPRINTABLE, lambda match: ascii(match[0])[1:-1], text)
