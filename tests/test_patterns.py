"""Patterns: the same meaning in Python as in ECMA-262, and a warning where matching may take for ever."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.compiler.regex import charsets
from codegen.compiler.regex.translate import Untranslatable, translate
from codegen.runtime import _ecma


def matches(pattern: str, text: str) -> bool:
    """Return whether the translated pattern is in the text; a warning of `re` is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return re.compile(translate(pattern).source).search(text) is not None


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        ("^[a-z]+$", r"^[a-z]+\Z"),
        ("^x-", "^x-"),
        (r"^\d{4}-\d\d?$", r"(?a)^\d{4}-\d\d?\Z"),
        (r"^[\w.+-]{1,64}$", r"(?a)^[\w.+-]{1,64}\Z"),
        (r"\.(?:json|ya?ml)$", r"\.(?:json|ya?ml)\Z"),
        (r"[\s\S]*?", r"[\s\S]*?"),
        (r"(?<year>\d+)/\k<year>", r"(?a)(?P<year>\d+)/\1"),
        (r"(?<!\\)\/", r"(?<!\\)/"),
        (".", r"[^\n\r\u2028\u2029]"),
        (r"\u00e9\x41\n", r"\u00e9\x41\n"),
        ("(?<=a|bc)d", "(?:(?<=a)|(?<=bc))d"),
        ("[[&&]", r"[\[\&\&]"),
    ],
)
def test_what_means_the_same_stays_as_it_was_written(pattern: str, source: str) -> None:
    assert translate(pattern).source == source


MATCHES = [
    ("^abc$", ["abc"], ["abc\n", "xabc"]),
    ("^.$", ["\x85", "\U0001f409"], ["\n", "\r", "\u2028", "\u2029", ""]),
    (r"^\d$", ["7"], ["٣"]),
    (r"^\w+$", ["aZ_9"], ["é"]),
    (r"^\W$", ["é", "-"], ["a"]),
    (r"^\s$", ["\ufeff", "\v", "\u2029", "\u3000"], ["\x1c", "\x85", "\u180e"]),
    (r"^[^\s]$", ["\x1c", "a"], ["\ufeff", " "]),
    (r"^[\S]$", ["\x1c", "a"], ["\ufeff", " "]),
    (r"\bé", ["aé"], ["é"]),
    (r"^\B$", [""], ["a"]),
    (r"^\cC\cj$", ["\x03\n"], ["cC"]),
    (r"^\0\/\$$", ["\0/$"], ["0/$"]),
    (r"^\u{1F409}$", ["\U0001f409"], ["u"]),
    (r"^\ud83d\udc09$", ["\U0001f409"], ["\ud83d"]),
    (r"^[\ud83d\udc09-\u{1F410}]$", ["\U0001f40a"], ["\U0001f411"]),
    (r"^\p{L}\P{Lu}$", ["Éa", "ßa"], ["1a", "aÉ"]),
    (r"^\p{Script=Greek}\p{sc=Grek}\p{scx=Greek}$", ["αβγ"], ["abc"]),
    (r"^[\p{Nd}\P{ASCII}]+$", ["9é٣"], ["a"]),
    (r"^\p{digit}\p{White_Space}\p{Emoji_Presentation}$", ["1 \U0001f409"], ["a b"]),
    ("[]", [], ["", "a"]),
    ("^[^]$", ["\n", "a"], [""]),
    ("a[]*b", ["ab"], ["a"]),
    ("^[[a&&b||c~~d]+$", ["[&|~abcd"], ["e"]),
    (r"^(?:(a)|b)\1c$", ["aac", "bc"], ["ac"]),
    (r"^(a)?\1b$", ["aab", "b"], ["ab"]),
    (r"^\1(a)$", ["a"], ["aa"]),
    (r"^(a\1)+$", ["aa"], [""]),
    (r"^(a)\1\x30$", ["aa0"], ["aa"]),
    (r"(?!(a)b)\1c", ["c"], ["ab"]),
    (r"^(?:(\w);)+\1$", ["a;b;b"], ["a;b;a"]),
    (r"^(?<$>a)\k<$>$", ["aa"], ["a"]),
    ("(?<=a{1,3}|bc)d", ["ad", "aaad", "bcd"], ["cd", "d"]),
    ("(?<!a|bc)d", ["d", "cd"], ["ad", "bcd"]),
    ("(?<=^)a", ["ab"], ["ba"]),
    ("^a{2,99999999999}$", ["aa", "aaa"], ["a"]),
    ("^(?:|a)b$", ["b", "ab"], ["a"]),
    ("^(?=.*1).{2}$", ["a1"], ["ab"]),
    (r"^(?:(?=(a)))?a\1$", ["a"], ["aa"]),
    (r"^(?:(?=(a))(?=(b))|^)*\2a\1$", ["a"], ["aa"]),
    (r"^(?:(a)|b){0}\1c$", ["c"], ["ac"]),
    (r"""^(?:(['"])x\1|y)+$""", ["'x'y\"x\""], ["'x\""]),
    (r"^(?:(?<y>a)|(?<y>b)|c)\k<y>$", ["aa", "bb", "c"], ["ab", "ca"]),
    (r"^(?:a?){20}b$", ["b", "aaab"], ["a"]),
    (r"^\p{Changes_When_NFKC_Casefolded}\p{CWKCF}$", ["A\u00ad", "\ufb01\U000e0080"], ["aA", "A\u0378"]),
    ("^(?i:a)b$", ["ab", "Ab"], ["AB"]),
    ("^(?i:a(?-i:b))$", ["Ab"], ["AB"]),
    ("^(?i:k\u017f)$", ["ks", "\u212aS"], ["kx"]),
    ("^(?i:i)$", ["I"], ["\u0130", "\u0131"]),
    ("^(?i:\xdf)$", ["\u1e9e"], ["ss"]),
    ("^(?i:[a-k])$", ["B", "\u212a"], ["S"]),
    (r"^(?i:\w)$", ["\u017f", "\u212a"], ["é"]),
    (r"^(?i:\W)$", ["é"], ["\u017f", "k"]),
    ("^(?i:[^x])$", ["y"], ["x", "X"]),
    (r"^(?i:[^\W])$", ["\u017f", "a"], ["é"]),
    (r"^(?i:\P{Lu})$", ["A", "a"], []),
    (r"^(?i:[^\P{Lu}])$", [], ["A", "a"]),
    (r"^(?i:\b\u017f\b)$", ["s"], []),
    (r"^é(?i:\B).$", ["é-"], ["és", "é\u017f"]),
    (r"^(?i:(\d)x\1)$", ["1X1"], ["1x2"]),
    ("^(?s:.(?-s:.))$", ["\na"], ["\n\n"]),
    ("(?m:^)b", ["a\nb", "a\u2028b", "b"], ["ab", "a\x85b"]),
    ("a(?m:$)", ["a\rb", "a"], ["ab"]),
    ("^(?im-s:A.)$", ["ab"], ["a\n"]),
]


@pytest.mark.parametrize(("pattern", "accepted", "refused"), MATCHES)
def test_meaning(pattern: str, accepted: list[str], refused: list[str]) -> None:
    assert translate(pattern).note is None
    assert [text for text in accepted if not matches(pattern, text)] == []
    assert [text for text in refused if matches(pattern, text)] == []


LEGACY = [
    (r"^[\w-.]$", ["-", "a", "."], ["+"]),
    ("^a{,3}$", ["a{,3}"], ["aaa", ""]),
    (r"^\-\_\a$", ["-_a"], ["\a"]),
    ("^x{$", ["x{"], ["x"]),
    ("^]}$", ["]}"], ["]"]),
    ("(?=a)*b", ["b"], ["a"]),
    (r"^\8\012$", ["8\n"], ["8"]),
    (r"^\c!$", ["\\c!"], ["c!"]),
    (r"^(?=(x))?(a)(b)(c)\3$", ["abcb"], ["abca", "abcc", "abc"]),
    (r"(?=(a))?\1", ["", "b"], []),
    (r"^(?=(a)){2,}\1$", ["a"], ["", "aa"]),
    (r"^(?=(x)){0}(?<n>a)\k<n>\2$", ["aaa"], ["aa"]),
    (r"^(?i:k\-)$", ["K-"], ["\u212a-"]),
]


@pytest.mark.parametrize(("pattern", "accepted", "refused"), LEGACY)
def test_a_pattern_for_browsers_only_is_read_with_a_note(pattern: str, accepted: list[str], refused: list[str]) -> None:
    assert "only without the flag `u`" in str(translate(pattern).note)
    assert [text for text in accepted if not matches(pattern, text)] == []
    assert [text for text in refused if matches(pattern, text)] == []


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "`(` without `)`"),
        ("a**", "nothing to repeat"),
        ("a*+", "nothing to repeat"),
        ("(?>a)", "unknown kind of group"),
        ("(?i)a", "unknown kind of group"),
        ("(?x:a)", "unknown kind of group"),
        ("(?-:a)", "modifiers are missing"),
        ("(?ii:a)", "one modifier twice"),
        ("(?i-i:a)", "one modifier twice"),
        ("(?<n>(?<n>a))", "two groups that can both match have one name"),
        ("(?:(?<n>a)|b)(?<n>c)", "two groups that can both match have one name"),
        (r"[\p{L}--[a-z]]", "a range's end is a set of characters"),
        ("(?P<n>a)", "unknown kind of group"),
        ("(?<n>a)(?<n>b)", "two groups that can both match have one name"),
        ("a{3,2}", "out of order"),
        ("[b-a]", "out of order"),
        (r"\p{Klingon}", "unknown Unicode property"),
        (r"\p{L}[\w-.]", "something else"),
        ("(?<=a*)b", "without a greatest width"),
        (r"(a)(?<=\1)b", "lookbehind"),
        (r"(?:(a)|b)*\1", "may leave out"),
        (r"(?:(a)?\1b)*", "may leave out"),
        (r"^(?:(?=(a))b?)?a\1$", "may leave out"),
        (r"(?i:(a)\1)", "without regard to case"),
        (r"(?i:é\-)", "beyond ASCII without the flag"),
        (r"\p{L}" * 200, "250,000 characters longer"),
        (r"(?i:\p{L})" * 200, "250,000 characters longer"),
        ("(?<=(?:a|bb){40})", "250,000 characters longer"),
        ("(?<=(?:a{4294967294}){4294967294})", "more than 4294967294 characters"),
        ("(?<=a{1,99})", "different widths"),
        ("(" * 61 + ")" * 61, "within each other"),
        ("(" * 300 + ")" * 300, "within each other"),
        ("a{4294967296}", "repetitions"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(Untranslatable, match=re.escape(reason)):
        translate(pattern)


AGREED = json.loads(Path(__file__).with_name("patterns.json").read_text("utf-8"))


@pytest.mark.parametrize(("pattern", "accepted", "refused"), AGREED)
def test_what_two_engines_of_browsers_agree_on(pattern: str, accepted: str, refused: str) -> None:
    assert matches(pattern, accepted)
    assert not matches(pattern, refused)


@given(st.text("ab1-^$.*+?()[]{}|\\dDwWsSbBkpPxuc<>=!:,&~é\n \ud800", max_size=16))
def test_what_comes_out_is_always_a_pattern_of_python(pattern: str) -> None:
    try:
        translated = translate(pattern)
    except Untranslatable:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        re.compile(translated.source)


@given(st.text(max_size=8), st.text(max_size=8))
def test_escaped_text_matches_itself_only(text: str, other: str) -> None:
    pattern = "^" + "".join(f"\\u{{{ord(character):x}}}" for character in text) + "$"
    assert matches(pattern, text)
    assert matches(pattern, other) == (text == other)


HARMLESS = r"""
^[^@\s]+@[^@\s]+\.[^@\s]+$
^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$
^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$
^[a-z0-9]+(?:-[a-z0-9]+)*$
^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$
^(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{8,}$
^https?://[^\s/$.?#].[^\s]*$
^(([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$
^([0-9a-f]{40},?)+$
^"(?:[^"\\]|\\.)*"$
^\s*\S+\s*$
^(/[^/]+)+$
.*foo.*
^(a|b|c)+$
(a+)+
^\s+|\s+$
\b\w+$
(?<![a-z])[a-z]+$
(?<=:)\s+x
(?im:^a+$)
foo(?=\s*$)
^(?:(?!--)[a-z-])+$
^(?:[0-9a-f]{2}:){15}[0-9a-f]{2}$
^(?:a{20}b?){20}$
^([A-Z0-9]{4} ?){12}$
^(.+)@(.+)$
[a-z.]{1,256}\.[a-z]+
^(?=(.{1,63}/)?.{1,63}$)[a-z]
^(?:.*/)?[^/]+$
[+-]?\d+(\.\d+)?$
^#([0-9a-fA-F]{3}){1,2}$
""".split("\n")[1:-1]

EXPONENTIAL = [
    ("^(a+)+$", "(a+)+"),
    ("(x+x+)+y", "(x+x+)+"),
    ("^(a|a)*$", "(a|a)*"),
    (r"^(\w+\s?)*$", r"(\w+\s?)*"),
    ("^([a-z0-9]+[.]?){1,30}$", "([a-z0-9]+[.]?){1,30}"),
    ("^(?:a|b|ab)*c", "(?:a|b|ab)*"),
    ("^x(?=(a*)*b)", "(a*)*"),
]

EXPONENTIAL_COUNTED = [
    (r"^(?:\w|\d){25}$", r"(?:\w|\d){25}"),
    ("^(?:a+){20}$", "(?:a+){20}"),
]

# The pattern, and the same in Python as it would be without rewriting.
REWRITTEN = [
    (r"\s+$", r"(?<!\s)\s+\Z", r"\s+\Z"),
    (r"a+b", r"(?<!a)a+b", r"a+b"),
    (r"^a+|a+$", r"^a+|(?<!a)a+\Z", r"^a+|a+\Z"),
    (r"(?:[ab])+,", r"(?<![ab])(?:[ab])+,", r"[ab]+,"),
    (r",?a+$", r"(?:,|(?<!a))a+\Z", r",?a+\Z"),
    (r"b*a+$", r"(?<!b)(?:b+|(?<!a))a+\Z", r"b*a+\Z"),
    (r"(?:a{2,}b){1,3},", r"(?<!a)(?:a{2,}b){1,3},", r"(?:a{2,}b){1,3},"),
    (r"^[ab]*a[ab]*$", r"^(?=[ab]*\Z)[ab]*a[ab]*\Z", r"^[ab]*a[ab]*\Z"),
    (r"^[^,]+,[ab]+a[ab]+$", r"^[^,]+,(?=[ab]*\Z)[ab]+a[ab]+\Z", r"^[^,]+,[ab]+a[ab]+\Z"),
    (r"[ab]+,([ab]*)b([ab]*)$", r"(?<![ab])[ab]+,(?=[ab]*\Z)([ab]*)b([ab]*)\Z", r"[ab]+,[ab]*b[ab]*\Z"),
    (r"^(?:a?){12}b", r"^(?:a?){0,12}b", r"^a{0,12}b"),
]
TEXTS = ["".join(one) for size in range(6) for one in itertools.product("ab, ", repeat=size)]


@pytest.mark.parametrize(("pattern", "source", "plain"), REWRITTEN)
def test_a_pattern_is_rewritten_to_take_linear_time(pattern: str, source: str, plain: str) -> None:
    translated = translate(pattern)
    assert translated.warning is None
    spaces = r"[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
    assert translated.source == source.replace(r"\s", spaces)
    compiled = re.compile(translated.source)
    assert [text for text in TEXTS if bool(compiled.search(text)) != bool(re.search(plain, text))] == []


QUADRATIC = [
    (r"[0-9]+(,[0-9]+)*$", "(,[0-9]+)*"),
    (r"(?=.*\d)x", ".*"),
    (r"^(?:(?!\s*x).)*$", r"(?:(?!\s*x).)*"),
    (r"^.*,.*;", ".*,.*"),
    (r"(a+)\1b", "a+"),
]


@pytest.mark.parametrize(("pattern", "part"), QUADRATIC)
def test_what_takes_the_square_of_the_length_is_warned_of(pattern: str, part: str) -> None:
    warning = translate(pattern).warning or ""
    assert f"`{part}`" in warning
    assert "square" in warning


@pytest.mark.parametrize(
    "pattern",
    [
        "^(?:" + "|".join(f"w{number}a" for number in range(1500)) + ")*$",
        "(a|b)*" * 2000,
        "(?:a?b?c?)*" * 900,
    ],
)
def test_what_is_too_large_to_be_looked_into_is_reported(pattern: str) -> None:
    assert "too large" in (translate(pattern).warning or "")


@pytest.mark.parametrize(
    "pattern",
    [
        "((a{1000}){1000}){1000}",
        "(" * 50 + "a" + "{9})" * 50,
        "^(?:" + "|".join(f"w{number}a" for number in range(5000)) + ")$",
        "(?<=" * 50 + "a|bc" + ")" * 50,
        "^[" + "&" * 5000 + "]$",
    ],
)
def test_what_is_large_and_harmless_is_not_warned_of(pattern: str) -> None:
    assert translate(pattern).warning is None


POLYNOMIAL = [
    (r"^\s*\s*\s*x$", r"\s*\s*\s*"),
    (r"^\S+@\S+\.\S+$", r"\S+@\S+\.\S+"),
    ("^.*a.*b.*c$", ".*a.*b.*"),
    ("a*a*b", "a*a*"),
]


@pytest.mark.parametrize("pattern", HARMLESS)
def test_no_false_alarm(pattern: str) -> None:
    assert translate(pattern).warning is None


@pytest.mark.parametrize(("pattern", "part"), EXPONENTIAL + EXPONENTIAL_COUNTED)
def test_exponential_backtracking_is_warned_of(pattern: str, part: str) -> None:
    warning = translate(pattern).warning or ""
    assert f"`{part}`" in warning
    assert "exponentially" in warning


@pytest.mark.parametrize(("pattern", "part"), POLYNOMIAL)
def test_polynomial_backtracking_is_warned_of(pattern: str, part: str) -> None:
    warning = translate(pattern).warning or ""
    assert f"`{part}`" in warning
    assert "power of 3" in warning


@pytest.mark.parametrize(
    "repeated",
    [
        "a",
        "a.",
        "[a]",
        "(a)",
        "(",
        "[",
        "\\",
        "(?<a",
        "a|",
        "{1,",
        "a*",
        "[a-b",
        "\\u{",
        "(?:",
        "(?i:a)",
        "\\k<a>(?<a>)|",
    ],
)
def test_parsing_takes_linear_time(repeated: str) -> None:
    began = time.process_time()
    _ecma.is_valid(repeated * (50_000 // len(repeated)))
    assert time.process_time() - began < 2


def test_trees_know_their_text() -> None:
    tree = _ecma.parse("ab*|(?<n>[c-d])")
    assert isinstance(tree, _ecma.Alternation)
    first, group = tree.options
    assert isinstance(first, _ecma.Sequence)
    assert first.items == (
        _ecma.Literal(0, 1, "a"),
        _ecma.Repeat(1, 3, _ecma.Literal(1, 2, "b"), 0, None, False),
    )
    body = _ecma.CharacterClass(9, 14, (_ecma.Range(10, 13, ord("c"), ord("d")),), False)
    assert group == _ecma.Group(4, 15, body, 1, "n")


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (min(pair), max(pair)))))
def test_sets_of_code_points(ranges: list[tuple[int, int]]) -> None:
    merged = charsets.merged(ranges)
    assert {point for first, last in merged for point in range(first, last + 1)} == {
        point for first, last in ranges for point in range(first, last + 1)
    }
    assert charsets.complement(charsets.complement(merged)) == merged
    assert charsets.merged([*merged, *charsets.complement(merged)]) == charsets.ALL


def test_nothing_of_it_is_imported_before_there_is_a_pattern() -> None:
    program = "import sys, codegen.app.command; print(*[name for name in sys.modules if '_ecma' in name])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == []
