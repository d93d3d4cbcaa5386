"""Tests of codegen.app.report: the same findings in four formats, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.app.report import FORMATS, exit_code, render
from codegen.findings import Finding, Place, Rule, Severity

ERROR = Rule("some-rule", "Things are right.")
FATAL = Rule("fatal-rule", "The tool can work.", exit_code=2)
WARNING = Rule("mild-rule", "Things are good.", Severity.WARNING)

FULL = Finding(ERROR, Place("s/a.json", 3, 5, "/x/y"), "it is wrong", "mend it", "-old\n+new\n\tz\n")
BARE = Finding(FATAL, Place(""), "nothing works", "try again")
MILD = Finding(WARNING, Place("s/b.json"), "it is odd", "think it over")
HOSTILE = Finding(
    ERROR,
    Place("a,b:c%.json", 1, 2, "/\x1b[31m"),
    "100%: x,y\r\n::error::z \u202e \ud800 <&\"']]>",
    "c\x00",
    "::add-mask::*\n\ud800",
)


def test_text() -> None:
    assert render([FULL, BARE, MILD], "text") == (
        "s/a.json:3:5: error[some-rule] it is wrong\n  at: /x/y\n  help: mend it\n  | -old\n  | +new\n  |     z\n"
        "error[fatal-rule] nothing works\n  help: try again\n"
        "s/b.json: warning[mild-rule] it is odd\n  help: think it over\n"
    )


def test_text_has_nothing_that_steers_a_terminal_or_a_runner() -> None:
    text = render([HOSTILE], "text")
    assert text.encode().decode() == text
    assert all(c == "\n" or c.isprintable() for c in text)
    assert not any(line.strip().startswith("::") for line in text.splitlines())
    assert len(text.splitlines()) == 5


def test_json_has_every_field_as_it_is() -> None:
    rows = json.loads(render([FULL, HOSTILE], "json"))
    assert rows[0] == {
        "rule": "some-rule",
        "purpose": "Things are right.",
        "severity": "error",
        "file": "s/a.json",
        "line": 3,
        "column": 5,
        "pointer": "/x/y",
        "message": "it is wrong",
        "cure": "mend it",
        "detail": "-old\n+new\n\tz\n",
    }
    assert rows[1]["message"] == HOSTILE.message
    assert rows[1]["detail"] == HOSTILE.detail


def test_github() -> None:
    assert render([FULL, BARE, MILD], "github") == (
        "::error file=s/a.json,line=3,col=5,title=some-rule::"
        "it is wrong%0Aat: /x/y%0Ahelp: mend it%0A-old%0A+new%0A\\tz\n"
        "::error title=fatal-rule::nothing works%0Ahelp: try again\n"
        "::warning file=s/b.json,title=mild-rule::it is odd%0Ahelp: think it over\n"
    )


def test_github_escapes_what_would_end_a_property_or_a_command() -> None:
    text = render([HOSTILE], "github")
    assert text.startswith("::error file=a%2Cb%3Ac%25.json,line=1,col=2,title=some-rule::100%25: x,y%0D%0A::error::z ")
    assert text.count("\n") == 1
    assert "\x1b" not in text and "\x00" not in text


def test_junit() -> None:
    suites = ElementTree.fromstring(render([FULL, BARE, MILD], "junit"))
    assert suites.attrib == {"tests": "3", "failures": "2", "errors": "0", "skipped": "0"}
    full, bare, mild = suites.iter("testcase")
    assert full.attrib == {
        "classname": "triptych.some-rule",
        "name": "s/a.json:3:5 /x/y",
        "file": "s/a.json",
        "line": "3",
    }
    assert [(f.get("type"), f.get("message")) for f in full.iter("failure")] == [("some-rule", "it is wrong")]
    assert bare.get("name") == "fatal-rule"
    assert mild.find("failure") is None
    assert "it is odd" in (mild.findtext("system-out") or "")


def test_junit_without_findings_is_one_passing_test() -> None:
    suites = ElementTree.fromstring(render([], "junit"))
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")
    assert [len(case) for case in suites.iter("testcase")] == [0]


def test_no_findings() -> None:
    assert [render([], format) for format in ("text", "json", "github")] == ["", "[]\n", ""]


def test_a_file_below_the_root_is_named_relative_to_it() -> None:
    findings = [Finding(ERROR, Place(file), "m", "c") for file in ("/w/s/a.json", "/other/a.json", "s/a.json", "")]
    rows = json.loads(render(findings, "json", root=Path("/w")))
    assert [row["file"] for row in rows] == ["s/a.json", "/other/a.json", "s/a.json", ""]


@pytest.mark.parametrize(
    ("findings", "code"), [([], 0), ([MILD], 0), ([FULL, MILD], 1), ([FULL, BARE], 2), ([BARE, FULL], 2)]
)
def test_exit_code(findings: list[Finding], code: int) -> None:
    assert exit_code(findings) == code


ANY = st.text(st.characters())  # lone surrogates and control characters, too


@given(ANY, ANY, ANY, ANY, ANY)
def test_any_text_can_be_printed(file: str, pointer: str, message: str, help: str, detail: str) -> None:
    finding = Finding(ERROR, Place(file, 1, 1, pointer), message, help, detail)
    printed = {format: render([finding], format) for format in FORMATS}
    assert all(text.encode() for text in printed.values())
    assert json.loads(printed["json"])[0]["message"] == message
    assert len(list(ElementTree.fromstring(printed["junit"]).iter("testcase"))) == 1
    assert printed["github"].count("\n") == 1
