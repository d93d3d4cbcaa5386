"""What the formats of JSON Schema 2020-12 (Validation, section 7.3) mean, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ...escapes import Code

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
