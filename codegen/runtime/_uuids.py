"""UUIDs as Python values, without losing how they were written (RFC 4122).

`encode(decode(text)) == text` for every valid text. The canonical text is in lower case; a UUID with capitals is an
instance of a subclass that remembers its text, equal to the plain value.
"""

from __future__ import annotations

from uuid import UUID

from . import _formats
from ._lazy import Any


class _WrittenUUID(UUID):
    """A UUID that remembers its text."""

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        super().__init__(text)
        object.__setattr__(self, "text", text)  # a UUID refuses plain assignment

    def __reduce__(self) -> Any:
        return decode_uuid, (self.text,)


def decode_uuid(text: str) -> UUID | None:
    """Return the UUID that the text stands for; None if the text is none."""
    if not _formats.uuid(text):
        return None
    return UUID(text) if text == text.lower() else _WrittenUUID(text)


def encode_uuid(value: UUID) -> str:
    """Return the text of a UUID."""
    return value.text if isinstance(value, _WrittenUUID) else str(value)
