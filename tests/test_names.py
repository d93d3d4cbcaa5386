"""Names: what schemas call things becomes Python identifiers."""

from __future__ import annotations

import ast
import builtins
import keyword
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen import names
from codegen.artifacts.models.modules import in_import_order
from codegen.escapes import Code

FIELDS = {
    "id": "id",
    "class": "class_",
    "from": "from_",
    "class_": "class_",
    "self": "self_",
    "from_dict": "from_dict_",
    "property": "property_",
    "foo-bar": "foo_bar",
    "camelCase": "camelCase",
    "": "field_",
    "😀": "field_u1f600",
    "$": "field_dollar_sign",
    "$ref": "ref",
    "__init__": "init",
    "_id": "id",
    "mro": "mro_",
    "+1": "plus_1",
    "-1": "minus_1",
    "3d": "field_3d",
    "é": "é",
    "e\u0301": "é",
    "größe": "größe",
    "Größe in cm": "Größe_in_cm",
    "名前": "名前",
    "注文-番号": "注文_番号",
    "नमस्ते": "नमस्ते",
    "٣": "field_٣",
    "\u3164": "field_u3164",
    "a\ufe0fb": "a_b",
    "中・文": "中_文",
    "\U0001e100": "field_u1e100",
    "ﬁn": "fin",
    "\ud800": "field_ud800",
}


@pytest.mark.parametrize(("text", "name"), FIELDS.items())
def test_field_name(text: str, name: str) -> None:
    assert names.field_name(text) == name


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("open", "OPEN"),
        ("in-progress", "IN_PROGRESS"),
        ("inProgress", "IN_PROGRESS"),
        ("mro", "MRO"),
        ("_x_", "X"),
        ("", "EMPTY"),
        ("<=", "LESS_OR_EQUAL"),
        ("<=>", "VALUE_LESS_THAN_SIGN_EQUALS_SIGN_GREATER_THAN_SIGN"),
        ("größe", "GRÖSSE"),
        ("名前", "名前"),
        ("\u0149", "\u02bcN"),
        (None, "NULL"),
        (True, "TRUE"),
        (1, "INT_1"),
        (-1, "INT_MINUS_1"),
        (1.5, "FLOAT_1_5"),
        (10**400, "INT_1329_BITS"),
    ],
)
def test_member_name(value: bool | int | float | str | None, name: str) -> None:
    assert names.member_name(names.member_text(value)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Address", "Address"),
        ("created_at", "CreatedAt"),
        ("IBM Quantum session", "IBMQuantumSession"),
        ("list", "List"),
        ("absent", "Absent_"),
        ("DecodeError", "DecodeError_"),
        ("none", "None_"),
        ("3d", "Model3d"),
        ("日本", "日本"),
        ("größe der wohnung", "GrößeDerWohnung"),
        ("ßa", "Ssa"),
        ("JSON", "JSON_"),
        ("Unset", "Unset"),
    ],
)
def test_class_name(text: str, name: str) -> None:
    assert names.class_name(text, "Model") == name


def is_attribute_name(name: str) -> bool:
    """Return whether a field or an enum member may have exactly this name."""
    reserved = keyword.iskeyword(name) or name in names.RESERVED_FIELDS
    return names.is_identifier(name) and name[0] != "_" and not reserved


@given(st.text())
@example("UUID")
def test_every_text_has_names_that_python_takes(text: str) -> None:
    assert is_attribute_name(names.field_name(text))
    assert is_attribute_name(names.member_name(text))
    assert names.is_class_name(names.class_name(text, "Model"))


@given(st.lists(st.text(alphabet="aAé_-1\u0301", max_size=4), unique=True))
def test_names_of_one_scope_differ(texts: list[str]) -> None:
    for name in (names.field_name, names.member_name):
        chosen = names.distinct(texts, name)
        assert len({unicodedata.normalize("NFKC", each) for each in chosen}) == len(texts)
        assert not any(keyword.iskeyword(each) or each.startswith("_") for each in chosen)


def test_a_name_of_its_own_goes_before_one_that_was_made() -> None:
    assert names.distinct(["foo-bar", "foo_bar", "foo_bar_2"], names.field_name) == (
        "foo_bar_3",
        "foo_bar",
        "foo_bar_2",
    )


def test_a_long_name_is_cut_so_that_no_neighbour_changes_it() -> None:
    one, other = "x" * 5000, "x" * 4999 + "y"
    first = names.field_name(one)
    assert len(first) <= names.LONGEST
    assert names.distinct([other, one], names.field_name)[1] == first


def test_unique_numbers_from_two() -> None:
    assert names.unique("a", {"b"}) == "a"
    assert names.unique("a", {"a", "a_2"}) == "a_3"


MODULES = sorted(
    path for folder in Path(__file__).parent.glob("cases/*/expected/models/*") for path in folder.glob("[a-z]*.py")
)


def test_no_class_hides_a_builtin() -> None:
    builtin = {name for name in dir(builtins) if not name.startswith("_")}
    site = {"copyright", "credits", "exit", "help", "license", "quit"}  # of sessions at a terminal only
    assert not builtin - site - names.RESERVED_CLASSES
    assert [names.class_name(name, "Model") for name in ("Warning", "timeout_error")] == ["Warning_", "TimeoutError_"]
    assert not names.is_class_name("TimeoutError")  # nor one that is pinned
    assert not names.is_class_name("JSON")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parents[3].name}-{path.stem}")
def test_no_class_or_field_hides_what_its_module_uses(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    taken = {name.asname or name.name for node in imports for name in node.names}
    taken |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not {name for name in taken if name[0] != "_"} - names.RESERVED_CLASSES
    defined = {node.name for node in classes}
    for class_ in classes:
        fields = [node for node in class_.body if isinstance(node, ast.AnnAssign)]
        parts = [part for node in fields for each in (node.annotation, node.value) if each for part in ast.walk(each)]
        used = {part.id for part in parts if isinstance(part, ast.Name)}
        assert not {name for name in used - defined if name[0] != "_"} - names.RESERVED_FIELDS
        assert not used & {node.target.id for node in fields if isinstance(node.target, ast.Name)}


def test_imports_are_in_the_order_of_linters() -> None:
    ordered = "GRÖSSE JSON JSON_ JSON_B JSONA Grunde Größe Item Item2 Item10 Item_2 ItemA JSONa 名前".split()
    shapes = [(Code(name), Code("m")) for name in sorted(ordered)]
    assert [name for _, name in in_import_order(shapes)] == ordered
