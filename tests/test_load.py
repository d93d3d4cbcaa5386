"""Tests of codegen.source: strict bytes to values, findings with a place, places for pointers."""

from __future__ import annotations

import hashlib
import json
import keyword
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.findings import Finding, Rejected
from codegen.ir import JSON
from codegen.source import loader, module_names
from codegen.source.loader import Source, folder_digests, load_file, load_folder, load_text, place
from codegen.source.module_names import module_name
from codegen.source.values import from_value


def rows_of(findings: tuple[Finding, ...]) -> list[tuple[str, int, int, str]]:
    return [(f.rule.id, f.place.line, f.place.column, f.place.pointer) for f in findings]


def rejected(path: str, text: str) -> list[tuple[str, int, int, str]]:
    source, findings = load_text(path, text)
    assert source is None
    assert all(f.message and f.help and f.place.file == path for f in findings)
    return rows_of(findings)


def accepted(path: str, text: str) -> Source:
    source, findings = load_text(path, text)
    assert findings == ()
    assert source is not None
    return source


def test_a_source_has_its_text_value_and_digest(tmp_path: Path) -> None:
    data = '{\r\n  "title": "é",\r\n  "maximum": 123456789012345678901234567890\r\n}\r\n'.encode()
    (tmp_path / "a.json").write_bytes(data)
    source, findings = load_file(tmp_path / "a.json")
    assert findings == ()
    file = (tmp_path / "a.json").as_posix()
    content: JSON = {"title": "é", "maximum": 123456789012345678901234567890}
    assert source == Source("a.json", data.decode(), content, hashlib.sha256(data).hexdigest(), "json", file)


BAD_JSON = {
    "empty": ("", [("json-syntax", 1, 1, "")]),
    "ends early": ('{"a": ', [("json-syntax", 1, 7, "/a")]),
    "trailing data": ("{}\n{}", [("json-syntax", 2, 1, "")]),
    "comment": ('{"a": 1 // b\n}', [("json-syntax", 1, 9, "")]),
    "single quotes": ("{'a': 1}", [("json-syntax", 1, 2, "")]),
    "no value": ('{"a": [1,\n {"b": }]}', [("json-syntax", 2, 8, "/a/1/b")]),
    "raw control character": ('{"a": "\x01"}', [("json-syntax", 1, 8, "/a")]),
    "byte order mark": ("\ufeff{}", [("byte-order-mark", 1, 1, "")]),
    "lone surrogate": ('{"a": "\ud800"}', [("encoding", 1, 8, "")]),
    "array": ("[1]", [("root-type", 1, 1, "")]),
    "null": ("null", [("root-type", 1, 1, "")]),
    "duplicates": (
        '{"a": 1,\n "a": {"b": 2, "\\u0062": 3},\n "c/~": [{"x": 1,\n "x": 2}]}',
        [("duplicate-key", 2, 2, "/a"), ("duplicate-key", 2, 16, "/a/b"), ("duplicate-key", 4, 2, "/c~1~0/0/x")],
    ),
    "no numbers": (
        '{"a": NaN, "b": [Infinity,\n-Infinity]}',
        [("number-range", 1, 7, "/a"), ("number-range", 1, 18, "/b/0"), ("number-range", 2, 1, "/b/1")],
    ),
    "beyond a double": (
        f"[1e400, -1.5E999, 1e-400, 1{'0' * 309}, {'9' * 5000}]",
        [("number-range", 1, column, f"/{index}") for index, column in enumerate((2, 9, 19, 27, 339))],
    ),
    "duplicate and syntax": (
        '{"a": 1, "a": 2, "b": tru}',
        [("duplicate-key", 1, 10, "/a"), ("json-syntax", 1, 23, "/b")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD_JSON.values(), ids=BAD_JSON)
def test_bad_json_is_a_finding(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert rejected("a.json", text) == expected


@pytest.mark.parametrize("text", ["true", "{}", '{"a": 0.0, "b": 0e-999, "c": 1e308, "d": -5e-324, "e": ["\\ud800"]}'])
def test_json_at_the_edge_is_accepted(text: str) -> None:
    assert accepted("a.json", text).content == json.loads(text)


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"a":[{"b":'])
@pytest.mark.parametrize("levels", [loader.MAX_DEPTH + 1, 10_000, 100_000])
def test_deep_nesting_is_a_finding_with_the_place_of_the_level(opening: str, levels: int) -> None:
    brackets = opening.count("[") + opening.count("{")
    repeated = levels // brackets + 1
    closing = opening[::-1].translate(str.maketrans("[{", "]}", '":ab'))
    text = f"{opening * repeated}1{closing * repeated}"
    [(rule, line, column, pointer)] = rejected("a.json", text)
    assert (rule, line) == ("nesting-depth", 1)
    assert pointer.count("/") == loader.MAX_DEPTH
    assert text[column - 1] in "[{"
    assert sum(text[: column - 1].count(bracket) for bracket in "[{") == loader.MAX_DEPTH


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("path", ["a.json", "a.yaml"])
def test_the_depth_limit_counts_whole_documents(path: str, extra: int) -> None:
    lists = loader.MAX_DEPTH - 1 + extra
    source, findings = load_text(path, '{"a": ' + "[" * lists + "]" * lists + "}")
    assert (source is None) == bool(extra)
    assert [f.rule.id for f in findings] == ["nesting-depth"] * extra


def test_yaml_has_the_core_schema_of_1_2() -> None:
    text = (
        "a: on\nb: no\nc: 2020-01-01\nd: 0o17\ne: 017\nf: 1_000\ng: ~\nh:\ni: .5\nj: '1'\nk: 1e3\nl: 0x1F\nm: +1\n"
        "n: True\no: 1:30\np: 0b1\nq: yes\nr: =\ns: -0\nt: Null\non: 1\n"
    )
    content = accepted("a.yaml", text).content
    assert isinstance(content, dict)
    assert list(content.values()) == [
        *("on", "no", "2020-01-01", 15, 17, "1_000", None, None, 0.5, "1", 1000.0, 31, 1),
        *(True, "1:30", "0b1", "yes", "=", 0, None, 1),
    ]
    assert type(content["n"]) is bool
    assert list(content)[-1] == "on"


def test_yaml_aliases_are_copies() -> None:
    source = accepted("a.yml", "a: &x {b: [1, 2]}\nc: *x\nd: &y 5\ne: *y\n")
    assert source.content == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}, "d": 5, "e": 5}
    assert isinstance(source.content, dict)
    assert source.content["a"] is not source.content["c"]


BAD_YAML = {
    "empty": ("# nothing\n", [("root-type", 1, 1, "")]),
    "syntax": ("a: [1\nb: 2\n", [("yaml-syntax", 2, 2, "/a/1")]),
    "tab": ("a:\n\tb: 1\n", [("yaml-syntax", 2, 1, "/a")]),
    "control character": ("a: 'x\x07'\n", [("yaml-syntax", 1, 6, "")]),
    "line break of 1.1": ("a: x\u2028y\n", [("yaml-syntax", 1, 5, "")]),
    "duplicates": (
        "a: 1\nb:\n  c: 1\n  'c': 2\na: 3\n",
        [("duplicate-key", 4, 3, "/b/c"), ("duplicate-key", 5, 1, "/a")],
    ),
    "keys": (
        "1: x\ntrue: y\n~: z\n? [a, {b: c}]\n: d\n? {e: f}\n: g\n",
        [
            ("yaml-feature", 1, 1, "/1"),
            ("yaml-feature", 2, 1, "/true"),
            ("yaml-feature", 3, 1, "/~0"),
            ("yaml-feature", 4, 3, ""),
            ("yaml-feature", 6, 3, ""),
        ],
    ),
    "merge key": ("a: &x {}\nb:\n  <<: *x\n", [("yaml-feature", 3, 3, "/b/<<")]),
    "tags": (
        "a: !!int 3\nb: !!python/object/apply:os.system [x]\nc: ! y\n",
        [("yaml-feature", 1, 4, "/a"), ("yaml-feature", 2, 4, "/b"), ("yaml-feature", 3, 4, "/c")],
    ),
    "recursive alias": ("a: &x {b: *x}\n", [("yaml-feature", 1, 11, "/a/b")]),
    "unknown alias": ("a: *x\n", [("yaml-feature", 1, 4, "/a")]),
    "alias as key": ("a: &x b\n*x : c\n", [("yaml-feature", 2, 1, "")]),
    "two documents": ("a: 1\n---\nb: 1\n", [("yaml-feature", 2, 1, "")]),
    "version": ("%YAML 1.1\n---\na: 1\n", [("yaml-feature", 1, 1, "")]),
    "numbers": (
        f"a: .inf\nb: -.INF\nc: .nan\nd: 1e999\ne: 0x1{'0' * 256}\nf: {'9' * 5000}\n",
        [("number-range", line, 4, f"/{name}") for line, name in enumerate("abcdef", 1)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD_YAML.values(), ids=BAD_YAML)
def test_bad_yaml_is_a_finding(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert rejected("a.yaml", text) == expected


def test_aliases_that_multiply_are_a_finding() -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30)]
    assert [row[0] for row in rejected("a.yaml", "a0: &a0 [x]\n" + "".join(levels))] == ["yaml-feature"]
    long = f"a: &a {'x' * 2000}\nb: [{'*a, ' * 1000}]\n"
    assert [row[:2] for row in rejected("a.yaml", long)] == [("yaml-feature", 2)]
    assert accepted("a.yaml", f"a: &a {'x' * 2000}\nb: [{'*a, ' * 100}]\n").content


def test_aliases_may_repeat_what_a_person_writes_and_no_more() -> None:
    def nested(levels: int) -> str:
        rows = [f"l{i}: &l{i} {{properties: {{a: *l{i - 1}, b: *l{i - 1}, c: *l{i - 1}}}}}\n" for i in range(1, levels)]
        return "l0: &l0 {type: string}\n" + "".join(rows)

    assert [row[:2] for row in rejected("a.yaml", nested(9))] == [("yaml-feature", 7)]
    assert accepted("a.yaml", nested(4)).content
    names = "".join(f"name{i}: *units\n" for i in range(30))
    assert accepted("a.yaml", f"units: &units [{', '.join(f'unit{i}' for i in range(60))}]\n{names}").content


def test_aliases_that_nest_are_a_finding() -> None:
    levels = [f"a{i}: &a{i} {'[' * 90}*a{i - 1}{']' * 90}\n" for i in range(1, 30)]
    assert [row[0] for row in rejected("a.yaml", "a0: &a0 [x]\n" + "".join(levels))] == ["nesting-depth"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.sampled_from([None, 1]))
def test_a_place_is_where_the_value_stands(value: JSON, indent: int | None) -> None:
    source = accepted("a.json", json.dumps(value, indent=indent))
    assert source.content == value
    decoder = json.JSONDecoder()
    lines = source.text.split("\n")
    pending: list[tuple[str, JSON]] = [("", value)]
    while pending:
        pointer, inner = pending.pop()
        start = place(source, pointer)
        assert decoder.raw_decode("\n".join(lines[start.line - 1 :]), start.column - 1)[0] == inner
        members = enumerate(inner) if isinstance(inner, list) else inner.items() if isinstance(inner, dict) else ()
        pending.extend((f"{pointer}/{str(k).replace('~', '~0').replace('/', '~1')}", v) for k, v in members)


JSON_TEXT = '{\r\n  "x": {"y/z": [10,\n  20]},\n "~": 3}'
YAML_TEXT = "# c\nx:\n  y/z: [10,\n    20]\n'~': 3\n"
PLACES = [
    ("", False, (1, 1), (2, 1)),
    ("/x", False, (2, 8), (3, 3)),
    ("/x", True, (2, 3), (2, 1)),
    ("/x/y~1z/1", False, (3, 3), (4, 5)),
    ("/x/y~1z/1", True, (3, 3), (4, 5)),
    ("/x/y~1z/01", False, (2, 16), (3, 8)),
    ("/x/no/way", True, (2, 3), (2, 1)),
    ("/~0", True, (4, 2), (5, 1)),
    ("/nope", False, (1, 1), (2, 1)),
]


@pytest.mark.parametrize(("pointer", "key", "in_json", "in_yaml"), PLACES)
def test_places_of_keys_values_and_what_is_not_there(
    pointer: str, key: bool, in_json: tuple[int, int], in_yaml: tuple[int, int]
) -> None:
    for path, text, expected in (("a.json", JSON_TEXT, in_json), ("a.yaml", YAML_TEXT, in_yaml)):
        start = place(accepted(path, text), pointer, key=key)
        assert (start.file, start.line, start.column, start.pointer) == (path, *expected, pointer)


def test_a_value_without_a_file_has_a_text_and_places() -> None:
    source = from_value("https://example.org/s", {"a": [1]})
    assert json.loads(source.text) == source.content
    assert place(source, "/a/0").line == 3


@pytest.mark.parametrize(
    ("value", "rule", "pointer"),
    [
        ({"const": 10**5000}, "number-range", "/const"),
        ({"maximum": float("inf")}, "number-range", "/maximum"),
        ({"enum": [1, float("nan")]}, "number-range", "/enum/1"),
        ({"const": (1, 2)}, "json-syntax", "/const"),
        ({"a/b": {1: 2}}, "json-syntax", "/a~1b"),
        ({"const": b"bytes"}, "json-syntax", "/const"),
    ],
)
def test_a_value_that_no_file_could_hold_is_a_finding(value: Any, rule: str, pointer: str) -> None:
    with pytest.raises(Rejected) as caught:
        from_value("a.json", value)
    assert [(finding.rule.id, finding.place.pointer) for finding in caught.value.findings] == [(rule, pointer)]


@pytest.mark.parametrize("extra", [0, 1])
def test_the_depth_limit_counts_values_too(extra: int) -> None:
    value: JSON = {}
    for _ in range(loader.MAX_DEPTH - 1 + extra):
        value = {"a": value}
    if not extra:
        assert from_value("a.json", value).content == value
        return
    with pytest.raises(Rejected) as caught:
        from_value("a.json", value)
    assert [finding.rule.id for finding in caught.value.findings] == ["nesting-depth"]


def test_a_folder_is_read_in_code_point_order_without_hidden_files(tmp_path: Path) -> None:
    for path in (
        "b.json",
        "a.schema.JSON",
        "Z.yml",
        "é.yaml",
        "n/m/x.json",
        "n.json",
        ".h.json",
        ".d/x.json",
        "read.me",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}")
    sources, findings = load_folder(tmp_path)
    assert findings == ()
    assert [source.path for source in sources] == sorted(source.path for source in sources)
    assert {s.path for s in sources} == {"b.json", "a.schema.JSON", "Z.yml", "é.yaml", "n/m/x.json", "n.json"}
    assert folder_digests(tmp_path) == {source.path: source.digest for source in sources}


def test_all_findings_of_a_folder_come_at_once(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "schema"
    outside.mkdir()
    (folder / "real").mkdir(parents=True)
    (outside / "o.json").write_text("{}")
    (folder / "real" / "ok.json").write_text("{}")
    (folder / "bom.json").write_bytes(b'\xef\xbb\xbf{"a": NaN}')
    (folder / "latin.json").write_bytes(b'{\n "a": "\xe9"}')
    (folder / "utf16.json").write_bytes('{"a": 1}'.encode("utf-16"))
    (folder / "utf16-be.json").write_bytes('{"a": 1}'.encode("utf-16-be"))
    (folder / "utf32.json").write_bytes('{"a": 1}'.encode("utf-32-le"))
    (folder / "bad\n.json").write_text("{}")
    os.mkfifo(folder / "fifo.json")
    (folder / "out.json").symlink_to(outside / "o.json")
    (folder / "away").symlink_to(outside)
    (folder / "again").symlink_to(folder / "real")
    (folder / "nowhere.json").symlink_to("missing")
    (folder / "fine.json").symlink_to("real/ok.json")
    with (folder / "big.json").open("wb") as big:
        big.truncate(loader.MAX_BYTES + 1)
    sources, findings = load_folder(folder)
    assert [source.path for source in sources] == ["fine.json", "real/ok.json"]
    assert [(Path(f.place.file).name, f.rule.id, f.place.line, f.place.column) for f in findings] == [
        ("again", "file-link", 0, 0),
        ("away", "file-link", 0, 0),
        ("bad\n.json", "file-name", 0, 0),
        ("big.json", "file-size", 0, 0),
        ("bom.json", "byte-order-mark", 1, 1),
        ("bom.json", "number-range", 1, 7),
        ("fifo.json", "file-kind", 0, 0),
        ("latin.json", "encoding", 2, 8),
        ("nowhere.json", "file-link", 0, 0),
        ("out.json", "file-link", 0, 0),
        ("utf16-be.json", "encoding", 1, 1),
        ("utf16.json", "encoding", 1, 1),
        ("utf32.json", "encoding", 1, 1),
    ]
    assert folder_digests(folder) is None


def test_a_byte_order_mark_hides_nothing_of_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"$ref": 1}')
    (source,), (finding,) = load_folder(tmp_path)
    assert (source.content, finding.rule) == ({"$ref": 1}, loader.BYTE_ORDER_MARK)


def test_a_link_loop_and_a_link_to_the_folder_end(tmp_path: Path) -> None:
    (tmp_path / "self").symlink_to(tmp_path)
    (tmp_path / "x.json").symlink_to("x.json")
    _, findings = load_folder(tmp_path)
    assert {f.rule.id for f in findings} == {"file-link"}
    assert len(findings) == 2


def test_a_socket_and_a_device_are_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.json")
        assert [f.rule.id for f in load_folder(Path())[1]] == ["file-kind"]
    assert [f.rule.id for f in load_file(Path("/dev/zero"))[1]] == ["file-kind"]


def test_a_name_that_is_not_unicode_is_a_finding(tmp_path: Path) -> None:
    if sys.platform == "darwin":
        pytest.skip("this file system refuses such names itself")
    (tmp_path / os.fsdecode(b"\xff.json")).write_text("{}")
    assert [f.rule.id for f in load_folder(tmp_path)[1]] == ["file-name"]


def test_what_can_not_be_read_is_a_finding_of_exit_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.json").write_text("{}")
    monkeypatch.setattr(os, "open", refuse)
    _, (finding,) = load_file(tmp_path / "a.json")
    assert (finding.rule.id, finding.rule.exit_code) == ("file-unreadable", 2)
    assert "Permission denied" in finding.message


def test_a_folder_that_is_missing_no_folder_or_empty_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name, expected in (("missing", "folder-missing"), ("file", "folder-missing"), ("empty", "folder-empty")):
        sources, findings = load_folder(tmp_path / name)
        assert (sources, [f.rule.id for f in findings]) == ((), [expected])
    assert load_folder(tmp_path / "empty", public=False) == ((), ())


def test_two_files_with_one_module_name_are_a_finding(tmp_path: Path) -> None:
    for name in ("a-b.json", "a_b.yaml", "c.json"):
        (tmp_path / name).write_text("{}")
    _, findings = load_folder(tmp_path)
    assert [(Path(f.place.file).name, f.rule.id) for f in findings] == [("a_b.yaml", "module-clash")]
    assert "a-b.json" in findings[0].message
    assert load_folder(tmp_path, public=False)[1] == ()


MODULE_NAMES = {
    "runtime-job.schema.json": "runtime_job",
    "session.json": "session",
    "a/b-c.yaml": "a_b_c",
    "3d.json": "schema_3d",
    "😀.json": "u1f600",
    "größe.yml": "gro_u00df_e",
    "naïve.json": "naive",
    "class.json": "class_",
    "RuntimeJob.json": "runtime_job",
    "HTTPServer.json": "http_server",
    "schema.json": "schema",
    "-.json": "schema",
    "_x_.json": "x",
    "con.json": "con_",
    "annotations.json": "annotations_",
    "None.json": "none",
    "v1.2.json": "v1_2",
}


@pytest.mark.parametrize(("path", "name"), MODULE_NAMES.items())
def test_module_names(path: str, name: str) -> None:
    assert module_name(path) == name


@given(st.text())
def test_every_module_name_is_a_public_identifier(stem: str) -> None:
    name = module_name(f"{stem}.json")
    assert name.isidentifier() and name.isascii() and name == name.lower()
    assert not name.startswith("_") and not keyword.iskeyword(name) and name not in module_names.RESERVED_MODULES


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_a_source_or_findings(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.json", "a.yaml"):
        (folder / name).write_bytes(data)
        source, findings = load_file(folder / name)
        marked = [finding.rule for finding in findings] == [loader.BYTE_ORDER_MARK]
        assert (source is None) == (bool(findings) and not marked)


def test_yaml_is_not_imported_for_json() -> None:

    program = "import sys; from codegen.source.loader import load_text; load_text('a.json', '{}')"
    program += "; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
