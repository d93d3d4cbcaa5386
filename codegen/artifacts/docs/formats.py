"""What the formats of JSON Schema 2020-12 (Validation, section 7.3) mean, in words and by example."""

from __future__ import annotations

import re
from collections.abc import Mapping

from codegen.escapes import Code

FORMATS: Mapping[str, Code] = {
    name: Code(meaning)
    for name, meaning in {
        "date-time": "a date and a time with its offset from UTC (RFC 3339)",
        "date": "a calendar date, year-month-day (RFC 3339)",
        "time": "a time of day with its offset from UTC (RFC 3339)",
        "duration": "a duration (ISO 8601)",
        "email": "an email address (RFC 5321)",
        "idn-email": "an email address, in any script (RFC 6531)",
        "hostname": "an Internet host name (RFC 1123)",
        "idn-hostname": "an Internet host name, in any script (RFC 5890)",
        "ipv4": "an IPv4 address in dotted decimal",
        "ipv6": "an IPv6 address (RFC 4291)",
        "uri": "an absolute URI (RFC 3986)",
        "uri-reference": "a URI, or a reference relative to one (RFC 3986)",
        "iri": "an absolute IRI: a URI in any script (RFC 3987)",
        "iri-reference": "an IRI, or a reference relative to one (RFC 3987)",
        "uuid": "a UUID (RFC 4122)",
        "uri-template": "a URI template (RFC 6570)",
        "json-pointer": "a JSON Pointer (RFC 6901)",
        "relative-json-pointer": "a relative JSON Pointer",
        "regex": "a regular expression (ECMA-262)",
    }.items()
}

SAMPLES: Mapping[str, str] = {
    "date-time": "2030-01-31T12:00:00Z",
    "date": "2030-01-31",
    "time": "12:00:00Z",
    "duration": "PT30M",
    "email": "name@example.com",
    "idn-email": "name@example.com",
    "hostname": "www.example.com",
    "idn-hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/path",
    "iri": "https://example.com/",
    "iri-reference": "/path",
    "uuid": "6f1c1f0a-52a3-4c0e-9d6e-3f8a2f6b7c11",
    "uri-template": "https://example.com/{id}",
    "json-pointer": "/name/0",
    "relative-json-pointer": "1/name",
    "regex": "^[a-z]+$",
}
"""A string of each format."""

_DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_HOST = r"[a-z0-9](?:[a-z0-9]{0,20})(?:\.[a-z][a-z0-9]{0,20}){1,4}"
_CERTAIN = {
    "date": _DATE,
    "time": _TIME,
    "date-time": f"{_DATE}T{_TIME}",
    "email": rf"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*@{_HOST}",
    "hostname": _HOST,
    "ipv4": r"(?:(?:[1-9]?[0-9]|1[0-9][0-9])\.){3}(?:[1-9]?[0-9]|1[0-9][0-9])",
    "uri": rf"https?://{_HOST}(?:/[A-Za-z0-9_.~-]*)*(?:#[A-Za-z0-9]*)?",
    "uri-reference": rf"(?:https?://{_HOST})?(?:/[A-Za-z0-9_.~-]+)*/?(?:#[A-Za-z0-9]*)?",
    "uuid": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "json-pointer": "(?:/[A-Za-z0-9_.-]*)*",
}


def certain(name: str, value: str) -> bool:
    """Return whether a string is certainly of a format; False says nothing."""
    return name in _CERTAIN and re.fullmatch(_CERTAIN[name], value, re.ASCII) is not None
