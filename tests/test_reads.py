"""Tests of codegen.incremental.reads: what is read of a value is recorded, and each part has a digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pytest

from codegen.escapes import Code
from codegen.incremental.reads import WHOLE, Given, digest
from codegen.ir import Document, EnumShape, Location, Package

A, B = Location("a", "/x"), Location("b")


@dataclass(frozen=True, slots=True)
class Inner:
    """A record in a record."""

    places: frozenset[Location] = frozenset({A})
    title: str = "title"


@dataclass(frozen=True, slots=True)
class Outer:
    """A record with tables of every kind, a record in it, and what is not a table."""

    by_location: Mapping[Location, str] = field(default_factory=lambda: {A: "a", B: "b"})
    by_name: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"one": 1}))
    row: tuple[int, ...] = (1, 2)
    inner: Inner = Inner()
    limit: int = 3


READS: dict[str, tuple[Callable[[Any], object], set[tuple[str, str]]]] = {
    "a value": (lambda it: it.by_location[A], {(".by_location", "a")}),
    "a value that may be there": (lambda it: it.by_location.get(Location("c")), {(".by_location", "c")}),
    "whether there is one": (lambda it: B in it.by_location, {(".by_location", "b")}),
    "a name": (lambda it: it.by_name["one"], {(".by_name", "one")}),
    "a name that is not there": (lambda it: "two" in it.by_name, {(".by_name", "two")}),
    "all names": (lambda it: sorted(it.by_name), {(".by_name", WHOLE)}),
    "all values": (
        lambda it: list(it.by_location.values()),
        {(".by_location", WHOLE), (".by_location", "a"), (".by_location", "b")},
    ),
    "how many there are": (lambda it: len(it.by_location), {(".by_location", WHOLE)}),
    "whether it is empty": (lambda it: bool(it.by_location), {(".by_location", WHOLE)}),
    "a copy": (lambda it: {**it.by_location}, {(".by_location", WHOLE), (".by_location", "a"), (".by_location", "b")}),
    "whether it is equal": (lambda it: it.by_name == {"one": 1}, {(".by_name", WHOLE), (".by_name", "one")}),
    "a row": (lambda it: it.row[0], {(".row", WHOLE)}),
    "all rows": (lambda it: list(it.row), {(".row", WHOLE)}),
    "a member of a set": (lambda it: A in it.inner.places, {(".inner.places", "a")}),
    "all members of a set": (lambda it: set(it.inner.places), {(".inner.places", WHOLE)}),
    "what is not a table": (lambda it: (it.limit, it.inner.title), set()),
    "nothing": (lambda it: it.inner.title, set()),
}


@pytest.mark.parametrize("name", READS)
def test_what_is_read_is_seen_and_is_what_is_there(name: str) -> None:
    read, expected = READS[name]
    watched, reads = Given(Outer(), {}).watched()
    assert read(watched) == read(Outer())
    assert set(reads) == expected


# What changed, the parts that differ then, the tables that differ as a whole, and whether the rest does.
CHANGES: list[tuple[Outer, set[str]]] = [
    (Outer(by_location={A: "new", B: "b"}), {"a", ".by_location"}),
    (Outer(by_location={B: "b", A: "a"}), {".by_location"}),
    (Outer(by_location={A: "a"}), {"b", ".by_location"}),
    (Outer(by_location={Location("a"): "a", B: "b"}), {"a", ".by_location"}),
    (Outer(by_name={"one": 1, "two": 2}), {"two", ".by_name"}),
    (Outer(by_name={"one": True}), {"one", ".by_name"}),
    (Outer(row=(2, 1)), {".row"}),
    (Outer(inner=Inner(frozenset({A, B}))), {"b", ".inner.places"}),
    (Outer(limit=4), {"rest"}),
    (Outer(inner=Inner(title="other")), {"rest"}),
    (Outer(), set()),
]


@pytest.mark.parametrize(("changed", "differing"), CHANGES)
def test_a_part_is_known_by_its_content(changed: Outer, differing: set[str]) -> None:
    one, two = Given(Outer(), {}), Given(changed, {})
    tables, parts = (".by_location", ".by_name", ".row", ".inner.places"), ("a", "b", "one", "two")
    found = {table for table in tables if one.whole(table) != two.whole(table)}
    found |= {part for part in parts if one.part(part) != two.part(part)}
    assert found | ({"rest"} if one.rest != two.rest else set()) == differing


def test_all_that_was_read_is_known_together() -> None:
    one, two = Given(Outer(), {}), Given(Outer(by_location={A: "new", B: "b"}), {})
    watched, reads = one.watched()
    assert (watched.by_location[B], list(watched.row)) == ("b", [1, 2])
    read = reads.to_json()
    assert read == [[".row"], ["b"]]
    assert one.together(read) == two.together(read) != one.together([[".row"], ["a"]])
    assert one.together([[".row"], ["a"]]) != two.together([[".row"], ["a"]])
    assert set(one.watched()[1]) == set()


def test_what_the_package_says_of_a_document_is_what_is_known_of_the_document() -> None:
    document = Document("a.json", "a", Location("a"), "a", "d", "{}", {})
    package = Package("p", (document,), {}, {A: EnumShape(A, "One", ())}, {})
    one, two, three = (Given(package, {"a": digest}) for digest in ("1", "2", "1"))
    other = Given(replace(package, name="q"), {"a": "1"})
    assert one.part("a") == three.part("a") != two.part("a")
    assert one.whole(".shapes") == three.whole(".shapes") != two.whole(".shapes")
    item = {"document": document, "path": "p"}
    assert one.item(item) == three.item(item) != two.item(item)
    assert other.rest != one.rest == two.rest


def test_an_item_is_known_by_its_content_and_its_digest_is_taken_once() -> None:
    given, text = Given(None, {}), Code("text")
    item = {"source": text, "names": [text]}
    assert given.item(item) == given.item(dict(item)) == Given(None, {}).item(item)
    others = [{**item, "source": "text"}, {**item, "names": ["text"]}, {**item, "names": (text,)}, {"source": text}]
    assert len({given.item(each) for each in (item, *others)}) == 5
    known = given.item(item)
    item["names"] = []
    assert given.item(item) == known


@pytest.mark.parametrize(
    ("one", "two"), [(1, True), (1, 1.0), (0.0, -0.0), ("1", 1), ((), []), ({"a": 1, "b": 2}, {"b": 2, "a": 1})]
)
def test_values_that_print_differently_have_other_digests(one: object, two: object) -> None:
    assert digest(one) != digest(two)


def test_a_digest_hangs_on_the_content_alone() -> None:
    text = "".join(["a", "b"])
    assert digest([text, text]) == digest(["ab", "".join(["a", "b"])])
    assert digest(MappingProxyType({"a": Inner()})) == digest(MappingProxyType({"a": Inner()}))
