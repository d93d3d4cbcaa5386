"""Names: what schemas call things becomes Python identifiers."""

from __future__ import annotations

import keyword
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import names

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
    "é": "e",
    "e\u0301": "e",
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
        ("<=", "VALUE_LESS_THAN_SIGN_EQUALS_SIGN"),
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
        ("日本", "Model"),
    ],
)
def test_class_name(text: str, name: str) -> None:
    assert names.class_name(text, "Model") == name


@given(st.text())
def test_every_text_has_names_that_python_takes(text: str) -> None:
    assert names.is_attribute_name(names.field_name(text))
    assert names.is_attribute_name(names.member_name(text))
    assert names.is_class_name(names.class_name(text, "Model"))


@given(st.lists(st.text(alphabet="aAé_-1\u0301", max_size=4), unique=True))
def test_names_of_one_scope_differ(texts: list[str]) -> None:
    for name in (names.field_name, names.member_name):
        found = names.distinct(texts, name)
        assert len({unicodedata.normalize("NFKC", each) for each in found}) == len(texts)
        assert not any(keyword.iskeyword(each) or each.startswith("_") for each in found)


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
