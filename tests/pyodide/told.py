"""What the runtime of the models says of many texts, on whatever Python this runs: formats, their values and texts.

The standard library's readers of dates, addresses and letters change from one Python to the next; what the models
say must not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
CHARACTERS = "0129-+:.,TtZzW/@[%aG\0\u0663\u00df\u3002\U0001f600"
TEXTS = {
    "date_time": ["2024-02-29T24:00:00Z", "2016-12-31T23:59:60.123456+01:00", "0000-01-01T00:00:00.1234567Z"],
    "date": ["2024-02-29", "0000-12-31"],
    "time": ["24:00:00Z", "23:59:60.5-00:30", "00:00:00.000Z"],
    "uuid": ["01234567-89ab-CDEF-0123-456789abcdef"],
    "ipv4": ["127.0.0.1", "010.1.2.255"],
    "ipv6": ["::ffff:1.2.3.4", "fe80::1%eth0", "1:2:3:4:5:6:7:8"],
    "duration": ["P1Y2M3DT4H5M6S", "P3W"],
    "email": ["first.last@mail.example", '"a b"@[IPv6:::1]'],
    "hostname": ["xn--bcher-kva.example", "a-b.c9"],
    "idn_hostname": ["b\u00fccher.example", "l\u00b7l", "\u05e0.example"],
    "uri": ["http://user@example.com:80/a%20b?c#d", "urn:x:y"],
    "iri": ["http://b\u00fccher.example/\u00e9"],
    "json_pointer": ["/a~1b/~0"],
    "uri_template": ["/{a}{?b*}"],
}
VALUES = {"date_time": "_datetimes", "date": "_datetimes", "time": "_datetimes"} | {
    "uuid": "_uuids",
    "ipv4": "_ipaddresses",
    "ipv6": "_ipaddresses",
}


def edited(text: str) -> Iterator[str]:
    """Yield the text, and every other that one edit makes of it."""
    yield text
    for at in range(len(text) + 1):
        yield text[:at] + text[at + 1 :]
        for character in CHARACTERS:
            yield text[:at] + character + text[at + 1 :]
            yield text[:at] + character + text[at:]


def lines() -> Iterator[str]:
    """Yield a line for each format and text: the verdict, and for those with a type of their own the value."""
    sys.path.insert(0, str(ROOT / "generated" / "models"))
    formats: Any = import_module("models._formats")
    for name, texts in TEXTS.items():
        says: Callable[[str], bool] = getattr(formats, name)
        for text in texts:
            for other in edited(text):
                yield f"{name} {other!a}: {says(other)}{_value(name, other)}"


def _value(name: str, text: str) -> str:
    if name not in VALUES:
        return ""
    module: Any = import_module(f"models.{VALUES[name]}")
    value = getattr(module, f"decode_{name}")(text)
    shown = getattr(value, "packed", value)  # how addresses are shown has changed
    return "" if value is None else f" {shown!r} {getattr(module, f'encode_{name}')(value)}"
