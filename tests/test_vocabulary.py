"""The vocabulary: its rows against the published metaschemas, who knows of them, and what a row more would do."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema_specifications import REGISTRY

from codegen.ir import JSON
from codegen.runtime import _pydantic_hooks
from codegen.schema import vocabulary
from codegen.schema.dialects import DIALECTS, VOCABULARIES, VOCABULARY_2019, VOCABULARY_2020
from codegen.schema.vocabulary import (
    ARRAY,
    DRAFT_4,
    DRAFT_6,
    DRAFT_7,
    DRAFTS,
    ENTRIES,
    OBJECT,
    ONE,
    ROWS,
    WRITTEN,
    Coverage,
    Entry,
    Role,
    UnknownKeywordError,
    Value,
)

ROOT = Path(__file__).parent.parent
CODEGEN = ROOT / "codegen"

# The rows


def test_every_row_has_a_name_of_its_own_and_drafts_that_follow_each_other() -> None:
    assert len(WRITTEN) == len(ROWS)
    assert all(entry.drafts for entry in ROWS)
    assert {name for entry in ROWS for name in (*entry.read_as, *filter(None, [entry.read_by]))} <= ENTRIES.keys()


def properties(uri: str) -> dict[str, Any]:
    return dict(REGISTRY.contents(uri)["properties"])


# The keywords of which the metaschema of a draft says nothing, though its specification has them.
FORGOTTEN = {DRAFT_4: {"$ref"}, DRAFT_6: set[str](), DRAFT_7: {"writeOnly"}}


@pytest.mark.parametrize("draft", FORGOTTEN)
def test_a_draft_has_the_keywords_that_its_metaschema_describes(draft: str) -> None:
    assert DIALECTS[draft].keywords.keys() - FORGOTTEN[draft] == properties(draft).keys()


# Kept from before by the metaschema of the whole draft, not by one of its vocabularies.
FROM_BEFORE = {"definitions", "dependencies"}


@pytest.mark.parametrize(
    "uri", [uri for uri in VOCABULARIES if uri != f"{VOCABULARY_2020}format-assertion"], ids=lambda uri: uri[-30:]
)
def test_a_vocabulary_has_the_keywords_that_its_metaschema_describes(uri: str) -> None:
    described = properties(uri.replace("/vocab/", "/meta/")).keys()
    assert VOCABULARIES[uri].keys() - FROM_BEFORE == described - FROM_BEFORE


def test_all_drafts_and_vocabularies_are_there() -> None:
    assert set(DIALECTS) == set(DRAFTS)
    assert {uri.rpartition("/")[0] + "/" for uri in VOCABULARIES} == {VOCABULARY_2019, VOCABULARY_2020}


def form_of(described: Any) -> Any:
    """Return the form of subschemas that a metaschema of 2020-12 describes for a keyword."""
    if described == {"$dynamicRef": "#meta"}:
        return ONE
    if described == {"$ref": "#/$defs/schemaArray"}:
        return ARRAY
    return OBJECT if '"$dynamicRef": "#meta"' in json.dumps(described) else None


DESCRIBED = {
    name: described
    for uri in VOCABULARIES
    if uri.startswith(VOCABULARY_2020) and not uri.endswith("assertion")
    for name, described in properties(uri.replace("/vocab/", "/meta/")).items()
}


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_the_values_of_a_keyword_are_what_the_metaschema_says(name: str) -> None:
    assert WRITTEN[name].form == form_of(DESCRIBED[name])
    assert (WRITTEN[name].value is Value.COUNT) == ("nonNegativeInteger" in json.dumps(DESCRIBED[name]))


@pytest.mark.parametrize("entry", ROWS, ids=lambda entry: entry.name)
def test_a_row_says_what_its_role_needs(entry: Entry) -> None:
    assert (entry.holds is not None) == (entry.role in (Role.IN_PLACE, Role.ON_PARTS, Role.REFERENCE)) or entry.read_as
    assert entry.form is not None or entry.role not in (Role.IN_PLACE, Role.ON_PARTS, Role.DEFINITIONS) or entry.read_as
    assert re.fullmatch(r"(Core|Validation)(, draft [0-9-]+,)? [0-9.]*[0-9]", entry.section)


# Values with subschemas


NESTED: JSON = {"p": {"a/b": {"type": "string"}, "c": True}, "q": {}}


def test_subschemas_are_found_and_made_anew_by_the_form_of_the_value() -> None:
    form = (*OBJECT, *OBJECT)
    found = dict(vocabulary.below(form, NESTED))
    assert found == {("p", "a/b"): {"type": "string"}, ("p", "c"): True}
    assert [vocabulary.token(way) for way in found] == ["p/a~1b", "p/c"]
    assert vocabulary.rewritten(form, NESTED, lambda way, _: "/".join(way)) == {
        "p": {"a/b": "p/a/b", "c": "p/c"},
        "q": {},
    }
    assert vocabulary.rewritten(ARRAY, [1, 2], lambda way, item: [*way, item]) == [["0", 1], ["1", 2]]
    assert [vocabulary.token(way) for way, _ in vocabulary.below(ONE, {})] == [""]


@pytest.mark.parametrize("value", [None, 1, "a", [[]], {"a": 1}], ids=str)
def test_a_value_of_another_form_has_no_subschemas(value: JSON) -> None:
    assert list(vocabulary.below((*ARRAY, *OBJECT), value)) == []
    assert list(vocabulary.below(None, value)) == []


# Who knows the rows

UNKNOWN = {
    "assertion": Entry("new", Role.ASSERTION, "", ""),
    "in place": Entry("new", Role.IN_PLACE, "", "", form=OBJECT),
    "of parts": Entry("new", Role.ON_PARTS, "", "", form=ONE),
    "reference": Entry("new", Role.REFERENCE, "", ""),
    "identifier": Entry("new", Role.IDENTIFIER, "", ""),
    "annotation": Entry("new", Role.ANNOTATION, "", ""),
}

# Which new rows each reader would complain of; the others it reads by what the row says of itself.
COMPLAINING = {
    "the dialects": "",
    "resolution": "reference, identifier",
    "the compiler": "assertion, in place, of parts, reference",
    "which subschemas are applied to one property or item": "of parts",
    "the types of values": "in place, of parts, reference",
    "the names of classes and enums": "in place, of parts",
    "the examples that are made": "reference",
    "the pages of changes": "",
    "the ways to a changed subschema": "of parts",
    "the keywords that the docs describe": "in place, of parts, reference",
    "the ways between the subschemas of the docs": "assertion, in place, of parts, reference, identifier, annotation",
    "the types that the docs show": "in place, reference",
    "the types of TypeScript": "in place, of parts, reference",
    "the components of OpenAPI": "reference, identifier",
    "what is evaluated, in 3.0": "in place, of parts, reference",
    "the downgrade to 3.0": "in place, of parts, reference",
}


def coverages() -> dict[str, Coverage]:
    """Return what every module says of the rows, by the reader's name."""
    found: dict[str, Coverage] = {}
    for path in sorted(CODEGEN.rglob("*.py")):
        if "vocabulary.cover(" in path.read_text(encoding="utf-8"):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found[module.COVERAGE.reader] = module.COVERAGE
    return found


COVERAGES = coverages()


def test_every_reader_is_in_the_table() -> None:
    assert COVERAGES.keys() == COMPLAINING.keys()


@pytest.mark.parametrize("reader", COMPLAINING)
def test_a_reader_has_every_row_or_says_why_not(reader: str) -> None:
    reasons = {entry.name: COVERAGES[reader].reason(entry) for entry in ENTRIES.values()}
    assert None not in reasons.values()
    assert COVERAGES[reader].takes & COVERAGES[reader].why_not.keys() == set()


@pytest.mark.parametrize("reader", COMPLAINING)
def test_a_reader_complains_of_a_row_that_it_does_not_know(reader: str) -> None:
    complaining = [what for what, entry in UNKNOWN.items() if COVERAGES[reader].missing([entry])]
    assert ", ".join(complaining) == COMPLAINING[reader]


def test_who_does_not_know_a_row_can_not_be_imported() -> None:
    with pytest.raises(UnknownKeywordError, match="the reader: what is to be done with const"):
        vocabulary.cover("the reader", ENTRIES.keys() - {"const"})
    with pytest.raises(UnknownKeywordError, match="the reader: gone is not a keyword of the vocabulary"):
        vocabulary.cover("the reader", ENTRIES.keys(), {"gone": "it went"})


# What a list of keywords with applicators in it is for where nothing complains of a new one.
LISTS = {
    "app/artifact_toml.py": "a schema that it writes",
    "app/config_schema.py": "a schema that it writes",
    "app/settings.py": "words for what the schemas of our settings use; any other keyword has those of its problem",
    "artifacts/docs/changelog.py": "words; there are others for any keyword",
    "artifacts/models/pydantic_flavour/projection.py": "a schema that it writes",
    "compiler/names/functions.py": "what the names of functions leave out; it changes nothing if one stands there",
    "runtime/_pydantic_hooks.py": "what is vendored imports no vocabulary; the test below compares them",
    "schema/vocabulary.py": "the rows themselves",
}


def test_the_lists_of_the_runtime_are_those_of_the_vocabulary() -> None:
    now = {name for name, entry in ENTRIES.items() if entry.until == vocabulary.DRAFT_2020_12 and not entry.read_as}
    assert now & vocabulary.named(lambda entry: entry.form == vocabulary.OBJECT) == _pydantic_hooks._OF_NAMES
    data = now & vocabulary.named(lambda entry: entry.value is vocabulary.Value.INSTANCE)
    assert data - {"examples"} == _pydantic_hooks._OF_DATA


def test_no_module_keeps_a_list_of_keywords_of_its_own() -> None:
    """A list of three keywords with an applicator in it stands only where a new row is noticed, or does no harm."""
    applicators = vocabulary.IN_PLACE | vocabulary.ON_PARTS
    found = set()
    for path in CODEGEN.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "vocabulary.cover(" not in text else ():
            parts = node.elts if isinstance(node, ast.Set | ast.Tuple | ast.List) else getattr(node, "keys", [])
            names = {part.value for part in parts if isinstance(part, ast.Constant)} if isinstance(parts, list) else ()
            if len(names) > 2 and names <= WRITTEN.keys() and names & applicators:
                found.add(path.relative_to(CODEGEN).as_posix())
    assert found <= LISTS.keys()


# Where a string stands that has one home.
HOMES = {
    '.replace("~1"': {"pointer.py"},
    "json-schema.org/draft": {"schema/vocabulary.py", "schema/dialects.py"},
}


@pytest.mark.parametrize("text", HOMES)
def test_what_has_one_home_stands_nowhere_else(text: str) -> None:
    """The runtime is not part of it: what is vendored imports nothing."""
    files = {path for path in CODEGEN.rglob("*.py") if text in path.read_text(encoding="utf-8")}
    assert {file.relative_to(CODEGEN).as_posix() for file in files if "runtime" not in file.parts} == HOMES[text]


# A row that nobody knows


def test_a_row_that_nobody_knows_is_read_right_or_complained_of() -> None:
    """What is derived is right at once; of what the row does not say, nothing is proven (`vocabulary/new_row.py`)."""
    done = subprocess.run([sys.executable, "-m", "tests.vocabulary.new_row"], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    output = json.loads(done.stdout)
    below = "/propertyDependencies/k/a~1b"
    complaining = {reader for reader, of in COMPLAINING.items() if "in place" in of}
    assert output == {
        "complaints": output["complaints"],
        "subschemas": ["", below, f"{below}/properties/x"],
        "tokens": ["k/a~1b"],
        "marking": ["", "/$defs/d", f"/$defs/d{below}"],
        "endless": [""],
        "renamed": [["propertyDependencies", "k/c", False, False], ["propertyDependencies", "k/a~1b", False, False]],
        "came": [["propertyDependencies", "k/a~1b", False, False]],
        "narrowed": [["minimum", "", False, False]],
        "instance": {},
        "component": {"propertyDependencies": {"k": {"v": {"$ref": "#/components/schemas/D"}}}},
        "lost": ["propertyDependencies"],
        "below": ["", below, f"{below}/properties/x"],
        "lone": [["", "propertyDependencies"]],
    }
    assert set(output["complaints"]) == complaining


# The keyword that CONTRIBUTING adds


def with_diff(folder: Path) -> None:
    """Make a copy of the generator in a folder, and apply the diff that CONTRIBUTING shows."""
    shutil.copytree(CODEGEN, folder / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    shown = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("```diff\n")[2].partition("```")[0]
    for part in shown.split("--- ")[1:]:
        path, *hunks = re.split(r"\n@@\n", part)
        text = (folder / path).read_text(encoding="utf-8")
        for hunk in hunks:
            lines = hunk.rstrip("\n").split("\n")
            old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] != sign) for sign in "+-")
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / path).write_text(text, encoding="utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codegen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=120)


def test_the_diff_that_contributing_shows_adds_a_keyword(tmp_path: Path) -> None:
    with_diff(tmp_path)
    schema = {"properties": {"code": {"type": "string", "length": 3}}}
    for path, content in {"schema/it.json": schema, "data.json": {"code": "ab"}}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(json.dumps(content))
    done = run(tmp_path, "try", "schema/it.json", "--instance", "data.json", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    output = json.loads(done.stdout)
    assert [(one["keyword_location"], one["message"]) for one in output["instances"][0]["problems"]] == [
        ("/properties/code/length", "must have at least 3 characters")
    ]
    assert output["instances"][0]["is_valid"] is False
    assert any(line["keywords"] == ["/properties/code/length"] and "len(" in line["text"] for line in output["code"])
    done = run(tmp_path, "generate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    out = tmp_path / "generated"
    assert "`length`: `3`" in (out / "docs" / "it.md").read_text()
    assert '"length": 3' in (out / "openapi" / "openapi.json").read_text()
    assert [
        loss["keyword"] for loss in json.loads((out / "openapi" / "openapi-3.0-losses.json").read_text())["losses"]
    ] == ["length"]


def test_a_row_without_a_function_is_no_generator(tmp_path: Path) -> None:
    with_diff(tmp_path)
    keywords = tmp_path / "codegen" / "compiler" / "keywords.py"
    keywords.write_text(keywords.read_text().replace('    "length": length,\n', ""))
    done = run(tmp_path, "check")
    assert done.returncode != 0
    assert "the compiler: what is to be done with length? It is in no table there" in done.stderr
