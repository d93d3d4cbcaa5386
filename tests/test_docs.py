"""Tests of the docs artifact: every keyword is in words, every link leads somewhere, no schema text is markup."""

from __future__ import annotations

import copy
import difflib
import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote
from xml.etree import ElementTree

import markdown
import pytest
import yaml
from hypothesis import example as this_too
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

import codegen
from codegen.app import pipeline
from codegen.app.artifact_toml import read_artifact
from codegen.app.config import read_config
from codegen.app.settings import defaults
from codegen.artifacts.docs import leaves
from codegen.artifacts.docs.examples import example
from codegen.artifacts.docs.keywords import KEYWORDS, ON_THE_PAGE, Words
from codegen.artifacts.docs.usage import annotation
from codegen.compiler.analysis import Analysis
from codegen.escapes import markdown as escapes
from codegen.ir import JSON, ClassShape, EnumShape, FieldShape, Location, Package
from codegen.render.templates import BUNDLED, render
from codegen.schema.dialects import DIALECTS, DRAFT_4, DRAFT_7, DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.schema.vocabulary import ENTRIES
from codegen.source import loader, module_names
from codegen.validation import examples
from codegen.validation.validator import reporters

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "tests/cases/gallery/schema"
EXTENSIONS = ["tables", "fenced_code", "attr_list", "toc", "def_list", "admonition", "footnotes", "abbr", "md_in_html"]
COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
Schemas = dict[str, Any]


def package(schemas: Schemas, *, dialect: str = DRAFT_2020_12, shown: bool = False) -> Package:
    sources = []
    for path, schema in schemas.items():
        source, findings = loader.load_text(path, schema if isinstance(schema, str) else json.dumps(schema, indent=2))
        assert source is not None, findings
        sources.append(source)
    made = resolve(sources, dialect=dialect, lookup=lambda uri: None)
    roots = [document.location for document in made.documents if document.public]
    reporters_of = reporters(made, Analysis(made.subschemas, made.resources), roots) if shown else {}
    shown_examples, _ = examples.made(made, reporters_of, examples.maker(made))
    return Package("models", made.documents, made.subschemas, {}, {}, examples=shown_examples)


def printed(made: Package, **chosen: Any) -> dict[str, str]:
    panel = read_artifact(BUNDLED / "docs")
    return {file.path: file.text for file in render(made, [panel], {"docs": {**defaults(panel.settings), **chosen}})}


def page(schema: Any, **chosen: Any) -> str:
    return words(printed(package({"it.json": schema}), **chosen)["docs/it.md"])


def words(text: str) -> str:
    """Return a page without its last sections, which show the model's use and the schema itself."""
    return text.partition("\n## Use\n")[0]


@cache
def gallery() -> dict[str, str]:
    return {path.relative_to(GALLERY).as_posix(): path.read_text() for path in sorted(GALLERY.rglob("*.json"))}


@cache
def gallery_printed() -> tuple[Schemas, dict[str, str]]:
    """Return the schemas of the gallery, and all that is printed of them."""
    schemas = {path: json.loads(text) for path, text in gallery().items()}
    return schemas, printed(package(schemas))


# Every keyword


def test_every_keyword_of_every_dialect_is_worded() -> None:
    assert ENTRIES.keys() == {*KEYWORDS, *ON_THE_PAGE}
    assert not KEYWORDS.keys() & ON_THE_PAGE.keys()


# What is kept of leaves

FIELD: JSON = {"type": ["array", "string"], "items": {"type": "string", "format": "odd", "$comment": "c"}, "x-own": 1}
LIKE: Schemas = {
    "plain.json": {"properties": {"a": FIELD, "b": FIELD}, "required": ["b"]},
    "referred.json": {"properties": {"a": FIELD, "b": {"$ref": "#/properties/a/items"}}},
    "referred_to.json": {"properties": {"b": {"$ref": "plain.json#/properties/a"}, "a": {"title": "t", **FIELD}}},
    "in_place.json": {"type": "string", "allOf": [FIELD, {"minLength": 3}], "minLength": 3},
    "names.json": {"propertyNames": {"minLength": 3}, "properties": {"a": {"minLength": 3}}},
    "definition.json": {"$defs": {"A": {"minLength": 3}}, "properties": {"a": {"$ref": "#/$defs/A"}}},
    "older.json": {"$schema": DRAFT_4, "properties": {"a": {"minimum": 1, "exclusiveMinimum": True}}},
    "newer.json": {"properties": {"a": {"minimum": 1}, "b": {"minimum": True}, "c": {"minimum": 1.0}}},
    "objects.json": {"properties": {"a": {"properties": {"b": {}}, "required": ["b"]}, "c": {"required": ["b"]}}},
    "values.json": {"properties": {"a": {"const": 1}, "b": {"const": True}, "c": {"const": 1.0}, "d": {"const": "1"}}},
    "large.json": {"properties": {"a": {"const": 10**300}, "b": {"default": [*range(60)]}}},
}


@pytest.mark.parametrize("comments", [True, False])
@pytest.mark.parametrize("schemas", [gallery(), LIKE], ids=["gallery", "like"])
def test_what_is_kept_of_leaves_changes_no_page(
    schemas: Schemas, comments: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = package(schemas)
    hints = frozenset(at for at in made.subschemas if at.document.endswith("plain.json"))
    every = [made, replace(made, hints=hints), made]
    kept = [printed(each, comments=comments) for each in every]
    monkeypatch.setattr(leaves, "leaf", lambda words, location: "")
    assert kept == [printed(each, comments=comments) for each in every]


def test_the_words_of_like_fields_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    field = {"type": "string", "minLength": 3, "title": "only this test has it"}
    worded, word = [], KEYWORDS["minLength"]

    def counting(words: Words, subschema: Any, keyword: Any) -> Any:
        worded.append(subschema.location)
        return word(words, subschema, keyword)

    monkeypatch.setitem(cast("dict[str, Any]", KEYWORDS), "minLength", counting)
    schemas = {f"{name}.json": {"properties": dict.fromkeys("abcdef", field)} for name in "xyz"}
    pages = printed(package(schemas))
    assert len(worded) == 2  # in its section, and in the table
    assert all(pages[f"docs/{name}.md"].count("t least 3 characters") == 12 for name in "xyz")


TRANSLATED = {"definitions", "dependencies"}
KEYWORDS_2020 = sorted(DIALECTS[DRAFT_2020_12].keywords.keys() - TRANSLATED)


def occurrences(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*way, key)
            yield from occurrences(item, (*way, key))


def without(schema: Any, way: tuple[str | int, ...]) -> Any:
    made = copy.deepcopy(schema)
    above = made
    for key in way[:-1]:
        above = above[key]
    del above[way[-1]]
    return made


@pytest.mark.parametrize("keyword", KEYWORDS_2020)
def test_what_the_gallery_says_with_a_keyword_is_shown(keyword: str) -> None:
    schemas, whole = gallery_printed()
    path, way = next(
        (path, way)
        for path, schema in schemas.items()
        for way in occurrences(schema)
        if way[-1] == keyword and (len(way) == 1 or way[-2] not in ("properties", "$defs"))
    )
    if keyword in ("$id", "$defs", "$anchor", "$dynamicAnchor"):
        value = schemas[path]
        for key in way:
            value = value[key]
        shown = words(whole[f"docs/{module_names.module_name(path)}.md"])
        assert all(name in shown for name in ([value] if isinstance(value, str) else value))
        return
    name = f"docs/{module_names.module_name(path)}.md"
    less = printed(package({**schemas, path: without(schemas[path], way)}))
    assert words(whole[name]) != words(less[name])


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string", "minLength": 1}, "- At least 1 character\n"),
        ({"minLength": 2}, "- If a string: at least 2 characters\n"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1.5}, "- More than 0\n- At most 1.5\n"),
        ({"type": "array", "items": {"type": ["string", "null"]}}, "Array of string or null\n"),
        ({"type": "array", "prefixItems": [{}], "items": False}, "- No further items\n"),
        ({"type": "array", "contains": {"type": "null"}, "minContains": 2}, "- At least 2 items are: null\n"),
        ({"type": "array", "contains": True, "minContains": 2, "maxContains": 2}, "- Exactly 2 items are: anything\n"),
        ({"minContains": 2}, "- `minContains` is 2, without effect as there is no `contains`\n"),
        ({"const": None}, "- Always `null`\n"),
        ({"enum": [1, "a|b"]}, '- One of: `1`, `"a|b"`\n'),
        ({"not": {"type": "string"}}, "- Must not be: string\n"),
        ({"type": "object", "not": {"required": ["a"]}}, "- `a` is not allowed\n"),
        ({"type": "object", "additionalProperties": False}, "- No other properties\n"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "- Every other property: integer\n"),
        ({"type": "object", "propertyNames": {"maxLength": 3}}, "- Each property name: at most 3 characters\n"),
        ({"type": "object", "required": ["a", "b"]}, "- `a` and `b` are required\n"),
        ({"dependentRequired": {"a": ["b"]}}, "- If `a` is there: `b` is required\n"),
        ({"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}}, "- Then: `b` is required\n"),
        ({"then": {"type": "null"}}, "- Then, without effect as there is no if: null\n"),
        ({"oneOf": [{"type": "null"}, {"type": "string"}]}, "- Exactly one of:\n    - null\n    - string\n"),
        ({"oneOf": [{"const": 1, "title": "x"}, {"const": 2}]}, "- One of these values:\n    - `1`: x\n    - `2`\n"),
        ({"allOf": [{"const": 1}, {"const": 1.0}]}, "- All of:\n    - always `1`\n    - always `1.0`\n"),
        ({"allOf": [{"type": "string", "maxLength": 1}]}, "- Also: string; at most 1 character\n"),
        ({"contentEncoding": "base64", "type": "string"}, "- Holds data, encoded as `base64`\n"),
        ({"format": "uuid", "type": "string"}, "- Format `uuid`: a UUID (RFC 4122)\n"),
        ({"x-more": {"a": 1}}, '- `x-more`: `{"a": 1}`\n'),
        ({"$comment": "why"}, "- Comment for those who work on the schema: why\n"),
        (True, "Anything\n"),
        (False, "Nothing (never allowed)\n"),
    ],
)
def test_words(schema: Any, text: str) -> None:
    assert text in page(schema)


FORMATS = {
    "uuid, draft 7": ("http://json-schema.org/draft-07/schema#", "uuid", "assert", False),
    "uuid, 2019-09": ("https://json-schema.org/draft/2019-09/schema", "uuid", "assert", True),
    "date, draft 4": ("http://json-schema.org/draft-04/schema#", "date", "assert", False),
    "date, draft 7": ("http://json-schema.org/draft-07/schema#", "date", "assert", True),
    "date-time, draft 4": ("http://json-schema.org/draft-04/schema#", "date-time", "assert", True),
    "duration, draft 7": ("http://json-schema.org/draft-07/schema#", "duration", "assert", False),
    "no format of JSON Schema": (DRAFT_2020_12, "password", "assert", False),
    "annotation only": (DRAFT_2020_12, "date-time", "annotate", False),
}


@pytest.mark.parametrize(("dialect", "name", "formats", "holds"), FORMATS.values(), ids=FORMATS)
def test_a_format_is_explained_only_where_it_holds(
    tmp_path: Path, dialect: str, name: str, formats: str, holds: bool
) -> None:
    (tmp_path / "schema").mkdir()
    it = {"type": "string", "format": name}
    content = {"$schema": dialect, "type": "object", "properties": {"it": it, "list": {"type": "array", "items": it}}}
    (tmp_path / "schema" / "a.json").write_text(json.dumps(content))
    (tmp_path / "pyproject.toml").write_text(f'[tool.triptych]\nformats = "{formats}"\n')
    made = pipeline.generate(read_config(cwd=tmp_path))
    shown = made["docs/a.md"].partition("## JSON Schema")[0]
    assert (f"string ({name})" in shown) is holds
    assert ("an annotation, which is not validated" in shown) is not holds
    decides = not codegen.compile_schema(content, formats=formats).is_valid({"it": "none of them"})  # type: ignore[arg-type]
    assert decides is holds


def test_a_property_has_its_type_and_its_marks_on_one_line() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "readOnly": True, "deprecated": True, "maxLength": 3}},
        "required": ["a"],
    }
    shown = page(schema)
    assert "| [`a`](#/properties/a), required | string | Deprecated. Read-only. At most 3 characters. |\n" in shown
    assert '### `a` <a id="/properties/a"></a>\n\nString, **required**, **deprecated**, **read-only**\n' in shown


def test_comments_can_be_left_out() -> None:
    assert "why" not in page({"$comment": "why"}, comments=False)


def test_the_words_of_older_dialects_are_those_of_2020() -> None:
    old = {"items": [{"type": "string"}], "additionalItems": False, "definitions": {"a": {"type": "null"}}}
    shown = words(printed(package({"it.json": old}, dialect=DRAFT_7))["docs/it.md"])
    assert "    - Item 1: string\n- If an array: no further items\n" in shown
    assert '## `a` <a id="/definitions/a"></a>\n' in shown
    bound = {"minimum": 1, "exclusiveMinimum": True, "type": "number"}
    assert "- More than 1\n" in printed(package({"it.json": bound}, dialect=DRAFT_4))["docs/it.md"]


def test_what_only_a_reference_reaches_is_described() -> None:
    shown = page({"$ref": "#/parts/a", "parts": {"a": {"type": "string", "title": "Part"}}})
    assert "[Part](#/parts/a)\n" in shown
    assert '## Part <a id="/parts/a"></a>\n' in shown


def test_a_reference_to_what_has_no_page_shows_the_uri() -> None:
    assert "`https://json-schema.org/draft/2020-12/schema`\n" in page({"$ref": DRAFT_2020_12})


# The session, and the page that it replaces


def session() -> Package:
    made = package({"session.json": (ROOT / "schema/session.json").read_text()})
    root = made.documents[0].location
    properties = made.subschemas[root].keywords["properties"].schemas
    fields = tuple(FieldShape(n, n, location, n == "id", "str") for n, location in properties)
    state = root / "properties" / "state"
    shapes = {root: ClassShape(root, "Session", fields), state: EnumShape(state, "SessionState", (("OPEN", "open"),))}
    return Package("models", made.documents, made.subschemas, shapes, {})


CATALOGUE = [
    ("id", "string", "Session identifier."),
    ("mode", "string", "Execution mode for the session."),
    ("interactive_timeout", "integer", ""),
    ("created_at", "string", ""),
    ("accepting_jobs", "boolean", ""),
    ("elapsed_time", "number", "Elapsed quantum compute time in seconds."),
]


def test_the_session_has_what_a_catalogue_shows() -> None:
    text = printed(session())["docs/session.md"]
    assert text.startswith("# IBM Quantum Runtime Session\n")
    for name, type_, description in CATALOGUE:
        assert re.search(rf"\| \[`{name}`\]\(#/properties/{name}\).* \| {type_}.* \| {description} \|\n", text)
    source = (ROOT / "schema/session.json").read_text()
    assert f"[`session.json`](schemas/session.json)\n\n```json\n{source.rstrip()}\n```\n" in text


def test_the_python_example_uses_the_class() -> None:
    text = printed(session())["docs/session.md"]
    assert (
        "```python\nfrom models.session import Session\n\nsession = Session.from_json(text)\nsession.id  # str\n"
        in text
    )
    assert "- In Python: the enum `SessionState` with `OPEN`\n" in text
    assert "- In Python: `Session.mode`, `str`\n" in text


def test_a_document_without_a_class_is_used_by_its_module() -> None:
    text = printed(package({"it.json": {"type": "string"}}))["docs/it.md"]
    assert "from models import it\n\nvalue = it.loads(text)\n" in text


def test_an_inserted_property_adds_lines_and_changes_none() -> None:
    schema = json.loads((ROOT / "schema/session.json").read_text())
    before = page(schema)
    schema["properties"] = {"new": {"type": "string", "description": "x" * 200}, **schema["properties"]}
    changes = list(difflib.ndiff(before.splitlines(), page(schema).splitlines()))
    assert not [line for line in changes if line.startswith("- ")]
    assert len([line for line in changes if line.startswith("+ ")]) < 10


# Files and links


def test_every_file_of_the_gallery() -> None:
    files = printed(package(gallery()), title="The gallery")
    assert set(files) == {
        "mkdocs.yml",
        "theme/main.html",
        "docs/assets/site.css",
        "docs/assets/site.js",
        "docs/index.md",
        "docs/llms.txt",
        *(f"docs/diagrams/{name}.svg" for name in ("gallery", "people")),
        *(f"docs/{name}.md" for name in ("gallery", "people", "sub_dialect", "sub_tree")),
        *(f"docs/schemas/{path}" for path in gallery()),
    }
    assert all(files[f"docs/schemas/{path}"] == text for path, text in gallery().items())
    assert files["docs/index.md"].startswith(
        "# The gallery\n\n- [Exhibition](gallery.md): An exhibition in a gallery.\n"
    )
    assert "- [Person](people.md)" not in files["docs/llms.txt"]
    assert "- [People](people.md): A list of people.\n" in files["docs/llms.txt"]


class _Dom(HTMLParser):
    """What a browser would see: elements with their attributes' names, ids, links, and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *sorted(name for name, _ in attrs if not (tag[0] == "h" and name == "id"))))
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"] or "")
        if "href" in values:
            self.links.append(values["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment",))

    def handle_decl(self, decl: str) -> None:
        self.elements.append(("declaration",))

    def handle_pi(self, data: str) -> None:
        self.elements.append(("instruction",))

    def handle_data(self, data: str) -> None:
        self.text += data


@cache
def doms(text: str) -> tuple[_Dom, _Dom]:
    """Return a page as two readers see it."""
    return _Dom(COMMONMARK.render(text)), _Dom(markdown.markdown(text, extensions=EXTENSIONS))


def assert_links_lead_somewhere(files: dict[str, str]) -> None:
    read = {path: doms(text) for path, text in files.items() if path.endswith((".md", ".txt"))}
    for renderer in (0, 1):
        pages = {path: both[renderer] for path, both in read.items()}
        for path, dom in pages.items():
            assert len(dom.ids) == len(set(dom.ids)), path
            for href in dom.links:
                file, _, fragment = href.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(file))) if file else path
                assert target in files, (path, href)
                assert not fragment or unquote(fragment) in pages[target].ids, (path, href)


@pytest.mark.parametrize("limit", [400, 5])
def test_every_link_of_the_gallery_leads_somewhere(limit: int) -> None:
    assert_links_lead_somewhere(printed(package(gallery()), page_limit=limit))


def test_a_big_document_is_split_by_definition() -> None:
    schema = {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/a"}, "a": {"$ref": "#"}, "index": {}, "a/ü|": True}}
    files = printed(package({"it.json": schema}), page_limit=3)
    pages = [path for path in files if path.startswith("docs/it/")]
    assert pages == ["docs/it/a.md", "docs/it/a_2.md", "docs/it/a_u.md", "docs/it/index_2.md"]
    assert "## Definitions\n\n- [`A`](it/a.md)\n" in files["docs/it.md"]
    assert files["docs/it/a_2.md"].startswith("# `a`\n\nDefinition `a`: [`it`](../it.md)\n")
    assert_links_lead_somewhere(files)


def crowd(names: list[str]) -> Schemas:
    member = {"type": "object", "title": "One", "properties": {"x": {"description": "An x."}}}
    below = {name: {"$ref": "#/properties/b0"} if name.startswith("c") else member for name in names}
    return {"it.json": {"type": "object", "properties": below, "required": ["b0"]}}


def test_many_properties_are_split_by_how_their_names_begin() -> None:
    names = [*(f"a{number}" for number in range(150)), *(f"b{number}" for number in range(60)), "b0|", "c"]
    files = printed(package(crowd(names)), page_limit=130)
    pages = [path for path in files if path.startswith("docs/it/")]
    assert pages == [*(f"docs/it/a{n}.md" for n in range(10)), "docs/it/b.md", "docs/it/c.md"]
    assert "\n- [`a2\u2026`](it/a2.md): 11 properties\n" in files["docs/it.md"]
    assert "| [`b0`](#/properties/b0), required | object | One |" in files["docs/it/b.md"]
    assert "[One](b.md#/properties/b0)" in files["docs/it/c.md"]
    assert_links_lead_somewhere(files)


def test_a_further_property_leaves_the_other_pages_as_they_are() -> None:
    names = [f"{letter}{number}" for letter in "ab" for number in range(150)]
    one, other = (printed(package(crowd(properties)), page_limit=250) for properties in (names, ["zeta", *names]))
    changed = {path for path in other if one.get(path) != other[path]}
    assert changed == {"docs/it.md", "docs/it/zeta.md", "docs/schemas/it.json"}


def test_a_table_that_a_page_bears_stays_while_the_sections_go() -> None:
    files = printed(package(crowd([f"a{number}" for number in range(60)])), page_limit=50)
    assert "| [`a7`](it/a7.md#/properties/a7) | object | One |" in files["docs/it.md"]
    assert "| Name |" not in files["docs/it/a7.md"].partition("## ")[0]
    assert_links_lead_somewhere(files)


def test_names_that_go_on_and_on_end() -> None:
    files = printed(package(crowd(["b0", *("a" * number for number in range(1, 250))])), page_limit=100)
    assert_links_lead_somewhere(files)


def test_a_long_schema_is_linked_and_not_shown() -> None:
    files = printed(package({"it.json": {"title": "x" * 200}}), raw_limit=100)
    assert "too many to show here" in files["docs/it.md"]
    assert "x" * 200 in files["docs/schemas/it.json"]


def test_pages_that_a_site_builder_would_take_for_others_get_another_name() -> None:
    files = printed(package({"index.json": {}, "README.json": {}, "a b(1)%.json": {}}))
    assert {"docs/index_2.md", "docs/readme_2.md", "docs/a_b_1.md"} <= files.keys()
    assert_links_lead_somewhere(files)


def test_anchors_of_different_pointers_differ() -> None:
    names = ["a b", "a~x20b", "a/b", "a~b", "a~1b", "A b", "ä", "a%20b", "", "~0", "$x", '"', "\u202e", "\\u202e"]
    schema = {"properties": {name: {} for name in names}, "$defs": {name: {} for name in names}}
    files = printed(package({"it.json": schema}))
    assert_links_lead_somewhere(files)
    assert len([i for i in doms(files["docs/it.md"])[0].ids if i.startswith("/")]) == 2 * len(names)


def test_recursion_and_depth_end() -> None:
    deep: dict[str, Any] = {"$ref": "#"}
    for _ in range(60):
        deep = {"items": {"anyOf": [deep, {"properties": {"x": {"$ref": "#"}}}]}}
    files = printed(package({"it.json": deep}))
    assert_links_lead_somewhere(files)
    # Every anyOf has its own words: nothing was cut off.
    assert words(files["docs/it.md"]).count("ny of (at least one)") == 60


# No schema text becomes markup

NASTY = [
    *("<b>", "</p>", "<script>", "<!--", "-->", "<?", "<![CDATA[", "</", "<", ">", "&amp;", "&#60;", "&"),
    *("`", "```", "~~~", "*", "**", "_", "__", "~~", "[", "]", "](x)", "[a]: b", "[^1]:", "*[a]: ", "![", "(", ")"),
    *("#", "# ", "## ", "- ", "+ ", "1. ", "1) ", "> ", "---", "===", "|", "|-|", ":---", ": ", "!!! a", "??? a"),
    *("/// a", "{: #a }", "{#a}", "{{ x }}", "{%", "\\", "\\\\", "\\`", "\n", "\n\n", "\r\n", "\t", "    ", "  \n"),
    *(" ", "$", "$$", ":a:", "\x02", "\x03", "\x00", "\x0b", "\u2028", "\u202e", "\ud800", "\u00a0", "\u3000"),
    *("https://a.example", "<https://a.example>", "a@b.example", "klzzwxh:0000", "wzxhzdk:0", "[TOC]", "--8<--"),
    *("\u200d", "'", '"', "=", "^", "@x", "%", "w", "é", "1"),
]
FIRST = [
    "<",
    ">1",
    "`",
    "|",
    "- a",
    "-",
    "+",
    "1.",
    "1)",
    "# a",
    "=",
    "a\n=",
    "a\n-",
    "| a |\n|---|",
    "[a](b)",
    "![a](b)",
]
HOSTILE = st.lists(st.one_of(st.sampled_from(NASTY), st.characters()), max_size=8).map("".join)


def twin(text: str) -> str:
    """Return a harmless text with the same lines."""
    return "".join(character if character.isspace() else "w" for character in text)


def spots(text: str) -> dict[str, Any]:
    """Return a schema that has the text wherever a text can stand."""
    inner = {"type": "string", "title": text, "description": text, "pattern": text, "default": text, "$comment": text}
    name = re.sub("[\ud800-\udfff]", "", text)
    values = [text + ending for ending in ("", *"abcdef")]  # no two of them are equal, whatever the text is
    return {
        "title": text,
        "description": text,
        "$comment": text,
        "type": "object",
        "properties": {
            name: {**inner, "enum": values, "examples": [text]},
        },
        "patternProperties": {name: {**inner, "format": text + "!", "contentMediaType": text}},
        "oneOf": [{"const": text, "title": text, "description": text}, {"const": "x"}],
        "dependentRequired": {text: [text]},
        "anyOf": [inner, {"properties": {name: inner}, "title": text}],
        "x-" + text: text,
        "default": {"long": [text, "y" * 80]},
        "$defs": {name: {"const": text[:6]}},
    }


def test_no_text_of_a_schema_is_markup_anywhere() -> None:
    assert_no_markup("\n".join(FIRST))


@settings(max_examples=25, deadline=None)
@this_too("]:---")
@given(HOSTILE)
def test_no_text_of_a_schema_is_markup(text: str) -> None:
    assert_no_markup(text)


def assert_no_markup(text: str) -> None:
    hostile, harmless = (printed(package({"it.json": spots(t)})) for t in (text, twin(text)))
    for path in ("docs/it.md", "docs/index.md", "docs/llms.txt"):
        for dom, twin_dom in zip(doms(hostile[path]), doms(harmless[path]), strict=True):
            assert dom.elements == twin_dom.elements
    assert_links_lead_somewhere(hostile)


def visible(text: str) -> str:
    """Return what a reader should see of a text: what has no glyph by its number, spaces and lines as HTML has them."""
    shown = re.sub(r"\r\n?", "\n", text).replace("\t", " ")
    return " ".join(escapes._UNSEEN.sub(escapes._escape, shown).split())


@pytest.mark.parametrize("text", FIRST)
def test_a_text_that_begins_like_markup_reads_as_it_is(text: str) -> None:
    assert_reads_as_it_is(text)


@settings(max_examples=150, deadline=None)
@this_too("]:---")
@given(HOSTILE)
def test_every_text_reads_as_it_is(text: str) -> None:
    assert_reads_as_it_is(text)


def assert_reads_as_it_is(text: str) -> None:
    for escape in (escapes.text, escapes.paragraphs):
        for dom in doms(escape(text)):
            assert "".join(dom.text.split()) == "".join(visible(text).split())
    for dom in doms(escapes.text(text)):
        assert dom.text.split() == visible(text).split()
    for dom in doms(f"x {escapes.codespan(f'a{text}a')} x"):
        code = escapes._UNSEEN.sub(escapes._escape, text).replace("\n", "\\n")
        assert dom.text.rstrip("\n") == f"x a{code}a x"


@settings(max_examples=50, deadline=None)
@this_too("]:---")
@given(HOSTILE)
def test_a_fence_holds_any_text(text: str) -> None:
    made = escapes.fence(text)
    for dom in doms(f"a\n\n{made}\n\nb"):
        assert [name for name, *_ in dom.elements if name[0] != "/"] == ["p", "pre", "code", "p"]


def test_a_description_keeps_its_paragraphs_and_lines() -> None:
    assert escapes.paragraphs("one\ntwo\n \n\n- three") == "one<br>\ntwo\n\n\\- three"


@pytest.mark.parametrize("text", ["GET /v1/sessions/{id} on a_b.", "Light: 5 > 3; (50%), C++ 'x' \"y\" e.g. 1.5 - ok!"])
def test_a_plain_text_stays_as_it_reads(text: str) -> None:
    assert escapes.text(text) == text


def test_a_very_large_integer_has_words() -> None:
    location = Location("x")
    assert location.pointer == ""
    assert "an integer of 40001 bits" in escapes.literal(1 << 40000)


# Examples: only what is valid is shown


def resolved(schema: Any, **others: Any) -> Package:
    return package({"it.json": schema, **others}, shown=True)


def made_example(schema: Any) -> tuple[Any, ...]:
    made = resolved(schema)
    return example(made, made.documents[0].location)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5},
        {"type": "number", "exclusiveMinimum": 0.2, "exclusiveMaximum": 0.4},
        {"type": "string", "pattern": "^[0-9]{4}-[A-Z]{2}$"},
        {"type": "string", "minLength": 8, "maxLength": 9},
        {"type": "string", "examples": [3, "own"]},
        {"enum": ["b", "a"], "not": {"const": "b"}},
        {"type": "array", "items": {"type": "null"}, "minItems": 2},
        {"type": "array", "prefixItems": [True, {"const": 1}], "items": False},
        {"type": "object", "required": ["a"], "properties": {"b": {"default": 2}}},
        {"type": "object", "properties": {"a": False, "b": {"$ref": "#"}}},
        {"allOf": [{"properties": {"a": {"const": 1}}}, {"required": ["a"]}], "type": "object"},
        {"oneOf": [{"type": "string"}, {"const": "string"}]},
    ],
    ids=json.dumps,
)
def test_an_example_is_made_of_what_the_schema_says(schema: Any) -> None:
    (value,) = made_example(schema)
    assert Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("schema", [False, {"type": "integer", "not": {"type": "number"}}], ids=json.dumps)
def test_no_example_is_better_than_one_that_is_wrong(schema: Any) -> None:
    assert made_example(schema) == ()


def test_a_schemas_own_examples_need_no_other() -> None:
    assert printed(resolved({"type": "integer", "examples": [7]}))["docs/it.md"].count("or example:") == 1
    assert "For example:\n\n```json\n" in printed(resolved({"type": "string"}))["docs/it.md"]


# Use: TypeScript and HTTP


def section(text: str, title: str) -> str:
    return text.partition(f"\n### {title}\n")[2].partition("\n## ")[0]


def test_no_value_of_an_enum_is_shown_twice() -> None:
    schema = {"type": "object", "properties": {"a": {"enum": [1, 1.0, True, {"x": 1}, {"x": 1.0}, 1]}}}
    shown = printed(resolved(schema))["docs/it.md"]
    assert '1 | true | { "x": 1; }' in section(shown, "TypeScript")
    assert shown.count("`1`, `true`") >= 1
    assert "`1.0`" not in shown and "`1`, `1`" not in shown and shown.count('`{"x": 1}`') == shown.count("`1`, `true`")


def test_typescript_says_what_types_can_say() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": ["string", "null"], "readOnly": True},
            "b-c": {"enum": ["x", 1]},
            "d": {"type": "array", "items": {"$ref": "#/$defs/E"}},
            "f": {"type": "array", "prefixItems": [{"type": "integer"}], "items": False},
            "g": {"type": "object", "additionalProperties": {"type": "boolean"}},
            "h": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "i": False,
            "j": {"type": "object", "properties": {"k": {"$ref": "#"}}},
        },
        "$defs": {"E": {"allOf": [{"$ref": "#"}, {"type": "object"}]}},
    }
    shown = section(printed(resolved(schema))["docs/it.md"], "TypeScript")
    for line in (
        "export interface It {",
        "  readonly a: string | null;",
        '  "b-c"?: "x" | 1;',
        "  d?: E[];",
        "  f?: [number?];",
        "  g?: Record<string, boolean>;",
        "  h?: string | number;",
        "  i?: never;",
        "  j?: {\n    k?: It;\n  };",
        "export type E = It & Record<string, unknown>;",
    ):
        assert f"\n{line}\n" in shown


OPENAPI = {
    "servers": [{"url": "https://api.example.com/base"}],
    "security": [{"key": []}],
    "security_schemes": {"key": {"type": "http", "scheme": "bearer"}},
    "parameters": {"crn": {"name": "Crn", "in": "header", "required": True, "description": "Of *it*"}},
    "operations": [
        {
            "method": "post",
            "path": "/its/{id}",
            "summary": "Make one",
            "parameters": ["crn", {"name": "dry", "in": "query"}],
            "request": {"schema": "it.json"},
            "responses": {"201": {"description": "Made"}},
        },
        {"method": "get", "path": "/other", "responses": {"200": {"schema": "other.json"}}},
    ],
}


def test_an_operation_is_on_the_page_of_its_schema() -> None:
    shown = section(printed(resolved({"type": "integer"}), openapi=OPENAPI)["docs/it.md"], "HTTP")
    request = "POST /base/its/{id} HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer <token>\nCrn: <value>\n"
    assert f"```http\n{request}Content-Type: application/json\n\n1\n```\n" in shown
    assert (
        "- `Crn` in the header, required: Of \\*it\\*\n- `dry` in the query, optional\n- Response `201`: Made" in shown
    )
    assert "/other" not in shown


# The diagram and the site


def svg(schemas: Schemas) -> ElementTree.Element:
    return ElementTree.fromstring(printed(package(schemas))["docs/diagrams/it.svg"])


def test_the_diagram_tells_and_draws_every_reference() -> None:
    schema = {"title": "<T>", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"items": {"$ref": "#"}}}}
    drawn = svg({"it.json": schema})
    space = "{http://www.w3.org/2000/svg}"
    assert [text.text for text in drawn.iter(f"{space}text")] == ["<T>", "A"]
    assert drawn.findtext(f"{space}desc") == "<T> refers to A. A refers to <T>."
    kinds = [path.get("class") for path in drawn.iter(f"{space}path")]
    assert kinds == ["lead", "arc", "tip"]
    assert [box.get("data-page") for box in drawn.iter(f"{space}g")] == ["it.md", "it.md#/$defs/A"]


def test_no_diagram_where_there_is_nothing_to_see() -> None:
    assert "docs/diagrams/it.svg" not in printed(resolved({"type": "string"}))
    many = {"anyOf": [{"$ref": f"#/$defs/{n}"} for n in range(60)], "$defs": {str(n): {} for n in range(60)}}
    assert "docs/diagrams/it.svg" not in printed(resolved(many))


@settings(max_examples=25, deadline=None)
@this_too("]:---")
@given(HOSTILE)
def test_no_text_breaks_the_diagram(text: str) -> None:
    drawn = svg({"it.json": {"title": text, "items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"title": text}}}})
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} == set(
        "svg title desc style path g rect text".split()
    )


def test_the_sites_configuration_names_every_document() -> None:
    made = yaml.safe_load(printed(package(gallery()), title="A: <b> & {{ c }}")["mkdocs.yml"])
    assert made["site_name"] == "A: &lt;b&gt; &amp; {{ c }}"
    assert made["nav"] == ["index.md", "gallery.md", "people.md", {"sub": ["sub_dialect.md", "sub_tree.md"]}]
    assert made["theme"]["font"] is False


def test_a_menu_of_many_documents_is_grouped() -> None:
    made = yaml.safe_load(
        printed(package({f"{letter}{n}.json": {} for letter in "ab" for n in range(40)}))["mkdocs.yml"]
    )
    assert [list(group) for group in made["nav"][1:]] == [["a\u2026"], ["b\u2026"]]


def test_a_type_of_another_module_has_its_public_name() -> None:
    field = FieldShape("a", "a", Location("x"), True, "_it.A | _model_.D | _absent.B | Literal['_it.'] | x._it.C")
    made = package({"it.json": {}, "model.json": {}})
    assert annotation(made, field) == "it.A | model.D | B | Literal['_it.'] | x._it.C"
