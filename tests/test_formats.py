"""The formats: which texts are valid, typed values that lose nothing, and time that is linear in the text."""

from __future__ import annotations

import copy
import ipaddress
import pickle
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.compiler.formats import FORMATS, find
from codegen.runtime import _datetimes, _formats, _ipaddresses, _uuids
from codegen.schema.vocabulary import DRAFTS

RUNTIME = Path(_formats.__file__).parent

VALID = {
    "date-time": [
        "2024-02-29T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2017-01-01t05:29:60.5+05:30",
        "0000-02-29T23:59:59Z",
    ],
    "date": ["2000-02-29", "0000-01-01", "9999-12-31"],
    "time": ["00:00:00Z", "23:59:60z", "01:29:60+01:30", "12:00:00.123456789-23:59"],
    "duration": ["P3W", "P1Y2M3DT4H5M6S", "PT1M2S", "P007D"],
    "email": ["a@b", "first.last+tag@mail.example", '"a b\\"c"@example.com', "x@[10.0.0.1]", "x@[IPv6:fe80::1]"],
    "idn-email": ["käse@example.com", "käse@bücher.example", "a@b"],
    "hostname": ["a", "a-b.c9", "xn--bcher-kva.example", "ab--cd", "A" * 63],
    "idn-hostname": ["bücher.example", "例え。テスト", "l·l", "נ.example", "example.com"],
    "ipv4": ["0.0.0.0", "255.249.199.99"],
    "ipv6": ["::", "1::", "::8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:9.9.9.9", "1:2:3:4:5:6:7::", "FE80::A"],
    "uri": ["a:", "http://u:p@h:80/p;x?q#f", "http://[::1]:8/", "http://[v7.a:b]/", "urn:a%20b", "http://h"],
    "uri-reference": ["", "#", "?", "a/b:c", "//h", "./a:b"],
    "iri": ["http://é.example/ü?\ue000#ß", "a:\U00020000"],
    "iri-reference": ["ü", "", "//é"],
    "uri-template": ["", "{+a,b*,c:9999}", "x{a.b}{?%41}'", "é{#x}"],
    "json-pointer": ["", "/", "/a~0~1//b", "/\0\ud800"],
    "relative-json-pointer": ["0", "10#", "2/a/b", "0+1", "3-2/x"],
    "regex": ["", "^a{2,3}?$", r"(?<n>\p{Lu})\k<n>", "[]", r"\-\@", "(?<!a+)b", "(?i-s:a)(?<n>b)|(?<n>c)"],
    "uuid": ["00000000-0000-0000-0000-00000000000a", "ABCDEFab-cdef-0123-4567-89abcdef0123"],
}

INVALID = {
    "date-time": [
        "2023-02-29T00:00:00Z",
        "2016-12-30T23:59:60Z",
        "2016-12-31T23:58:60Z",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00,5Z",
        "2024-01-01T00:00:00+0100",
        "2024-W01-1T00:00:00.123Z",
        "20240101T00:00:00.123Z",
        "2024-01-01T24:00:00Z",
        "٢024-01-01T00:00:00Z",
        "2024-01-01T00:00:00+00:60",
        "2024-01-01T00:00:00Z\n",
    ],
    "date": ["1900-02-29", "2024-04-31", "2024-1-01", "20240101", "2024-W01-1", "2024-00-10", "2024-01-00"],
    "time": ["23:59:60+01:00", "24:00:00Z", "12:00:00", "12:00Z", "T12:00:00Z", "120000Z"],
    "duration": ["P", "PT", "P1Y1D", "PT1H1S", "P1W1D", "P1.5D", "p1d", "-P1D"],
    "email": ["a", "@b", "a@", ".a@b", "a..b@c", "a b@c", "a@b_c", "a@[1.2.3.256]", "x" * 65 + "@b", "é@b"],
    "idn-email": ["@bücher.example", "a@\ud800", "\ud800@a", "a@-ü", "ü" * 33 + "@b"],
    "hostname": ["", ".", "a.", "-a", "a-", "a_b", "xn--a", "xn--", "a" * 64, ".".join(["a" * 63] * 4), "ü", "a\n"],
    "idn-hostname": ["", "a..b", "。", "ü-", "ab--ü", "\u0301a", "Ü", "a·l", "\u200d\u0430", "0\u05d0", "\ud800"],
    "ipv4": ["1.2.3", "01.2.3.4", "1.2.3.256", "1.2.3.4.", "\u0661.2.3.4", "1.2.3.4\n"],
    "ipv6": [":", ":::", "1:2:3:4:5:6:7", "1::2::3", "::1%eth0", "::12345", "1.2.3.4::", "1:2:3:4:5:6:7:8::", "::1/64"],
    "uri": ["", "a", "//h", "1a:b", "http://h:x", "a:%4", "a:b c", "a:#b#c", "http://[::1", "http://[1.2.3.4]/", "é:a"],
    "uri-reference": ["1:a", "\\", "%", "//a@b@c", "[", "é"],
    "iri": ["http://a/\u202eb", "http://a/\ue000", "http://a/\ud800", "ü", "a:\uffff"],
    "iri-reference": ["%zz", " ", "ü:a"],
    "uri-template": ["{", "}", "{}", "{a", "{a,}", "{a:0}", "{a:10000}", "{a b}", "%4", "{é}", '"', "{a}}"],
    "json-pointer": ["a", "/~", "/~2", "#/a"],
    "relative-json-pointer": ["", "01", "-1", "+1", "1a", "0##", "0#/a", "\u0661"],
    "regex": ["(", ")", "[", "*", "a**", r"\a", r"\Z", "a{2,1}", r"\1", "(?i)a", "(?-:)", "(?P<n>a)", r"\p{Nope}", "{"],
    "uuid": ["", "00000000000000000000000000000000", "g" * 8 + "-0000-0000-0000-000000000000", "{" + "0" * 34 + "}"],
}


def predicate(name: str) -> Callable[[str], bool]:
    predicate: Callable[[str], bool] = getattr(_formats, FORMATS[name].predicate)
    return predicate


@pytest.mark.parametrize("name", FORMATS)
def test_verdicts(name: str) -> None:
    accepts = predicate(name)
    assert [text for text in VALID[name] if not accepts(text)] == []
    assert [text for text in INVALID[name] if accepts(text)] == []


@pytest.mark.parametrize("name", FORMATS)
@given(
    text=st.text(st.characters(codec=None), max_size=40) | st.text("\0\n\ud800٣é09aAzZ-+:.,/~%[](){}|\\@#?*=<>\"'TPY_")
)
def test_any_text_gets_a_verdict(name: str, text: str) -> None:
    assert predicate(name)(text) in (True, False)


@pytest.mark.parametrize("name", FORMATS)
def test_time_is_linear(name: str) -> None:
    accepts = predicate(name)
    for start in ("", "a@", "http://", "[", "P", "/", "{"):
        for repeated in ("a", "0", "1.", "a-", "~", "%41", "{a}", "(", "[a", "::", "P1Y", "\u0301", "\ud800"):
            began = time.process_time()
            accepts(start + repeated * (20_000 // len(repeated)))
            assert time.process_time() - began < 1, (start, repeated)


def test_dialects() -> None:
    assert find("uuid", DRAFTS[4]) == FORMATS["uuid"]
    assert find("uuid", "http://json-schema.org/draft-07/schema#") is None
    assert find("date", DRAFTS[2]) is FORMATS["date"]
    assert find("ipv4", "https://example.com/own-dialect") is FORMATS["ipv4"]
    assert find("color", DRAFTS[4]) is None


# Typed values


def functions(name: str) -> tuple[Callable[[str], Any], Callable[[Any], str]]:
    kind = FORMATS[name].python_type
    assert kind is not None
    module = {"_datetimes": _datetimes, "_ipaddresses": _ipaddresses, "_uuids": _uuids}[kind.module]
    return getattr(module, kind.decoder), getattr(module, kind.encoder)


TYPED = [name for name, one in FORMATS.items() if one.python_type]
TWISTS = st.tuples(st.integers(0, 40), st.sampled_from("0159-+:.,TtZzW٣ aAfF"))


@pytest.mark.parametrize("name", TYPED)
@given(data=st.data())
def test_decoding_accepts_what_the_predicate_accepts_and_loses_nothing(name: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(VALID[name] + INVALID[name]))
    for at, character in data.draw(st.lists(TWISTS, max_size=2)):
        text = text[:at] + character + text[at + 1 :]
    decode, encode = functions(name)
    value = decode(text)
    assert (value is not None) == predicate(name)(text)
    if value is not None:
        assert encode(value) == text


def edited(text: str) -> Iterator[str]:
    """Yield every text that one edit makes: a character set, put in or left out."""
    for at in range(len(text) + 1):
        yield text[:at] + text[at + 1 :]
        for character in "0123456789-+:.,TtZzW\0\u0663":
            yield text[:at] + character + text[at + 1 :]
            yield text[:at] + character + text[at:]


@pytest.mark.parametrize("end", ["Z", ".1Z", ".123456Z", "+00:00", "-05:30", ".12+23:59", ".123456-00:00", ".1234567Z"])
def test_the_short_ways_read_what_the_long_one_does(end: str) -> None:
    for text in (*edited(f"2024-05-06T20:59:59{end}"), *edited(f"2024-02-29T00:00:00{end}")):
        short, long = _datetimes.read_date_time(text), _datetimes._decode_date_time(text)
        assert (short, short is not None) == (long, _formats.date_time(text)), text
        assert _datetimes.are_date_times([*MANY, text]) == _datetimes.are_date_times([text]) == (short is not None), (
            text
        )
        if short is not None and long is not None:
            assert (short.utcoffset(), _datetimes.encode_date_time(long)) == (long.utcoffset(), text)


MANY = ["2024-05-06T20:59:59Z", "2024-05-06T20:59:59.123456Z"] * 5


def test_a_line_feed_parts_no_text_from_the_next() -> None:
    first, *others = MANY
    for text in (f"{first}\n{first}", f"{first}\n", f"\n{first}", "\n", "", "\ud800"):
        assert not _datetimes.are_date_times([text, *others])
    assert not _datetimes.are_date_times([first[:11], first[11:], *others])


def test_no_python_reads_a_24th_hour() -> None:
    ends = ("Z", ".0Z", "+00:00", ".0-01:00")
    assert [_datetimes.read_date_time(f"2024-05-06T24:00:00{end}") for end in ends] == [None] * 4


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_copies_keep_the_text(name: str, make: Callable[[Any], Any]) -> None:
    decode, encode = functions(name)
    for text in VALID[name]:
        value = decode(text)
        again = make(value)
        assert (again, hash(again), encode(again)) == (value, hash(value), text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-05-01T12:34:56Z", datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ("2024-05-01T12:34:56.789Z", datetime(2024, 5, 1, 12, 34, 56, 789000, UTC)),
        ("2024-05-01T12:34:56.789012Z", datetime(2024, 5, 1, 12, 34, 56, 789012, UTC)),
        ("2024-05-01T12:34:56-02:30", datetime(2024, 5, 1, 12, 34, 56, tzinfo=timezone(timedelta(hours=-2.5)))),
    ],
)
def test_a_canonical_date_time_is_plain(text: str, value: datetime) -> None:
    decoded = _datetimes.decode_date_time(text)
    assert type(decoded) is datetime
    assert decoded == value
    assert _datetimes.encode_date_time(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-05-01t12:34:56z", datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ("2024-05-01T12:34:56.000Z", datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ("2024-05-01T12:34:56+00:00", datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ("2024-05-01T12:34:56.1234569-00:00", datetime(2024, 5, 1, 12, 34, 56, 123456, UTC)),
        ("2016-12-31T23:59:60.25Z", datetime(2016, 12, 31, 23, 59, 59, 999999, UTC)),
        ("0000-05-01T12:00:00+05:00", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_another_date_time_remembers_its_text_until_something_is_computed(text: str, value: datetime) -> None:
    decoded = _datetimes.decode_date_time(text)
    assert decoded == value
    assert type(decoded) is not datetime
    assert hash(decoded) == hash(value)
    assert _datetimes.encode_date_time(decoded) == text
    results = [decoded + timedelta(1), timedelta(1) + decoded, decoded.replace(year=2000), decoded.astimezone(UTC)]
    assert {type(result) for result in results} == {datetime}
    assert _datetimes.encode_date_time(decoded.replace(year=1999, microsecond=0))[:4] == "1999"


def test_date_times_that_have_no_text_of_their_own() -> None:
    with pytest.raises(ValueError, match="must have a time zone"):
        _datetimes.encode_date_time(datetime(2024, 1, 1))
    with pytest.raises(ValueError, match="must have an offset"):
        _datetimes.encode_time(clock(1, 2, 3))
    with pytest.raises(ValueError, match="in whole minutes"):
        _datetimes.encode_time(clock(1, 2, 3, tzinfo=timezone(timedelta(seconds=90))))
    with pytest.raises(ValueError, match="must be a date without a time"):
        _datetimes.encode_date(datetime(2024, 1, 1))
    odd = datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(seconds=90)))
    assert _datetimes.encode_date_time(odd) == "2024-01-01T11:58:30Z"


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(minutes=-1))])))
@example(datetime.max.replace(tzinfo=UTC))
def test_every_aware_datetime_comes_back(value: datetime) -> None:
    assert _datetimes.decode_date_time(_datetimes.encode_date_time(value)) == value


def test_dates_and_times() -> None:
    assert _datetimes.decode_date("2024-02-29") == date(2024, 2, 29)
    year_zero = _datetimes.decode_date("0000-02-29")
    assert year_zero == date(1, 1, 1)
    assert type(year_zero + timedelta(1)) is type(year_zero.replace(day=2)) is date
    assert _datetimes.decode_time("23:59:60Z") == clock(23, 59, 59, 999999, UTC)
    written = _datetimes.decode_time("12:00:00.50Z")
    assert written is not None
    assert type(written.replace(hour=1)) is clock


@given(st.ip_addresses(v=6))
@example(ipaddress.IPv6Address("::ffff:1.2.3.4"))
def test_every_address_comes_back(value: ipaddress.IPv6Address) -> None:
    plain = _ipaddresses.decode_ipv6(_ipaddresses.encode_ipv6(value))
    assert plain == value
    assert type(plain) is ipaddress.IPv6Address
    long = _ipaddresses.decode_ipv6(value.exploded.upper()) if not value.ipv4_mapped else None
    if long is not None:
        assert long == value
        assert _ipaddresses.encode_ipv6(long) == value.exploded.upper()
        assert int(long) == 2**128 - 1 or type(long + 1) is ipaddress.IPv6Address


def test_mapped_addresses_are_written_alike_by_every_python() -> None:
    assert _ipaddresses.encode_ipv6(ipaddress.IPv6Address(0xFFFF01020304)) == "::ffff:1.2.3.4"
    with pytest.raises(ValueError, match="zone"):
        _ipaddresses.encode_ipv6(ipaddress.IPv6Address("fe80::1%eth0"))


def test_uuids() -> None:
    text = "ABCDEFab-cdef-0123-4567-89abcdef0123"
    value = _uuids.decode_uuid(text)
    assert value == uuid.UUID(text)
    assert _uuids.encode_uuid(uuid.UUID(text)) == text.lower()
    assert type(_uuids.decode_uuid(text.lower())) is uuid.UUID


def test_formats_load_no_module_before_it_is_needed() -> None:
    program = (
        "from runtime import _formats; _formats.date_time('x'); _formats.ipv6('::'); _formats.hostname('a'); "
        "print([name for name in ('datetime', 'ipaddress', 'uuid', 'unicodedata', 'dataclasses', 'typing')"
        " if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(RUNTIME.parent)!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
