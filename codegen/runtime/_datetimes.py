"""Date-times, dates and times as Python values, without losing how they were written (RFC 3339).

`encode(decode(text)) == text` for every valid text. Each value has one canonical text: `Z` for UTC and `+hh:mm`
for other offsets; no fraction, or one of three or six digits. A canonical text gives a plain value. Any other
valid text gives an instance of a subclass that remembers it, equal to the plain value; whatever is computed from
it is a plain value again. Three kinds of text have no exact value and stand for the nearest one:

- more than six digits in the fraction: the value is cut after the sixth;
- second 60 (a leap second): the last microsecond of second 59;
- year 0000: the first moment of year 1, in UTC.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time

from ._errors import Unwritable
from ._lazy import Any, later

TYPE_CHECKING: bool = False  # the constant of `typing`, which is not worth its import here
if TYPE_CHECKING:
    from . import _formats
else:
    _formats = later(__name__, "_formats", "._formats")  # only texts that are less common are held against it

    # A test that holds the clock may have put subclasses of its own in the place of these (freezegun does, here too, as
    # long as it lasts): what would be made of those for good is made of the classes themselves.
    date, datetime, time = (
        next(base for base in cls.__mro__ if base.__module__ == "datetime") for cls in (date, datetime, time)
    )


class _WrittenDateTime(datetime):
    """A date-time that remembers its text; `_written_date_time` makes it, everything else gives a plain one."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return datetime(*args, **kwargs)

    def __reduce_ex__(self, protocol: object) -> Any:
        return decode_date_time, (self.text,)

    def replace(self, *args: Any, **kwargs: Any) -> Any:
        return _plain_date_time(self).replace(*args, **kwargs)

    def astimezone(self, *args: Any, **kwargs: Any) -> Any:
        return _plain_date_time(self).astimezone(*args, **kwargs)

    __replace__ = replace


class _WrittenDate(date):
    """A date that remembers its text: one of year 0000."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return date(*args, **kwargs)

    def __reduce_ex__(self, protocol: object) -> Any:
        return decode_date, (self.text,)

    def replace(self, *args: Any, **kwargs: Any) -> Any:
        return date(self.year, self.month, self.day).replace(*args, **kwargs)

    __replace__ = replace


class _WrittenTime(time):
    """A time that remembers its text."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return time(*args, **kwargs)

    def __reduce_ex__(self, protocol: object) -> Any:
        return decode_time, (self.text,)

    def replace(self, *args: Any, **kwargs: Any) -> Any:
        plain = time(self.hour, self.minute, self.second, self.microsecond, self.tzinfo)
        return plain.replace(*args, **kwargs)

    __replace__ = replace


_from_iso = datetime.fromisoformat  # bound once, which is a third of the cost of a call
_date_from_iso = date.fromisoformat

if sys.version_info >= (3, 14):
    _any_from_iso = _from_iso

    def _from_iso(text: str) -> datetime:
        """Return what `fromisoformat` does, but not the next day for 24:00, which RFC 3339 doesn't have."""
        if text[11:13] == "24":
            raise ValueError("hour must be in 0..23")
        return _any_from_iso(text)


def read_date_time(text: str) -> datetime | None:
    """Return the date-time that the text stands for, None if it is none; for a caller that keeps the text itself.

    `fromisoformat` accepts all of ISO 8601 and does not look behind a NUL. So the common forms, with at most six digits
    in the fraction, are first recognized by their shape.
    """
    try:
        shape = text.encode().translate(_SHAPE)
        if shape == _COMMONEST or shape in _COMMON:
            return _from_iso(text)
    except ValueError:
        pass  # maybe a leap second, or year 0000
    return _with_offset(text) or _decode_date_time(text)


def are_date_times(texts: list[str]) -> bool:
    """Return whether every text is a date-time; where there are many, twice as fast as to read each."""
    try:
        shapes = "\n".join(texts).encode().translate(_SHAPE).split(b"\n") if len(texts) > 8 else []
        if len(shapes) == len(texts) and _COMMON.issuperset(shapes):
            return all(map(_from_iso, texts))  # a date-time is never false
    except ValueError:
        pass  # maybe a leap second, or year 0000
    return all(read_date_time(text) is not None for text in texts)


_SHAPE = bytes.maketrans(b"123456789", b"000000000")
_COMMONEST = b"0000-00-00T00:00:00.000000Z"
_COMMON = frozenset(b"0000-00-00T00:00:00%sZ" % fraction for fraction in (b"", *(b".000000"[:n] for n in range(2, 8))))


def _with_offset(text: str) -> datetime | None:
    """Return the date-time of a text that ends in `+hh:mm` or `-hh:mm`, None if it does not, or in another form."""
    size = len(text)
    if size != 25 and not 26 < size < 33:
        return None
    ends = text[-6] in "+-" and text[-3] == ":" and text[-2] < "6" and (size == 25 or text[19] == ".")
    if not (ends and text[7] == "-" and text[10] == "T" and text[16] == ":" and "\0" not in text):
        return None
    try:
        return _from_iso(text)
    except ValueError:
        return None


def decode_date_time(text: str) -> datetime | None:
    """Return the date-time that the text stands for, None if it is none; a text that is not canonical is remembered."""
    value = read_date_time(text)
    if value is None or type(value) is _WrittenDateTime or _is_canonical(text, value):
        return value
    return _written_date_time(value, text)


def _is_canonical(text: str, value: datetime) -> bool:
    """Return whether a text that was read in a short way is what its value is written as."""
    if value.tzinfo is not UTC:
        return encode_date_time(value) == text
    if value.microsecond == 0:
        return len(text) == 20
    return len(text) == (24 if value.microsecond % 1000 == 0 else 27)


def encode_date_time(value: datetime) -> str:
    """Return the text of a date-time; ValueError if it has no time zone, which RFC 3339 asks for."""
    if isinstance(value, _WrittenDateTime):
        return value.text
    if value.tzinfo is UTC:
        return f"{value.isoformat('T', _precision(value.microsecond))[:-6]}Z"
    offset = value.utcoffset()
    if offset is None:
        raise Unwritable("must have a time zone, for example tzinfo=datetime.UTC", value)
    if offset.seconds % 60 or offset.microseconds:
        value = value.astimezone(UTC)  # RFC 3339 has whole minutes only; the moment stays the same
    return _utc_as_z(value.isoformat("T", _precision(value.microsecond)))


def decode_date(text: str) -> date | None:
    """Return the date that the text stands for; None if the text is not a full-date."""
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        try:
            return _date_from_iso(text)
        except ValueError:
            pass  # maybe a date of year 0000
    if not _formats.date(text):
        return None
    written = date.__new__(_WrittenDate, 1, 1, 1)
    written.text = text
    return written


def encode_date(value: date) -> str:
    """Return the text of a date; ValueError for a datetime, whose time would be lost."""
    if isinstance(value, _WrittenDate):
        return value.text
    if isinstance(value, datetime):
        raise Unwritable("must be a date without a time, as its date() is", value)
    return value.isoformat()


def decode_time(text: str) -> time | None:
    """Return the time that the text stands for; None if the text is not a full-time."""
    if not _formats.time(text):
        return None
    value = time.fromisoformat(_without_leap_second(text.upper()))
    if _encode_time(value) == text:
        return value
    written = time.__new__(_WrittenTime, value.hour, value.minute, value.second, value.microsecond, value.tzinfo)
    written.text = text
    return written


def encode_time(value: time) -> str:
    """Return the text of a time; ValueError if it has no offset in whole minutes, which RFC 3339 asks for."""
    if isinstance(value, _WrittenTime):
        return value.text
    offset = value.utcoffset()
    if offset is None:
        raise Unwritable("must have an offset, for example tzinfo=datetime.UTC", value)
    if offset.seconds % 60 or offset.microseconds:
        raise Unwritable("must have an offset in whole minutes, as RFC 3339 has it", value)
    return _encode_time(value)


def _decode_date_time(text: str) -> datetime | None:
    if not _formats.date_time(text):
        return None
    if text.startswith("0000"):
        return _written_date_time(datetime.min.replace(tzinfo=UTC), text)
    value = _from_iso(text[:11] + _without_leap_second(text[11:].upper()))
    return value if encode_date_time(value) == text else _written_date_time(value, text)


def _written_date_time(value: datetime, text: str) -> datetime:
    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    written = datetime.__new__(_WrittenDateTime, *parts, value.tzinfo)
    written.text = text
    return written


def _plain_date_time(value: datetime) -> datetime:
    return datetime.combine(value.date(), value.timetz())


def _encode_time(value: time) -> str:
    return _utc_as_z(value.isoformat(_precision(value.microsecond)))


def _precision(microsecond: int) -> str:
    if not microsecond:
        return "seconds"
    return "microseconds" if microsecond % 1000 else "milliseconds"


def _utc_as_z(text: str) -> str:
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _without_leap_second(full_time: str) -> str:
    """Return the time with second 60 replaced by the last microsecond of 59."""
    if full_time[6:8] != "60":
        return full_time
    offset = full_time[-1:] if full_time.endswith("Z") else full_time[-6:]
    return f"{full_time[:6]}59.999999{offset}"
