"""IP addresses as Python values, without losing how they were written (RFC 2673 and RFC 4291).

`encode(decode(text)) == text` for every valid text. The canonical text of an IPv6 address is that of RFC 5952; an
address in any other spelling is an instance of a subclass that remembers it, equal to the plain value.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from . import _formats
from ._errors import Unwritable
from ._lazy import Any


class _WrittenIPv6Address(IPv6Address):
    """An address that remembers its text; `decode_ipv6` makes it, arithmetic gives a plain one."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, address: object) -> Any:
        return IPv6Address(address)

    def __reduce__(self) -> Any:
        return decode_ipv6, (self.text,)


def decode_ipv4(text: str) -> IPv4Address | None:
    """Return the address that the text stands for; None if the text is none."""
    return IPv4Address(text) if _formats.ipv4(text) else None


def encode_ipv4(value: IPv4Address) -> str:
    """Return the text of an address."""
    return str(value)


def decode_ipv6(text: str) -> IPv6Address | None:
    """Return the address that the text stands for; None if the text is none."""
    if not _formats.ipv6(text):
        return None
    value = IPv6Address(text)
    if encode_ipv6(value) == text:
        return value
    written = object.__new__(_WrittenIPv6Address)
    written.__init__(text)  # type: ignore[misc]  # calling the class gives a plain address
    written.text = text
    return written


def encode_ipv6(value: IPv6Address) -> str:
    """Return the text of an address; ValueError if it has a zone, which RFC 4291 does not."""
    if isinstance(value, _WrittenIPv6Address):
        return value.text
    if value.scope_id is not None:
        raise Unwritable("must have no zone, as an IPv6 address of RFC 4291 has none", value)
    # str() writes IPv4-mapped addresses in another way from Python 3.13 on.
    return str(value) if value.ipv4_mapped is None else f"::ffff:{value.ipv4_mapped}"
