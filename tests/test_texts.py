"""Reading JSON text: with orjson every text has the same value, to the bit, or the same problems as without it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isinf, nextafter
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from codegen.runtime import _json
from codegen.runtime._errors import DecodeError
from codegen.runtime._json import loads, loads_auto

Text = str | bytes


def reported(read: Callable[[Text], Any], text: Text) -> object:
    """Return what shows a value to the bit, with the order of its names, or the problems."""
    try:
        return repr(read(text))  # which tells 1 from 1.0 and 0.0 from -0.0, and every double from every other one
    except DecodeError as error:
        return error.problems


def assert_same(text: Text) -> None:
    """Assert that both ways read the same from a text as it is, in bytes and as a string."""
    assert reported(loads_auto, text) == reported(loads, text)
    if isinstance(text, str):
        data = text.encode("utf-8", "surrogatepass")
        assert reported(loads_auto, data) == reported(loads, data)


def with_number(number: str) -> Iterator[str]:
    """Yield texts with a number in every place that a number may have."""
    yield from (
        number,
        f"-{number}",
        f" {number}\n",
        f"[{number}]",
        f"[0,-{number}]",
        f"[\r{number}\t]",
        f"[\t{number}\r]",
        f"[\n{number}]",
        f"[ {number} ]",
    )
    yield from (f'{{"a":{number}}}', f'{{"a" : {number},"b":-{number}}}', f'["a:{number}", "{number}"]')


NUMBERS = (
    *("0", "9", "00", "01", "1.", ".5", "+1", "1e", "1e5", "1E+5", "1e-5", "0e99999", "0.0", "0.0e-5", "1_000", "0x10"),
    *("9" * 18, "1" + "0" * 18, "9" * 19, "9" * 20, "1" * 400, "1" * 5000, str(2**53 + 1)),
    *(str(2**bits + more) for bits in (63, 64) for more in (-1, 0, 1)),
    *("9223372036854775809.0", "18446744073709551616e0", "1e18", "1e19", "1234567890123456789e-19"),
    *("0.1234567890123456789", "0." + "1" * 400, "0." + "0" * 400 + "1", "123456789012345678.123456789012345678"),
    *("1e308", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e309", "1e400"),
    *("1e99999999999999999999", "1e-99999999999999999999", "0e99999999999999999999", "5e-324", "2e-324", "3e-324"),
    *("2.2250738585072011e-308", "2.2250738585072014e-308", "9007199254740993.0", "1.00000000000000011102230246251565"),
    *("NaN", "Infinity", "1e5000", "1" + "0" * 400 + ".0", "0." + "0" * 400 + "1e500"),
)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:24])
def test_a_number_is_the_same(number: str) -> None:
    for text in with_number(number):
        assert_same(text)


OTHERS: tuple[Text, ...] = (
    *(
        "",
        " ",
        "null",
        "true",
        "tru",
        "nul",
        "[",
        "]",
        "{}",
        "[]",
        "[1,]",
        "[,1]",
        '{"a"}',
        '{"a":}',
        "{1:2}",
        "1 2",
        "1,2",
    ),
    *(
        '{"a":1,"b":2,"a":3}',
        '{"a":1,"\\u0061":2}',
        '{"":0,"":1}',
        "'a'",
        '"a',
        '"\\x"',
        '"\\u00"',
        '"\\u00e9"',
        "// 1",
    ),
    *(
        '"\t"',
        '"\x7f"',
        '"\x00"',
        "1\x00",
        "\x0b1",
        "1\x0c",
        "\u00a01",
        "\u20281",
        '"\u2028"',
        '"\\/\\b\\f"',
        "[1]\ufeff",
    ),
    *(
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\\ud83d\\ude00"',
        '"\\uD83D"',
        '"\ud800"',
        '{"\udfff":1}',
        "\ufeff1",
        "\ufeff",
    ),
    *('"\U0001f600"', '"\uffff"', '{"é":["ä","€"]}', '"' + "1" * 40 + '"', '"id:' + "1" * 40 + '"'),
    *(b"\xff", b'"\xff"', b'"\xed\xa0\x80"', b'"\xed\xa0\xbd\xed\xb8\x80"', b'"\xc0\x80"', b'"\xf4\x90\x80\x80"'),
    *(
        b'"\xe2\x82"',
        b"\xef\xbb\xbf1",
        b"\xef\xbb\xbf\xef\xbb\xbf1",
        b"\x00",
        b"1\x00",
        b"\x001",
        b"\xfe\xff",
        b"\xff\xfe",
    ),
)


@pytest.mark.parametrize("text", OTHERS, ids=lambda text: ascii(text)[:30])
def test_any_other_text_is_the_same(text: Text) -> None:
    assert_same(text)


ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["1", "12", '"é"', '{"a":1}', "[]", "[1,2]", '"' + "\u0131" * 3 + '"', "\u3131\u3232"])
def test_bytes_in_another_encoding_are_the_same(text: str, encoding: str) -> None:
    assert_same(text.encode(encoding, "replace"))


def halves(dice: random.Random) -> Iterator[str]:
    """Yield the decimal halfway between two doubles, where rounding is decided, and decimals just beside it."""
    double = dice.uniform(1, 2) * 2.0 ** dice.randrange(-60, 60)
    above = nextafter(double, float("inf"))
    half = (Fraction(double) + Fraction(above)) / 2
    places = half.denominator.bit_length() - 1
    digits = str(half.numerator * 5**places).rjust(places + 1, "0")
    whole, rest = digits[: len(digits) - places], digits[len(digits) - places :] or "0"
    yield from (f"{whole}.{rest}", f"{whole}.{rest}1", f"{whole}.{rest[:-1]}4{'9' * 9}")
    yield from (f"{whole}.{rest[:17]}", f"{double!r}", f"{(whole + rest).lstrip('0')[:18]}e{dice.randrange(-330, 310)}")


def test_numbers_round_alike_where_it_is_close() -> None:
    dice = random.Random(21)
    for _ in range(500):
        for number in halves(dice):
            assert_same(f"[{number},-{number}]")


def test_every_double_is_read_as_it_was_written() -> None:
    dice = random.Random(22)
    doubles = [dice.uniform(1, 10) * 10.0 ** dice.randrange(-320, 308) for _ in range(2000)]
    text = json.dumps([double for double in doubles if not isinf(double)])
    assert reported(loads_auto, text) == reported(loads, text) == reported(json.loads, text)


at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine too

PARTS = ("[", "]", "{", "}", ",", ":", '"', "\\", "\\u", "d800", "0", "1" * 19, "9" * 7, "-", ".", "e", "E+", " ", "\n")
WORDS = ("true", "null", "NaN", '"a"', '"a":', "1.5", "é", "\ud800", "\ufeff", "\x00", "[[", "1],[2", '{"a":1}')
TEXTS = st.one_of(
    st.lists(st.sampled_from((*PARTS, *WORDS)), max_size=12).map("".join),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=True) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ).map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.from_regex(r"-?[0-9]{0,25}(\.[0-9]{0,25})?([eE][+-]?[0-9]{0,4})?", fullmatch=True),
)


@at_leisure
@given(TEXTS)
@example("[1],[2]")
def test_texts_are_the_same(text: str) -> None:
    assert_same(text)


@at_leisure
@given(TEXTS, st.integers(0, 1 << 30), st.integers(0, 255))
def test_damaged_bytes_are_the_same(text: str, place: int, byte: int) -> None:
    data = bytearray(text.encode("utf-8", "surrogatepass") or b"0")
    data[place % len(data)] = byte
    assert_same(bytes(data))


@at_leisure
@given(st.binary(max_size=8))
def test_any_bytes_are_the_same(data: bytes) -> None:
    assert_same(data)


# How deep

DEEP = {
    "arrays": ("[", "1", "]"),
    "objects": ('{"a":', "1", "}"),
    "both": ('[{"a":', "1", "}]"),
    "pairs": ("[0,", "1", ",0]"),
    "ends in strings": ('["]]}}",', "1", "]"),
    "starts in strings": ('["[[{{",', "1", "]"),
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("filling", [0, 20_000])
def test_both_take_the_same_depth(name: str, filling: int) -> None:
    before, inner, after = DEEP[name]
    each = before.replace('"[[{{"', "").replace('"]]}}"', "")
    levels = each.count("[") + each.count("{")
    for depth in (1, 100, 800, *range(880, 1040, 4), 1500, 100_000):
        turns = depth // levels
        text = " " * filling + before * turns + inner + after * turns
        assert _depth(loads_auto, text.encode()) == _depth(_a_call_deeper, text.encode()), depth


def _a_call_deeper(text: Text) -> Any:
    """Return what `loads` does where `loads_auto` calls it: Python 3.11 counts calls and levels together."""
    return loads(text)


def _depth(read: Callable[[Text], Any], text: bytes) -> object:
    """Return how deep the value of a text is, or the problems."""
    try:
        value = read(text)
    except DecodeError as error:
        return error.problems
    depth = 0
    while isinstance(value, list | dict):
        inner = list(value.values() if isinstance(value, dict) else value)
        value, depth = next((item for item in inner if isinstance(item, list | dict)), 1), depth + 1
    return depth


CLOSING = ("1],[2", "1]],[[2", "1]", "[1", "]", "[", "],[", "", ",", "1,2", "1]]]],[[[[{}", "{}],[{}", '1],{"a":2}')


@pytest.mark.parametrize("text", CLOSING)
@pytest.mark.parametrize("filling", ["", "[]," * 2000, " " * 20_000])
def test_a_text_that_closes_what_it_did_not_open_is_none(text: str, filling: str) -> None:
    for whole in (filling + text, text + filling.rstrip(",")):
        assert _depth(loads_auto, whole.encode()) == _depth(loads, whole.encode())
        assert reported(loads_auto, whole) == reported(loads, whole)


# Which reader

FAST = (
    *('{"a":[1,-2.5e-7,"é"]}', '{"id":"1234567890123456789012"}', "[0.1234567890123456789012]", "[123456789012345678]"),
    *('{"id":"a1234567890123456789"}', "[-123456789012345678]", "[1e5]", '["2024-01-01T00:00:00.123456Z"]', "[]"),
    *(json.dumps(["]"] * 5000), json.dumps([[[]]] * 5000)),
)
SLOW = (
    "[1234567890123456789]",
    "[-9999999999999999999]",
    '{"a": 18446744073709551616}',
    "[0,\n1234567890123456789.5]",
    "12",
)


@pytest.mark.parametrize("text", [*FAST, *SLOW], ids=lambda text: text[:30])
def test_only_what_may_be_another_number_is_read_slowly(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    read: list[Text] = []
    monkeypatch.setattr(_json, "loads", lambda one: (read.append(one), loads(one))[1])
    for same in (text, text.encode()):
        assert loads_auto(same) == loads(same)
    assert read == ([text, text.encode()] if text in SLOW else [])


def test_without_orjson_the_standard_library_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json, "_orjson", lambda: None)
    assert loads_auto(b'{"a":[1,2.0]}') == {"a": [1, 2.0]}
    with pytest.raises(DecodeError, match="must be JSON text"):
        loads_auto("[NaN]")


def test_the_text_is_read_as_it_is_where_python_takes_as_many_levels() -> None:
    parts = _json._orjson()
    assert parts is not None
    read, _, levels = parts
    assert read is orjson.loads
    try:
        loads("[" * 1024 + "]" * 1024)
    except DecodeError:
        assert levels == 900
    else:
        assert levels > 2**40
