"""The formats of JSON Schema 2020-12 (Validation, section 7.3): one predicate each, named like the format.

Every predicate takes any `str` (lone surrogates and NUL too), never raises, and needs time linear in the text.
Only ASCII digits and letters count where a grammar says digit or letter. The formats mean the same in every
draft that has them, with two differences: drafts 4 and 6 know no Punycode, so a `hostname` there may hold any
`xn--` label, and the index manipulation of `relative-json-pointer` (`0+1`) came with 2019-09.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def _grammar(pattern: str) -> re.Pattern[str]:
    """Return the pattern, compiled when it is first used."""
    return re.compile(pattern)


def _matches(pattern: str, text: str) -> bool:
    return _grammar(pattern).fullmatch(text) is not None


# Dates and times: RFC 3339, section 5.6 and appendix A

_DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_DATE_TIME = f"{_DATE}[Tt]{_TIME}"
_CLOCK = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
_CALENDAR = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
_DURATION = f"P(?:{_CALENDAR}(?:{_CLOCK})?|{_CLOCK}|[0-9]+W)"
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def date_time(text: str) -> bool:
    """Return whether the text is a date-time of RFC 3339; `T` and `Z` may be lower case, second 60 a leap second."""
    if not _matches(_DATE_TIME, text) or not _day_exists(text):
        return False
    return text[17:19] != "60" or _ends_a_month(text)


def date(text: str) -> bool:
    """Return whether the text is a full-date of RFC 3339."""
    return _matches(_DATE, text) and _day_exists(text)


def time(text: str) -> bool:
    """Return whether the text is a full-time of RFC 3339: with an offset; second 60 only at 23:59 UTC."""
    return _matches(_TIME, text) and (text[6:8] != "60" or _minute_of_utc_day(text) % 1440 == 1439)


def duration(text: str) -> bool:
    """Return whether the text is a duration of RFC 3339, appendix A: no unit is left out between two others.

    The units are upper case, as ISO 8601 has them.
    """
    return _matches(_DURATION, text)


def _day_exists(text: str) -> bool:
    """Return whether a text that begins like a full-date names a day of the Gregorian calendar."""
    if text[8:10] <= "28":
        return True
    return int(text[8:10]) <= _days_in(int(text[:4]), int(text[5:7]))


def _days_in(year: int, month: int) -> int:
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _DAYS[month - 1]


def _minute_of_utc_day(full_time: str) -> int:
    """Return the minute of the UTC day; below 0 on the day before, from 1440 on the day after."""
    minute = int(full_time[:2]) * 60 + int(full_time[3:5])
    if full_time[-1] in "Zz":
        return minute
    offset = int(full_time[-5:-3]) * 60 + int(full_time[-2:])
    return minute - offset if full_time[-6] == "+" else minute + offset


def _ends_a_month(text: str) -> bool:
    """Return whether a date-time is in the last minute of a month in UTC, where leap seconds go (section 5.7)."""
    days_off, minute = divmod(_minute_of_utc_day(text[11:]), 1440)
    day, last = int(text[8:10]) + days_off, _days_in(int(text[:4]), int(text[5:7]))
    return minute == 1439 and day in (0, last)


# Mailboxes: RFC 5321, section 4.1.2, and RFC 6531, section 3.3

_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_IDN_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\ud7ff\ue000-\U0010ffff-]+"
_IDN_QUOTED = r'"(?:[ !#-\[\]-~' + "\x80-\ud7ff\ue000-\U0010ffff" + r']|\\[ -~])*"'
_LOCAL_PART = rf"{_ATOM}(?:\.{_ATOM})*|{_QUOTED}"
_IDN_LOCAL_PART = rf"{_IDN_ATOM}(?:\.{_IDN_ATOM})*|{_IDN_QUOTED}"


def email(text: str) -> bool:
    """Return whether the text is a Mailbox of RFC 5321: a local part of at most 64 octets, then a domain or address."""
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or not _matches(_LOCAL_PART, local):
        return False
    return _address_literal(domain) or hostname(domain)


def idn_email(text: str) -> bool:
    """Return whether the text is a Mailbox of RFC 6531: as `email`, with characters beyond ASCII in both parts."""
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or not _matches(_IDN_LOCAL_PART, local):
        return False
    if len(local.encode()) > 64:
        return False
    if domain.isascii():
        return _address_literal(domain) or hostname(domain)
    from . import _idna

    return len(domain) < 1024 and _idna.host(_idna.composed(domain).split("."))


def _address_literal(domain: str) -> bool:
    if not (domain.startswith("[") and domain.endswith("]")):
        return False
    address = domain[1:-1]
    if address[:5].lower() == "ipv6:":
        return ipv6(address[5:])
    numbers = address.split(".")
    return len(numbers) == 4 and all(_matches("[0-9]{1,3}", number) and int(number) < 256 for number in numbers)


# Host names: RFC 1123, section 2.1, and RFC 5890 to 5893

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_LABELS = rf"{_LABEL}(?:\.{_LABEL})*"


def hostname(text: str) -> bool:
    """Return whether the text is a host name of RFC 1123; a label with `xn--` must be a valid one of RFC 5891."""
    if len(text) > 253 or not _matches(_LABELS, text):
        return False
    labels = text.split(".")
    if any(len(label) > 63 for label in labels):
        return False
    if "xn--" not in text.lower():
        return True
    from . import _idna

    return _idna.host(labels)


def idn_hostname(text: str) -> bool:
    """Return whether the text is a host name of RFC 1123 or of RFC 5890; any of four dots divides it."""
    if text.isascii():
        return hostname(text)
    if len(text) > 253:
        return False
    from . import _idna

    return _idna.host(_grammar("[.\u3002\uff0e\uff61]").split(text))


# Addresses: RFC 2673, section 3.2, and RFC 4291, section 2.2

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"


def ipv4(text: str) -> bool:
    """Return whether the text is a dotted quad (RFC 2673, section 3.2), each number without leading zeros."""
    return _matches(_IPV4, text)


def ipv6(text: str) -> bool:
    """Return whether the text is an IPv6 address (RFC 4291, section 2.2): no zone, no prefix length."""
    if len(text) > 45:
        return False
    before, gap, after = text.partition("::")
    left = _groups(before, address_at_end=not gap)
    right = _groups(after, address_at_end=True)
    if left is None or right is None:
        return False
    return left + right <= 7 if gap else left == 8


def _groups(text: str, address_at_end: bool) -> int | None:
    """Return how many 16-bit groups the text writes out, None if it has something else."""
    if not text:
        return 0
    groups = text.split(":")
    count = len(groups)
    if address_at_end and "." in groups[-1]:
        if not ipv4(groups.pop()):
            return None
        count += 1
    return count if all(_matches("[0-9A-Fa-f]{1,4}", group) for group in groups) else None


# References: RFC 3986 and RFC 3987

_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*"
_UNRESERVED = r"A-Za-z0-9\-._~!$&'()*+,;="  # with sub-delims: the two always stand together
_STRAY_PERCENT = "%(?![0-9A-Fa-f]{2})"
_UCS_HIGH = "\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16 | (0x1000 if plane == 14 else 0))}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 15)
)
# Section 4.1 of RFC 3987 takes the bidirectional formatting characters out again (200E, 200F, 202A to 202E).
_UCS = "\xa0-\u200d\u2010-\u2029\u202f-\ud7ff" + _UCS_HIGH
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_URI_PARTS = {
    "user": f"[{_UNRESERVED}%:]*",
    "host": f"[{_UNRESERVED}%]*(?::[0-9]*)?",
    "path": f"[{_UNRESERVED}%:@/]*",
    "query": f"[{_UNRESERVED}%:@/?]*",
    "fragment": f"[{_UNRESERVED}%:@/?]*",
}
_IRI_PARTS = {
    "user": f"[{_UNRESERVED}%:{_UCS}]*",
    "host": f"[{_UNRESERVED}%{_UCS}]*(?::[0-9]*)?",
    "path": f"[{_UNRESERVED}%:@/{_UCS}]*",
    "query": f"[{_UNRESERVED}%:@/?{_UCS}{_PRIVATE}]*",
    "fragment": f"[{_UNRESERVED}%:@/?{_UCS}]*",
}
_FUTURE_ADDRESS = rf"[Vv][0-9A-Fa-f]+\.[{_UNRESERVED}:]+"


def uri(text: str) -> bool:
    """Return whether the text is a URI (RFC 3986, section 3): with a scheme."""
    return _reference(text, _URI_PARTS, relative=False)


def uri_reference(text: str) -> bool:
    """Return whether the text is a URI or a relative reference (RFC 3986, section 4.1)."""
    return _reference(text, _URI_PARTS, relative=True)


def iri(text: str) -> bool:
    """Return whether the text is an IRI (RFC 3987, section 2.2): with a scheme, without bidi formatting characters."""
    return _reference(text, _IRI_PARTS, relative=False)


def iri_reference(text: str) -> bool:
    """Return whether the text is an IRI or a relative IRI reference (RFC 3987, section 2.2)."""
    return _reference(text, _IRI_PARTS, relative=True)


def _reference(text: str, parts: dict[str, str], relative: bool) -> bool:
    rest, _, fragment = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, colon, path = rest.partition(":")
    if colon and "/" not in scheme:
        if not _matches(_SCHEME, scheme):
            return False
    elif relative:
        path = rest
    else:
        return False
    authority = ""
    if path.startswith("//"):
        authority, slash, path = path[2:].partition("/")
        path = slash + path
    return (
        _authority(authority, parts)
        and _matches(parts["path"], path)
        and _matches(parts["query"], query)
        and _matches(parts["fragment"], fragment)
        and ("%" not in text or _grammar(_STRAY_PERCENT).search(text) is None)
    )


def _authority(text: str, parts: dict[str, str]) -> bool:
    user, at, place = text.rpartition("@")
    if at and not _matches(parts["user"], user):
        return False
    if not place.startswith("["):
        return _matches(parts["host"], place)
    literal, bracket, port = place[1:].partition("]")
    if not bracket or not _matches("(?::[0-9]*)?", port):
        return False
    return ipv6(literal) or _matches(_FUTURE_ADDRESS, literal)


# Templates and pointers: RFC 6570, RFC 6901, draft-bhutton-relative-json-pointer-00

_LITERALS = rf"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~\xa0-\ud7ff{_PRIVATE}{_UCS_HIGH}]*"
_NAME = r"[A-Za-z0-9_%]+(?:\.[A-Za-z0-9_%]+)*"
_VARIABLE = rf"{_NAME}(?::[1-9][0-9]{{0,3}}|\*)?"
_EXPRESSION = rf"[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*"


def uri_template(text: str) -> bool:
    """Return whether the text is a URI Template of RFC 6570 (with its erratum: an apostrophe is a literal)."""
    if "%" in text and _grammar(_STRAY_PERCENT).search(text) is not None:
        return False
    literals, *pieces = text.split("{")
    if not _matches(_LITERALS, literals):
        return False
    for piece in pieces:
        expression, brace, literals = piece.partition("}")
        if not brace or not _matches(_EXPRESSION, expression) or not _matches(_LITERALS, literals):
            return False
    return True


def json_pointer(text: str) -> bool:
    """Return whether the text is a JSON Pointer (RFC 6901, section 3)."""
    if not text:
        return True
    return text[0] == "/" and ("~" not in text or _grammar("~(?![01])").search(text) is None)


def relative_json_pointer(text: str) -> bool:
    """Return whether the text is a Relative JSON Pointer: levels up, maybe an index shift, `#` or a JSON Pointer."""
    start = _grammar("(?:0|[1-9][0-9]*)(?:[+-](?:0|[1-9][0-9]*))?").match(text)
    if start is None:
        return False
    rest = text[start.end() :]
    return rest == "#" or json_pointer(rest)


# The rest


def regex(text: str) -> bool:
    """Return whether the text is a pattern of ECMA-262 (16th edition), with or without its flag `u`.

    The browsers' extensions of its annex B do not count, nor does a pattern nested deeper than 250 groups.
    """
    from . import _ecma

    return _ecma.is_valid(text)


def uuid(text: str) -> bool:
    """Return whether the text is a UUID (RFC 4122, section 3): with hyphens, in either case, of any version."""
    return len(text) == 36 and _matches("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text)
