"""Patterns of Python's `re` that stand in place of those of ECMA-262."""

from __future__ import annotations

from ...records import dataclass


class Untranslatable(Exception):
    """The pattern can't be carried over to Python; `reason` is a sentence that says why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason as the message too."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of Python's `re`, to be used with `re.search`.

    `warning` is a sentence if the pattern can take time that grows much faster than the text; `note` is one if it
    could only be read without the flag `u`.
    """

    source: str
    warning: str | None = None
    note: str | None = None
